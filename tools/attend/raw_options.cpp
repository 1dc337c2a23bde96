#include "raw_options.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace attend::tools {
namespace {

const std::map<std::string, SampleFormat>& sample_formats() {
  static const std::map<std::string, SampleFormat> names{{"s16le", SampleFormat::s16le}, {"s24le", SampleFormat::s24le},
                                                         {"s32le", SampleFormat::s32le}, {"f32le", SampleFormat::f32le},
                                                         {"u8", SampleFormat::u8},       {"mulaw", SampleFormat::mulaw},
                                                         {"alaw", SampleFormat::alaw}};
  return names;
}

RawFormat& engage(std::optional<RawFormat>& raw) {
  return raw ? *raw : raw.emplace();
}

}  // namespace

void add_raw_options(CLI::App& command, std::optional<RawFormat>& raw) {
  constexpr auto group = "Headerless PCM";
  command
      .add_option_function<int>(
          "--raw-rate", [&raw](int rate) { engage(raw).sample_rate = rate; },
          "Inputs are headerless PCM of this rate in hertz (16000)")
      ->check(CLI::Range(1000, 768000))
      ->option_text("HERTZ")
      ->group(group);
  command
      .add_option_function<int>(
          "--raw-channels", [&raw](int channels) { engage(raw).channels = channels; }, "Its interleaved channels (1)")
      ->check(CLI::Range(1, 64))
      ->option_text("NUMBER")
      ->group(group);
  command
      .add_option_function<std::string>(
          "--raw-format", [&raw](const std::string& name) { engage(raw).format = sample_formats().at(name); },
          "Its samples: s16le, s24le, s32le, f32le, u8, mulaw or alaw (s16le)")
      ->check(CLI::IsMember(sample_formats()))
      ->option_text("FORMAT")
      ->group(group);
}

}  // namespace attend::tools
