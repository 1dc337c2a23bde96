#include "frontend/resampler.hpp"

#include <soxr.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <utility>

namespace attend::frontend {
namespace {

constexpr int lowest_rate = 1000, highest_rate = 768000;

struct DeleteSoxr {
  void operator()(soxr* state) const { soxr_delete(state); }
};
using Soxr = std::unique_ptr<soxr, DeleteSoxr>;

}  // namespace

struct Resampler::Impl {
  Soxr soxr;                 // none: equal rates
  std::vector<float> block;  // [capacity], input of the next call of soxr
  std::size_t filled = 0;
  std::vector<float> scratch;  // output of one call

  void feed(const float* input, std::size_t count, std::vector<float>& output);
};

/// Hands `count` samples to soxr, or with a null `input` the end, and appends what comes out.
void Resampler::Impl::feed(const float* input, std::size_t count, std::vector<float>& output) {
  std::size_t used = 0, made = 0;
  do {
    std::size_t taken = 0;
    // With valid arguments, soxr fails for want of memory only.
    if (soxr_process(soxr.get(), input != nullptr ? input + used : nullptr, count - used, &taken, scratch.data(), scratch.size(),
                     &made)) {
      throw std::bad_alloc();
    }
    used += taken;
    output.insert(output.end(), scratch.begin(), scratch.begin() + static_cast<std::ptrdiff_t>(made));
  } while (used < count || made == scratch.size());
}

Resampler::Resampler(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

Result<Resampler> Resampler::create(int input_rate, int output_rate) {
  for (const int rate : {input_rate, output_rate}) {
    if (rate < lowest_rate || rate > highest_rate) {
      return fail(ErrorCode::invalid_argument,
                  "a sample rate of " + std::to_string(rate) + " Hz is outside of 1,000 to 768,000 Hz");
    }
  }
  auto impl = std::make_unique<Impl>();
  if (input_rate == output_rate) return Resampler(std::move(impl));

  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  runtime.log2_large_dft_size = runtime.log2_min_dft_size;  // long transforms would hold back twice the sound for little speed
  soxr_error_t error = nullptr;
  impl->soxr.reset(soxr_create(input_rate, output_rate, 1, &error, &io, &quality, &runtime));
  if (error != nullptr || !impl->soxr) {
    return fail(ErrorCode::out_of_memory, "cannot resample from " + std::to_string(input_rate) + " to " +
                                              std::to_string(output_rate) + " Hz: " + (error != nullptr ? error : "no memory"));
  }
  impl->block.resize(static_cast<std::size_t>(std::max(16, input_rate / 200)));
  impl->scratch.resize(2 * impl->block.size() * static_cast<std::size_t>(output_rate) / static_cast<std::size_t>(input_rate) + 64);
  return Resampler(std::move(impl));
}

void Resampler::push(std::span<const float> input, std::vector<float>& output) {
  if (!impl_->soxr) {
    output.insert(output.end(), input.begin(), input.end());
    return;
  }
  auto& block = impl_->block;
  while (!input.empty()) {
    const std::size_t count = std::min(input.size(), block.size() - impl_->filled);
    std::copy_n(input.begin(), count, block.begin() + static_cast<std::ptrdiff_t>(impl_->filled));
    impl_->filled += count;
    input = input.subspan(count);
    if (impl_->filled < block.size()) return;
    impl_->feed(block.data(), block.size(), output);
    impl_->filled = 0;
  }
}

void Resampler::finish(std::vector<float>& output) {
  if (!impl_->soxr) return;
  if (impl_->filled > 0) impl_->feed(impl_->block.data(), std::exchange(impl_->filled, 0), output);
  impl_->feed(nullptr, 0, output);
}

}  // namespace attend::frontend
