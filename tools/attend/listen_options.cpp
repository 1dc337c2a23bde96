#include "listen_options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <map>

#include "command.hpp"
#include "duration_option.hpp"
#include "raw_options.hpp"
#include "saved_transcript.hpp"

namespace attend::tools {
namespace {

using std::chrono::milliseconds;

void add_path(CLI::App& command, const std::string& name, std::optional<std::filesystem::path>& value, const std::string& help,
              const std::string& group) {
  command
      .add_option_function<std::string>(
          name, [&value](const std::string& file) { value = file; }, help)
      ->option_text("FILE")
      ->group(group);
}

void add_sound_options(CLI::App& command, ListenOptions& options) {
  constexpr auto group = "Sound";
  command.add_flag("--list-devices", options.list_devices, "Show the devices that sound can come from, and end")->group(group);
  command.add_option("--device", options.device, "A device: its number or a part of its name (the default one)")
      ->option_text("DEVICE")
      ->group(group);
  command.add_option("--rate", options.rate, "Rate that the device is asked for, in hertz (its own)")
      ->check(CLI::Range(1000.0, 768000.0))
      ->option_text("HERTZ")
      ->group(group);
  command.add_option("--channel", options.channel, "Its channel to listen to, 1 for the first (the mean of all)")
      ->check(CLI::Range(1, 256))
      ->option_text("NUMBER")
      ->group(group);
  const auto set_address = [&options](const std::string& text) {
    const auto address = parse_listen_address(text);
    if (!address) throw CLI::ValidationError("--from", "'" + text + "' is none of " + std::string(listen_address_forms) + ".");
    options.from = text;
    options.address = *address;
  };
  command
      .add_option_function<std::string>(
          "--from", set_address, "Instead of a device, headerless PCM from -, tcp://HOST:PORT, tcp-listen://HOST:PORT or unix:PATH")
      ->option_text("ADDRESS")
      ->group(group);
  command.add_flag("--once", options.once, "End when the other side of --from closes, instead of waiting for it")->group(group);
}

void add_output_options(CLI::App& command, ListenOptions& options) {
  constexpr auto group = "Output";
  static const std::map<std::string, ListenFormat> formats{
      {"captions", ListenFormat::captions}, {"text", ListenFormat::text}, {"jsonl", ListenFormat::jsonl}};
  command
      .add_option("-f,--format", options.format,
                  "captions, text (a line per segment) or jsonl (events); captions on a terminal, else text")
      ->transform(CLI::CheckedTransformer(formats))
      ->option_text("captions|text|jsonl")
      ->group(group);
  const auto add_file = [&options](const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      if (!format_of(file)) {
        throw CLI::ValidationError("--save", "'" + file + "' ends in none of .txt, .srt, .vtt, .json, .jsonl and .tsv.");
      }
      options.save.emplace_back(file);
    }
  };
  command
      .add_option_function<std::vector<std::string>>("--save", add_file,
                                                     "Keep the transcript in this file; its extension says how. May be repeated")
      ->allow_extra_args(false)
      ->option_text("FILE.{txt,srt,vtt,json}")
      ->group(group);
  add_path(command, "--save-audio", options.save_audio, "Keep the sound in this wav file", group);
  command.add_flag("--overwrite", options.overwrite, "Replace files that exist")->group(group);
}

void add_pace_options(CLI::App& command, ListenOptions& options) {
  constexpr auto group = "Pace";
  add_duration(command, "--silence", options.endpoint.silence, milliseconds(100),
               "A segment ends after so much silence behind its last word (800ms)", "Segments");
  add_duration(command, "--longest", options.endpoint.longest, milliseconds(2000), "No segment becomes longer (25s)", "Segments");
  add_duration(command, "--lag", options.lag, milliseconds(100), "The chunk widens when more sound than this waits (1.5s)", group);
  add_duration(command, "--widest", options.widest, milliseconds(1), "No chunk becomes longer (2560ms)", group);
  auto* const fixed = command.add_flag("--fixed-pace", options.fixed_pace, "Keep the chunk whatever the load")->group(group);
  add_path(command, "--record-pace", options.record_pace, "Write down each change of the chunk, for --replay-pace", group);
  command
      .add_option_function<std::string>(
          "--replay-pace", [&options](const std::string& file) { options.replay_pace = file; },
          "Change the chunk as a recorded session did, to get its events again")
      ->option_text("FILE")
      ->excludes(fixed)
      ->group(group);
}

[[noreturn]] void refuse(const std::string& sentence) {
  throw CommandError(exit_usage, sentence);
}

}  // namespace

void add_listen_options(CLI::App& command, ListenOptions& options) {
  add_sound_options(command, options);
  add_raw_options(command, options.raw);
  add_output_options(command, options);
  add_recogniser_options(command, options.recogniser);
  add_pace_options(command, options);
}

void check_listen_options(const ListenOptions& options) {
  const bool device_options = !options.device.empty() || options.rate || options.channel;
  if (!options.from.empty() && device_options)
    refuse("--device, --rate and --channel choose a device; leave them out with --from.");
  if (options.from.empty() && options.raw)
    refuse("--raw-rate, --raw-channels and --raw-format describe what --from gives; add it.");
  if (options.from.empty() && options.once) refuse("--once goes with --from; a device is listened to until Ctrl-C.");
  if (options.from == "-" && ::isatty(STDIN_FILENO) != 0) {
    refuse(
        "Standard input is a terminal, which gives no sound; pipe headerless PCM into it, as from 'arecord -t raw -f S16_LE -r "
        "16000'.");
  }
  if (options.format == ListenFormat::captions && ::isatty(STDOUT_FILENO) == 0) {
    refuse("Captions need a terminal; leave --format out, or take text or jsonl.");
  }
  if (options.recogniser.whole && (options.record_pace || options.replay_pace)) {
    refuse("--chunk full has no pace to record or to replay; leave one of the two out.");
  }
}

}  // namespace attend::tools
