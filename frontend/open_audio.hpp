// Opens whatever a person calls a recording.
#pragma once

#include <filesystem>
#include <memory>

#include "frontend/audio_source.hpp"

namespace attend::frontend {

enum class SampleFormat { s16le, s24le, s32le, f32le, u8, mulaw, alaw };

/// What headerless PCM is.
struct RawFormat {
  AudioFormat audio{16000, 1};
  SampleFormat format = SampleFormat::s16le;
};

/// What libsndfile reads, else through an installed ffmpeg.
Result<std::unique_ptr<AudioSource>> open_audio(const std::filesystem::path& file);
Result<std::unique_ptr<AudioSource>> open_raw(const std::filesystem::path& file, const RawFormat& format);
Result<std::unique_ptr<AudioSource>> open_stdin();
Result<std::unique_ptr<AudioSource>> open_stdin_raw(const RawFormat& format);

}  // namespace attend::frontend
