// Recordings joined one behind the other in an Ogg file, as one audio source.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "frontend/audio_source.hpp"
#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// Reads Ogg files by libsndfile, which would stop at the end of the first link. Links must agree in sample rate and channels; one
/// that does not is reported where it begins. ErrorCode::unsupported means that libsndfile does not know the first link.
Result<std::unique_ptr<AudioSource>> open_ogg(const std::shared_ptr<ByteInput>& bytes, const std::string& name);

}  // namespace attend::frontend
