#include "search_choice.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
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
const std::map<std::string, SecondOpinion> opinions = {
    {"counter", SecondOpinion::counter}, {"ctc", SecondOpinion::ctc}, {"none", SecondOpinion::none}};

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

std::string opinion_name(SecondOpinion opinion) {
  const auto found = std::find_if(opinions.begin(), opinions.end(), [&](const auto& entry) { return entry.second == opinion; });
  return found->first;
}

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
  command.add_option("--opinion", choice.opinion, "Which second opinion of the model speaks beside attention")
      ->transform(CLI::CheckedTransformer(opinions))
      ->option_text("counter|ctc|none")
      ->group(group);
  command.add_option("--opinion-weight", choice.opinion_weight, "How much it counts")
      ->check(CLI::Range(0.0F, heaviest))
      ->option_text("NUMBER")
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
  options.opinion = choice.opinion;
  options.opinion_weight = choice.opinion_weight;
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
  json described{{"beam", value_or_null(choice.beam)},
                 {"language_model", digest_or_null(choice.language_model, exit_model)},
                 {"language_weight", value_or_null(choice.language_weight)},
                 {"hotwords", digest_or_null(choice.hotwords, exit_usage)}};
  // Only if chosen: what older versions began goes on.
  if (choice.opinion) described["opinion"] = opinion_name(*choice.opinion);
  if (choice.opinion_weight) described["opinion_weight"] = *choice.opinion_weight;
  return described.dump();
}

}  // namespace attend::tools
