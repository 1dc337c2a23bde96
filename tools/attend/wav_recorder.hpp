#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "growing_file.hpp"
#include "listen_output.hpp"

namespace attend::tools {

/// The sound that is heard, as a mono wav file of 16 bits. Written every second, the sizes in its header right after the samples:
/// whatever happens, the file is valid and lacks a second at most. Beyond 4 GiB it becomes RF64 (EBU Tech 3306), for which the
/// header has room. Where the rate changes (another device), NAME-2.wav begins.
class WavRecorder : public ListenOutput {
 public:
  /// Throws std::runtime_error with a sentence if the file cannot be made. It is made at once, to be refused at once.
  WavRecorder(std::filesystem::path file, bool overwrite);

  void sound(std::span<const std::int16_t> samples, int sample_rate) override;
  void end(double heard, const std::string& fault) override;

 private:
  void write();

  std::filesystem::path path_;
  bool overwrite_;
  int files_ = 1;
  std::optional<GrowingFile> file_;
  int sample_rate_ = 0;
  std::string waiting_;  ///< bytes
  std::int64_t writes_ = 0;
};

/// The header of a mono wav file of 16 bits with so many bytes of samples; always wav_header_bytes long.
std::string wav_header(int sample_rate, std::uint64_t data_bytes);

inline constexpr std::size_t wav_header_bytes = 80;

}  // namespace attend::tools
