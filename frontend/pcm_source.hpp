// Headerless PCM as an audio source.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "frontend/audio_source.hpp"
#include "frontend/byte_input.hpp"
#include "frontend/open_audio.hpp"

namespace attend::frontend {

/// `name` is what error messages call the bytes. Bytes at the end that are no whole frame are reported.
Result<std::unique_ptr<AudioSource>> open_pcm(std::shared_ptr<ByteInput> bytes, const RawFormat& format, const std::string& name);

}  // namespace attend::frontend
