// What libsndfile reads, as an audio source.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "frontend/audio_source.hpp"
#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// `name` is what error messages call the bytes. ErrorCode::unsupported means that libsndfile does not know what they are. Bytes
/// that cannot be read at any position work for WAV and AU only.
Result<std::unique_ptr<AudioSource>> open_sndfile(std::shared_ptr<ByteInput> bytes, const std::string& name);

}  // namespace attend::frontend
