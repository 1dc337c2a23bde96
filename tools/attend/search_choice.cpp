#include "search_choice.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "complaint.hpp"
#include "file_digest.hpp"
#include "hotword_file.hpp"

namespace attend::tools {
namespace {

using nlohmann::json;

constexpr int widest_beam = 16;
constexpr float heaviest = 10;

json digest_or_null(const std::optional<std::filesystem::path>& file, ExitCode fault) {
  if (!file) return nullptr;
  try {
    return sha256_of_file(*file);
  } catch (const std::exception& error) {
    throw CommandError(fault, error.what());
  }
}

template <class T>
json value_or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

}  // namespace

LanguageModel load_language_model(const std::filesystem::path& file) {
  try {
    return LanguageModel::load(file);
  } catch (const Error& error) {
    throw CommandError(exit_model, error.what());
  }
}

void add_search_options(CLI::App& command, SearchChoice& choice) {
  constexpr auto group = "Search";
  command.add_option("--beam", choice.beam, "Hypotheses kept from step to step; more find better words and take longer")
      ->check(CLI::Range(1, widest_beam))
      ->option_text("NUMBER")
      ->group(group);
  command
      .add_option("--lm", choice.language_model, "A language model of words: ARPA, plain or gzip, or what `attend lm build` made")
      ->option_text("FILE")
      ->group(group);
  command.add_option("--lm-weight", choice.language_weight, "How much the language model counts beside attention")
      ->check(CLI::Range(0.0F, heaviest))
      ->option_text("NUMBER")
      ->group(group);
  command
      .add_option("--hotwords", choice.hotwords,
                  "Phrases to expect, one a line, if need be with a tab and a weight behind it; # begins a comment")
      ->option_text("FILE")
      ->group(group);
}

SearchOptions search_options(const SearchChoice& choice) {
  if (choice.language_weight && !choice.language_model) {
    throw CommandError(exit_usage, "--lm-weight weighs nothing without a language model; add --lm FILE or leave it out.");
  }
  SearchOptions options;
  options.beam = choice.beam;
  if (choice.language_model) options.language_model = load_language_model(*choice.language_model);
  if (choice.language_weight) options.language_weight = *choice.language_weight;
  if (choice.hotwords) options.phrases = read_hotwords(*choice.hotwords);
  return options;
}

void tell_skipped_phrases(const Model& model, const SearchOptions& options, std::ostream& out) {
  if (options.phrases.empty()) return;
  Stream stream(model);
  for (const SkippedPhrase& skipped : stream.set_phrases(options.phrases)) {
    complain(out, skipped.reason);
  }
}

std::string describe_choice(const SearchChoice& choice) {
  return json{{"beam", value_or_null(choice.beam)},
              {"language_model", digest_or_null(choice.language_model, exit_model)},
              {"language_weight", value_or_null(choice.language_weight)},
              {"hotwords", digest_or_null(choice.hotwords, exit_usage)}}
      .dump();
}

}  // namespace attend::tools
