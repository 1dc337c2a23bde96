#include "streaming_options.hpp"

#include <CLI/CLI.hpp>
#include <string>

#include "duration.hpp"

namespace attend::tools {
namespace {

constexpr auto group = "Streaming";

void add_duration(CLI::App& command, const std::string& name, std::chrono::milliseconds& target, std::chrono::milliseconds least,
                  const std::string& help) {
  command
      .add_option_function<std::string>(
          name,
          [name, &target, least](const std::string& text) {
            const auto duration = parse_duration(text);
            if (!duration || *duration < least) {
              throw CLI::ValidationError(name, "'" + text + "' is no duration of " + std::to_string(least.count()) +
                                                   " ms or more; give " + std::string(duration_forms) + ".");
            }
            target = *duration;
          },
          help)
      ->type_name("TIME")
      ->group(group);
}

}  // namespace

void add_streaming_options(CLI::App& command, StreamingOptions& options) {
  command
      .add_option("--alignment", options.alignment,
                  "Where each word is spoken (JSON lines: id, words of word, start, end), as scripts/align_words.py writes it")
      ->type_name("FILE")
      ->group(group);
  add_duration(command, "--tail", options.tail, std::chrono::milliseconds(0),
               "Faint noise behind each recording, so that its endpoint comes");
  add_duration(command, "--block", options.block, std::chrono::milliseconds(1), "Audio that arrives at a time (20ms)");
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
