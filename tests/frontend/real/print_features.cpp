// attend_print_features FILE WINDOW HOP_SAMPLES PREFIX
//
// Reads a recording through the room's front door and writes PREFIX.samples (mono, 16 kHz) and PREFIX.rows ([n, 80] log-mel) as
// little-endian floats, for test_fbank_real.py.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "frontend/feature_pipeline.hpp"
#include "frontend/open_audio.hpp"

namespace {

using namespace attend;
using namespace attend::frontend;

struct Output {
  std::vector<float> samples, rows;
};

Status read(AudioSource& source, const LogMelConfig& config, Output& output) {
  auto pipeline = FeaturePipeline::create(source.format(), config);
  if (!pipeline) return tl::unexpected(pipeline.error());
  auto resampler = Resampler::create(source.format().sample_rate, config.sample_rate);
  if (!resampler) return tl::unexpected(resampler.error());
  const auto channels = static_cast<std::size_t>(source.format().channels);
  std::vector<float> block(1000 * channels), mono;
  while (true) {
    const auto frames = source.read(block);
    if (!frames) return tl::unexpected(frames.error());
    if (*frames == 0) break;
    const auto some = std::span<const float>(block).first(*frames * channels);
    pipeline->push(some, output.rows);
    mono.clear();
    for (std::size_t i = 0; i < some.size(); i += channels) {
      float sum = 0;
      for (std::size_t k = 0; k < channels; ++k) sum += some[i + k];
      mono.push_back(sum / static_cast<float>(channels));
    }
    resampler->push(mono, output.samples);
  }
  pipeline->finish(output.rows);
  resampler->finish(output.samples);
  return {};
}

void write(const std::string& file, const std::vector<float>& values) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
}

int run(const std::vector<std::string>& arguments) {
  LogMelConfig config;
  config.window = arguments[1] == "hann" ? Window::hann : Window::povey;
  config.hop_samples = std::atoi(arguments[2].c_str());
  auto source = arguments[0] == "-" ? open_stdin() : open_audio(arguments[0]);
  if (!source) {
    std::cerr << source.error().message << '\n';
    return 1;
  }
  Output output;
  const auto done = read(**source, config, output);
  write(arguments[3] + ".samples", output.samples);
  write(arguments[3] + ".rows", output.rows);
  if (!done) std::cerr << done.error().message << '\n';
  return done ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 4) return run(arguments);
  std::cerr << "attend_print_features FILE WINDOW HOP_SAMPLES PREFIX\n";
  return 2;
}
