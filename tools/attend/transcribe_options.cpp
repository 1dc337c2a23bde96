#include "transcribe_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <thread>

#include "command.hpp"
#include "raw_options.hpp"
#include "transcript_writer.hpp"

namespace attend::tools {
namespace {

constexpr int most_jobs = 256;
constexpr int most_alternatives = 16;

void add_format(TranscribeOptions& options, const std::string& names) {
  for (const std::string& name : CLI::detail::split(names, ',')) {
    constexpr std::array all{Format::text, Format::srt, Format::vtt, Format::json, Format::jsonl, Format::tsv};
    const auto* const format = std::ranges::find(all, name, format_name);
    if (format == all.end()) {
      throw CLI::ValidationError("--format", "'" + name + "' is none of text, srt, vtt, json, jsonl and tsv.");
    }
    if (std::ranges::find(options.formats, *format) == options.formats.end()) options.formats.push_back(*format);
  }
}

void add_output_options(CLI::App& command, TranscribeOptions& options) {
  constexpr auto group = "Output";
  const auto each_format = [&options](const std::vector<std::string>& values) {
    for (const std::string& names : values) add_format(options, names);
  };
  command
      .add_option_function<std::vector<std::string>>("-f,--format", each_format,
                                                     "text, srt, vtt, json, jsonl or tsv; several with commas or repeated (text)")
      ->option_text("FORMAT,...")
      ->allow_extra_args(false)
      ->group(group);
  auto* const beside = command.add_flag("--beside", options.destination.beside, "Write NAME.txt, NAME.srt, ... beside each input");
  beside->option_text(" ")->group(group);
  command
      .add_option_function<std::string>(
          "-o,--output-dir", [&options](const std::string& folder) { options.destination.folder = folder; },
          "Write them into this folder, in subfolders as the inputs' own; it is made if need be")
      ->option_text("FOLDER")
      ->excludes(beside)
      ->group(group);
  command.add_flag("--partials", options.partials, "jsonl: also the events before each final, as words become known")->group(group);
  command.add_option("--nbest", options.alternatives, "json, jsonl: as many other readings of each segment, best first")
      ->check(CLI::Range(1, most_alternatives))
      ->option_text("NUMBER")
      ->group(group);
  command.add_option("--min-confidence", options.least_confidence, "Leave out words of less confidence; 0 to 1")
      ->check(CLI::Range(0.0F, 1.0F))
      ->option_text("NUMBER")
      ->group(group);
  command
      .add_flag("--restart", options.restart, "Transcribe again what is done or begun, and replace files that attend did not write")
      ->group(group);
  command.add_flag("-q,--quiet", options.quiet, "No progress on the terminal; failures are still told")->group(group);
}

void add_input_options(CLI::App& command, TranscribeOptions& options) {
  constexpr auto group = "Input";
  static const std::map<std::string, ChannelMode> channel_modes{{"mix", ChannelMode::mix}, {"split", ChannelMode::split}};
  command.add_option("inputs", options.inputs, "Recordings, folders that hold some, or - for standard input")
      ->type_name("FILE|DIR|-")
      ->required();
  command.add_option("--channels", options.channels, "mix: all channels are one voice; split: a transcript per channel (mix)")
      ->transform(CLI::CheckedTransformer(channel_modes))
      ->option_text("mix|split")
      ->group(group);
  command.add_option("-j,--jobs", options.jobs, "Inputs in work at a time (one per processor)")
      ->check(CLI::Range(1, most_jobs))
      ->option_text("NUMBER")
      ->group(group);
}

bool writes(const TranscribeOptions& options, Format format) {
  return std::ranges::find(options.formats, format) != options.formats.end();
}

void check_alternatives(const TranscribeOptions& options) {
  if (options.alternatives == 0) return;
  if (!writes(options, Format::json) && !writes(options, Format::jsonl)) {
    throw CommandError(exit_usage, "--nbest has no place in these formats; add --format json or jsonl.");
  }
  if (options.recogniser.search.beam == 1) {
    throw CommandError(exit_usage, "--nbest finds no other reading with --beam 1; widen the beam or leave one of them out.");
  }
}

}  // namespace

void add_transcribe_options(CLI::App& command, TranscribeOptions& options) {
  add_input_options(command, options);
  add_raw_options(command, options.raw);
  add_output_options(command, options);
  add_recogniser_options(command, options.recogniser);
}

void complete_transcribe_options(TranscribeOptions& options) {
  if (options.formats.empty()) options.formats.push_back(options.partials ? Format::jsonl : Format::text);
  if (options.jobs == 0) options.jobs = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, most_jobs);
  if (options.partials && !writes(options, Format::jsonl)) {
    throw CommandError(exit_usage, "--partials has no place in these formats; add --format jsonl.");
  }
  check_alternatives(options);
  if (options.destination.standard_output() && options.formats.size() > 1) {
    throw CommandError(exit_usage, "Standard output holds one format; write several with --beside or --output-dir FOLDER.");
  }
}

void check_standard_output(const TranscribeOptions& options, std::size_t inputs) {
  if (!options.destination.standard_output() || inputs < 2) return;
  const Format format = options.formats.front();
  if (format == Format::text || format == Format::json || format == Format::jsonl) return;
  throw CommandError(exit_usage, "Standard output holds the " + std::string(format_name(format)) +
                                     " of one input; write several with --beside or --output-dir FOLDER.");
}

}  // namespace attend::tools
