#include "wav_recorder.hpp"

#include <limits>
#include <utility>

namespace attend::tools {
namespace {

constexpr std::int64_t writes_between_synchronisations = 10;

void put(std::string& bytes, std::uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
}

}  // namespace

std::string wav_header(int sample_rate, std::uint64_t data_bytes) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t riff_bytes = data_bytes + wav_header_bytes - 8;
  const bool large = riff_bytes > most;
  std::string header = large ? "RF64" : "RIFF";
  put(header, large ? most : riff_bytes, 4);
  header += "WAVE";
  // Room for the sizes of RF64; readers of wav pass over it.
  header += large ? "ds64" : "JUNK";
  put(header, 28, 4);
  put(header, large ? riff_bytes : 0, 8);
  put(header, large ? data_bytes : 0, 8);
  put(header, large ? data_bytes / 2 : 0, 8);
  put(header, 0, 4);
  header += "fmt ";
  put(header, 16, 4);
  put(header, 1, 2);  // integer PCM
  put(header, 1, 2);  // channel
  put(header, static_cast<std::uint64_t>(sample_rate), 4);
  put(header, 2 * static_cast<std::uint64_t>(sample_rate), 4);
  put(header, 2, 2);
  put(header, 16, 2);
  header += "data";
  put(header, large ? most : data_bytes, 4);
  return header;
}

WavRecorder::WavRecorder(std::filesystem::path file, bool overwrite) : path_(std::move(file)), overwrite_(overwrite) {
  file_.emplace(path_, overwrite_);
}

void WavRecorder::sound(std::span<const std::int16_t> samples, int sample_rate) {
  if (sample_rate != sample_rate_) {
    write();
    if (sample_rate_ != 0) {
      const std::string name = path_.stem().string() + "-" + std::to_string(++files_) + path_.extension().string();
      file_.emplace(path_.parent_path() / name, overwrite_);
    }
    sample_rate_ = sample_rate;
    file_->grow(wav_header(sample_rate, 0));
    file_->keep();
  }
  for (const std::int16_t sample : samples) put(waiting_, static_cast<std::uint16_t>(sample), 2);
  if (waiting_.size() >= 2 * static_cast<std::size_t>(sample_rate)) write();
}

void WavRecorder::write() {
  if (waiting_.empty()) return;
  file_->grow(std::exchange(waiting_, {}));
  file_->replace(0, wav_header(sample_rate_, file_->size() - wav_header_bytes));
  if (++writes_ % writes_between_synchronisations == 0) file_->synchronise();
}

void WavRecorder::end(double, const std::string&) {
  write();
  file_->synchronise();
}

}  // namespace attend::tools
