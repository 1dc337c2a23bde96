#include "explain_command.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "atomic_file.hpp"
#include "decimal.hpp"
#include "explained_recording.hpp"
#include "explanation_drawing.hpp"
#include "explanation_json.hpp"
#include "printable.hpp"
#include "raw_options.hpp"
#include "recogniser_options.hpp"
#include "transcript_json.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;

constexpr auto description = "Draw why words were heard: where each listened, how sure it is, what else was considered.";
constexpr auto examples = R"(Examples:
  attend explain talk.wav                          the words with their numbers, times and confidence
  attend explain talk.wav --word 12 -o word.svg    the twelfth word and what is around it
  attend explain talk.wav --all -o talk.svg        all words; talk.json gives the numbers)";

/// Beyond this a picture is too large to be looked at.
constexpr std::size_t most_words = 400;

struct Options {
  fs::path file;
  RecogniserOptions recogniser;
  std::optional<RawFormat> raw;
  std::optional<std::size_t> word;
  bool all = false;
  std::optional<fs::path> output;
  int alternatives = 0;
};

bool wants_json(const Options& options) {
  return options.output->extension() == ".json";
}

void check(const Options& options) {
  const bool draws = options.all || options.word;
  if (draws && !options.output) throw CommandError(exit_usage, "A picture goes into a file; add -o OUT.svg or -o OUT.json.");
  if (!draws && options.output) {
    throw CommandError(exit_usage, "-o needs something to draw; add --all, or --word N with a number from the list without -o.");
  }
  if (!options.output) return;
  const fs::path extension = options.output->extension();
  if (extension == ".png") {
    throw CommandError(exit_usage, options.output->string() +
                                       " cannot be drawn directly; write an .svg and convert it, for instance with rsvg-convert.");
  }
  if (extension != ".svg" && extension != ".json") {
    throw CommandError(exit_usage, options.output->string() + " is neither .svg nor .json; name one of these.");
  }
}

void check_number(const Options& options, const ExplainedRecording& recording) {
  const std::string file = options.file.string();
  if (recording.words() == 0) throw CommandError(exit_failure, "No word is heard in " + file + ", so there is nothing to explain.");
  if (options.word && *options.word > recording.words()) {
    throw CommandError(exit_usage, file + " has " + std::to_string(recording.words()) + " words, not " +
                                       std::to_string(*options.word) + "; choose a number from the list without -o.");
  }
  if (options.all && recording.words() > most_words && !wants_json(options)) {
    throw CommandError(exit_usage, file + " has " + std::to_string(recording.words()) +
                                       " words, too many for a picture; choose one with --word N or write .json.");
  }
}

void list_words(const ExplainedRecording& recording) {
  for (const ExplainedSegment& segment : recording.segments) {
    for (std::size_t i = 0; i < segment.event.committed.size(); ++i) {
      const Word& word = segment.event.committed[i];
      std::cout << segment.first_number + i << '\t' << fixed(word.start, 2) << '\t' << fixed(word.end, 2) << '\t'
                << fixed(word.confidence, 2) << '\t' << word.text << '\n';
    }
  }
}

void write(const Options& options, const ExplainedRecording& recording) {
  AtomicFile file(*options.output);
  if (wants_json(options)) {
    file.stream() << to_line(explanation_to_json(recording, options.word)) << '\n';
  } else {
    file.stream() << draw_explanation(recording, options.word);
  }
  file.check();
  file.commit();
}

int explain(const Options& options) {
  check(options);
  const Model model = load_model(options.recogniser);
  StreamOptions stream = stream_options(options.recogniser);
  stream.search.alternatives = options.alternatives;
  tell_skipped_phrases(model, stream.search, std::cerr);
  const ExplainedRecording recording = explain_recording(options.file, model, stream, options.raw);
  check_number(options, recording);
  if (options.output) {
    write(options, recording);
  } else {
    list_words(recording);
  }
  return std::cout.flush() ? exit_success : exit_failure;
}

void add_options(CLI::App& command, Options& options) {
  command.add_option("FILE", options.file, "A recording")->required();
  auto* const all = command.add_flag("--all", options.all, "Draw all words");
  command.add_option("--word", options.word, "Draw the word of this number, counted from 1, and what is around it")
      ->check(CLI::PositiveNumber)
      ->option_text("N")
      ->excludes(all);
  command.add_option("-o,--output", options.output, "Where to: OUT.svg, or OUT.json for the numbers")->option_text("OUT");
  command.add_option("--nbest", options.alternatives, "json: as many other readings of each segment")
      ->check(CLI::Range(1, 16))
      ->option_text("NUMBER");
  add_recogniser_options(command, options.recogniser);
  add_raw_options(command, options.raw);
}

}  // namespace

void add_explain_command(CLI::App& program, Run& chosen) {
  auto* const command = program.add_subcommand("explain", description);
  const auto options = std::make_shared<Options>();
  add_options(*command, *options);
  command->footer(examples);
  command->callback([options, &chosen] { chosen = [options] { return explain(*options); }; });
}

}  // namespace attend::tools
