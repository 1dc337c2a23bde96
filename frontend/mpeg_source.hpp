// MP3 (MPEG layers 1 to 3) by libmpg123, as an audio source.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "frontend/audio_source.hpp"
#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// Whether the bytes begin with a frame of MPEG audio, perhaps behind ID3v2 tags.
bool starts_like_mpeg(ByteInput& bytes);

/// libsndfile reads these files too, but its decoder writes to standard error, gives up at the first gap, and drops what follows
/// where files were joined. Streams are read as they come. ErrorCode::unsupported means that it is something else.
Result<std::unique_ptr<AudioSource>> open_mpeg(std::shared_ptr<ByteInput> bytes, const std::string& name);

}  // namespace attend::frontend
