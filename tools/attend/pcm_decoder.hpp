#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "attend/attend.hpp"

namespace attend::tools {

/// Headerless PCM, in blocks as they come, to mono samples of 16 bits: the mean of the channels, rounded. 16 bits hold 96 dB, more
/// than rooms and microphones have.
class PcmDecoder {
 public:
  explicit PcmDecoder(const RawFormat& format);

  /// Appends what the bytes hold. The begin of a frame that is not whole waits for its rest.
  void decode(std::span<const std::byte> bytes, std::vector<std::int16_t>& samples);

 private:
  void mix(std::span<const std::byte> frames, std::vector<std::int16_t>& samples);

  RawFormat format_;
  std::size_t frame_bytes_;
  std::vector<std::byte> rest_;
  std::vector<float> values_;
};

/// Whether this is the head of a file that has a header (wav, flac, ogg, mp3, aiff, mkv), which is no headerless PCM.
bool looks_like_container(std::span<const std::byte> head);

}  // namespace attend::tools
