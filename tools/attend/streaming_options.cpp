#include "streaming_options.hpp"

#include <CLI/CLI.hpp>
#include <string>

#include "duration_option.hpp"

namespace attend::tools {
namespace {

constexpr auto group = "Streaming";

}  // namespace

void add_streaming_options(CLI::App& command, StreamingOptions& options) {
  command
      .add_option("--alignment", options.alignment,
                  "Where each word is spoken (JSON lines: id, words of word, start, end), as scripts/align_words.py writes it")
      ->type_name("FILE")
      ->group(group);
  add_duration(command, "--tail", options.tail, std::chrono::milliseconds(0),
               "Faint noise behind each recording, so that its endpoint comes", group);
  add_duration(command, "--block", options.block, std::chrono::milliseconds(1), "Audio that arrives at a time (20ms)", group);
  command.add_option("--save-timelines", options.save_timelines, "Write what was shown when to this file, as JSON lines")
      ->type_name("FILE")
      ->group(group);
}

StreamingPlan streaming_plan(const StreamingOptions& options) {
  StreamingPlan plan;
  if (options.alignment) plan.times = read_word_times(*options.alignment);
  plan.tail = options.tail;
  return plan;
}

}  // namespace attend::tools
