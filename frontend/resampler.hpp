// Streaming sample rate conversion on soxr.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace attend::frontend {

/// Mono. One owner, not thread-safe. The output does not depend, to the last bit, on how the input is cut into blocks: soxr is fed
/// blocks of a fixed size. Equal rates pass through untouched.
class Resampler {
 public:
  static Result<Resampler> create(int input_rate, int output_rate);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  void push(std::span<const float> input, std::vector<float>& output);
  /// The end of the input: appends what the filters still hold.
  void finish(std::vector<float>& output);

 private:
  struct Impl;
  explicit Resampler(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace attend::frontend
