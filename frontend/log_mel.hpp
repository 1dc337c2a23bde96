// Log-mel filter bank, compatible with Kaldi's (HTK mel scale, snip_edges, no dither), streaming.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace attend::frontend {

enum class Window { povey, hann };

/// See docs/model-file.md, `features`.
struct LogMelConfig {
  int sample_rate = 16000;
  int window_samples = 400;
  int hop_samples = 128;
  int fft = 512;
  int bins = 80;
  float low_hz = 20;
  float high_hz = 7600;
  Window window = Window::povey;
  float preemphasis = 0.97F;
  bool remove_dc = true;
  float floor = 1.1920929e-07F;  ///< of the energy, on samples in the range of 16-bit integers
};

/// Streaming; its only state is the samples not yet used up. One owner, not thread-safe. The rows do not depend, to the last bit,
/// on how the samples are cut into blocks.
class LogMel {
 public:
  static Result<LogMel> create(const LogMelConfig& config);
  ~LogMel();
  LogMel(LogMel&&) noexcept;
  LogMel& operator=(LogMel&&) noexcept;

  /// Takes mono samples in [-1,1] and appends the feature rows that they complete, [n, bins], to `rows`.
  void push(std::span<const float> samples, std::vector<float>& rows);
  /// Forgets the samples held, to begin anew.
  void reset();

 private:
  struct Impl;
  explicit LogMel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace attend::frontend
