// What the stream tests share: tiny random models, sounds with pauses, running a stream over them.
#pragma once

#include <attend/attend.hpp>
#include <cmath>
#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace attend {

inline bool operator==(const Word& a, const Word& b) {
  return std::tie(a.text, a.start, a.end, a.confidence, a.stability) == std::tie(b.text, b.start, b.end, b.confidence, b.stability);
}

inline bool operator==(const Event& a, const Event& b) {
  return std::tie(a.kind, a.cause, a.segment, a.committed, a.tentative, a.audio_time, a.segment_start, a.segment_end) ==
         std::tie(b.kind, b.cause, b.segment, b.committed, b.tentative, b.audio_time, b.segment_start, b.segment_end);
}

inline void PrintTo(const Event& event, std::ostream* out) {
  *out << (event.kind == EventKind::final ? "final" : "partial") << " of segment " << event.segment << " at " << event.audio_time
       << " s [" << event.segment_start << ", " << event.segment_end << "]: " << to_text(event.committed) << " | "
       << to_text(event.tentative);
}

namespace testing {

/// Random weights, so no speech is understood; but everything that a stream promises holds for them too.
inline Model tiny_model(const std::string& name) {
  return Model::load(ATTEND_SOURCE_DIR "/tests/data/engine/" + name + ".safetensors");
}
inline const std::vector<std::string> tiny_models{"rotary", "rotary-i8", "conformer-relative", "conformer-plain"};

/// Noise bursts and tones with pauses between them, from a seed.
inline std::vector<float> sound(double seconds, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, 1);
  std::uniform_real_distribution<float> uniform(0, 1);
  std::vector<float> samples;
  const auto size = static_cast<std::size_t>(seconds * 16000);
  while (samples.size() < size) {
    const auto length = static_cast<std::size_t>(16000 * (0.05F + 1.2F * uniform(random)));
    const bool pause = uniform(random) < 0.3F;
    const float level = pause ? 1e-4F : std::pow(10.0F, -3 * uniform(random));
    const float pitch = 100 + 2000 * uniform(random);
    for (std::size_t i = 0; i < length && samples.size() < size; ++i) {
      const float tone = std::sin(6.2831853F * pitch * static_cast<float>(i) / 16000);
      samples.push_back(level * (0.5F * tone + 0.2F * noise(random)));
    }
  }
  return samples;
}

inline std::vector<Event> drain(Stream& stream) {
  std::vector<Event> events;
  while (auto event = stream.read()) events.push_back(std::move(*event));
  return events;
}

/// All written before the first read.
inline std::vector<Event> recognise(const Model& model, std::span<const float> samples, const StreamOptions& options = {}) {
  Stream stream(model, options);
  stream.write(samples);
  stream.finish();
  return drain(stream);
}

/// Cut into blocks of random lengths up to `longest` frames, with a few reads between them at random.
inline std::vector<Event> recognise_in_blocks(const Model& model, std::span<const float> samples, const StreamOptions& options,
                                              std::size_t longest, unsigned seed) {
  std::mt19937 random(seed);
  Stream stream(model, options);
  std::vector<Event> events;
  const auto channels = static_cast<std::size_t>(options.channels);
  while (!samples.empty()) {
    const std::size_t block = std::min(samples.size(), random() % (longest + 1) * channels);
    stream.write(samples.first(block));
    samples = samples.subspan(block);
    for (unsigned reads = random() % 3; reads > 0; --reads) {
      if (auto event = stream.read()) events.push_back(std::move(*event));
    }
  }
  stream.finish();
  for (Event& event : drain(stream)) events.push_back(std::move(event));
  return events;
}

}  // namespace testing
}  // namespace attend
