#include "pcm_decoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "sample16.hpp"

namespace attend::tools {

PcmDecoder::PcmDecoder(const RawFormat& format)
    : format_(format), frame_bytes_(sample_bytes(format.format) * static_cast<std::size_t>(format.channels)) {}

void PcmDecoder::decode(std::span<const std::byte> bytes, std::vector<std::int16_t>& samples) {
  if (!rest_.empty()) {
    const std::size_t missing = std::min(frame_bytes_ - rest_.size(), bytes.size());
    rest_.insert(rest_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(missing));
    bytes = bytes.subspan(missing);
    if (rest_.size() < frame_bytes_) return;
    mix(rest_, samples);
    rest_.clear();
  }
  const std::size_t whole = bytes.size() / frame_bytes_ * frame_bytes_;
  mix(bytes.first(whole), samples);
  rest_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(whole), bytes.end());
}

void PcmDecoder::mix(std::span<const std::byte> frames, std::vector<std::int16_t>& samples) {
  const auto channels = static_cast<std::size_t>(format_.channels);
  values_.resize(frames.size() / frame_bytes_ * channels);
  decode_samples(format_.format, frames, values_);
  samples.reserve(samples.size() + values_.size() / channels);
  for (std::span<const float> rest = values_; !rest.empty(); rest = rest.subspan(channels)) {
    double sum = 0;
    for (const float value : rest.first(channels)) sum += std::isnan(value) ? 0 : std::clamp(value, -1.0F, 1.0F);
    samples.push_back(to_sample16(sum / format_.channels));
  }
}

bool looks_like_container(std::span<const std::byte> head) {
  using namespace std::string_view_literals;
  constexpr std::array heads{"RIFF"sv, "RF64"sv, "fLaC"sv, "OggS"sv, "ID3"sv, "FORM"sv, "\x1a\x45\xdf\xa3"sv};
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return std::ranges::any_of(heads, [text](std::string_view magic) { return text.starts_with(magic); });
}

}  // namespace attend::tools
