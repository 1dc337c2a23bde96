/// The options by which every command says what recognition may weigh: the beam, a language model, phrases to expect, what else the
/// model hears.
#pragma once

#include <filesystem>
#include <optional>
#include <ostream>
#include <string>

#include "attend/attend.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

struct SearchChoice {
  std::optional<int> beam;                              ///< --beam; unset: the model's default
  std::optional<std::filesystem::path> language_model;  ///< --lm
  std::optional<float> language_weight;                 ///< --lm-weight; unset: the library's default
  std::optional<std::filesystem::path> hotwords;        ///< --hotwords
  std::optional<SecondOpinion> opinion;                 ///< --opinion; unset: the model's default
  std::optional<float> opinion_weight;                  ///< --opinion-weight; likewise
};

/// Adds --beam, --lm, --lm-weight, --hotwords, --opinion and --opinion-weight to a command.
void add_search_options(CLI::App& command, SearchChoice& choice);

/// As `--opinion` has it.
std::string opinion_name(SecondOpinion opinion);

/// A language model from its file. Throws CommandError(exit_model) with the reason.
LanguageModel load_language_model(const std::filesystem::path& file);

/// What a stream is to search with; reads the files. Throws CommandError with a sentence: exit_model if the language model cannot
/// be read, exit_usage if the phrases cannot or the choice contradicts itself.
SearchOptions search_options(const SearchChoice& choice);

/// Tells, a sentence each, which phrases cannot be expected from this model.
void tell_skipped_phrases(const Model& model, const SearchOptions& options, std::ostream& out);

/// What was chosen, files by their content, as one line of JSON: for fingerprints. Throws CommandError as `search_options` does if
/// a file cannot be read.
std::string describe_choice(const SearchChoice& choice);

}  // namespace attend::tools
