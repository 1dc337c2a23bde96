// Sentences about recordings that several sources need.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "frontend/audio_source.hpp"

namespace attend::frontend {

/// Rates and channel counts that Attend takes: 1,000 to 768,000 Hz, 1 to 1,024 channels.
Status check_format(const AudioFormat& format, const std::string& name);

/// "12.3 s" for so many frames.
std::string seconds_text(std::int64_t frames, int sample_rate);

/// The system refused to read on.
Failure read_failure(const std::string& name, int number);

}  // namespace attend::frontend
