// The sample formats of headerless PCM.
#pragma once

#include <cstddef>
#include <span>

#include "frontend/open_audio.hpp"

namespace attend::frontend {

/// Bytes of one sample.
std::size_t sample_size(SampleFormat format);

/// `bytes` holds samples.size() samples; integers come out in [-1,1), floats as they are.
void decode_samples(SampleFormat format, std::span<const std::byte> bytes, std::span<float> samples);

}  // namespace attend::frontend
