// What an installed ffmpeg reads, as an audio source.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "frontend/audio_source.hpp"
#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// Runs the program `ffmpeg` as a child, for a file by its path. ErrorCode::not_found if there is no such program.
Result<std::unique_ptr<AudioSource>> open_ffmpeg(const std::filesystem::path& file, const std::string& name);

/// The same for a file without a name.
Result<std::unique_ptr<AudioSource>> open_ffmpeg(std::shared_ptr<FileBytes> file, const std::string& name);

}  // namespace attend::frontend
