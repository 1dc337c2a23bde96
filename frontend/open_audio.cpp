#include "frontend/open_audio.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "frontend/byte_input.hpp"
#include "frontend/chained_source.hpp"
#include "frontend/ffmpeg_source.hpp"
#include "frontend/mpeg_source.hpp"
#include "frontend/pcm_source.hpp"

namespace attend::frontend {
namespace {

using Source = Result<std::unique_ptr<AudioSource>>;
using Bytes = std::variant<std::shared_ptr<FileBytes>, std::shared_ptr<StreamBytes>>;

const std::string standard_input = "standard input";

Failure open_error(const std::string& name, int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return {ErrorCode::not_found, name + " does not exist: check its name and folder"};
    case EACCES:
    case EPERM:
      return {ErrorCode::unreadable, name + " may not be read by this user: change its permissions or run as its owner"};
    default:
      return {ErrorCode::unreadable,
              name + " cannot be opened (" + std::generic_category().message(number) + "): check where it lies"};
  }
}

/// Regular files can be read at any position, everything else comes once.
Result<Bytes> bytes_of(UniqueFd descriptor, const std::string& name) {
  struct stat state {};
  if (fstat(descriptor.get(), &state) != 0) return tl::unexpected(open_error(name, errno));
  if (S_ISDIR(state.st_mode)) return fail(ErrorCode::invalid_argument, name + " is a folder: name a recording in it");
  if (!S_ISREG(state.st_mode)) return std::make_shared<StreamBytes>(std::make_unique<DescriptorStream>(std::move(descriptor)));
  const std::int64_t begin = std::max(off_t{0}, lseek(descriptor.get(), 0, SEEK_CUR));
  if (state.st_size <= begin) return fail(ErrorCode::malformed, name + " is empty: record or copy it again");
  return std::make_shared<FileBytes>(std::move(descriptor), begin, state.st_size - begin);
}

Result<Bytes> file_bytes(const std::filesystem::path& file) {
  UniqueFd descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!descriptor) return tl::unexpected(open_error(file.string(), errno));
  return bytes_of(std::move(descriptor), file.string());
}

Result<Bytes> stdin_bytes() {
  if (isatty(STDIN_FILENO) != 0) {
    return fail(ErrorCode::invalid_argument, "standard input is a terminal: name a file, or send a recording through a pipe");
  }
  UniqueFd descriptor(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!descriptor) return fail(ErrorCode::unreadable, "standard input is closed: name a file, or send a recording through a pipe");
  return bytes_of(std::move(descriptor), standard_input);
}

/// How many bytes the character takes that begins with `c` in UTF-8; 0 for bytes that no text has there.
std::size_t character_size(int c) {
  if (c < 0x80) return c >= 0x20 || c == '\t' || c == '\n' || c == '\r' || c == '\f' ? 1 : 0;
  if (c < 0xC2 || c > 0xF4) return 0;
  return c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/// Whether the bytes begin like a UTF-8 text. ffmpeg would try to read it as a playlist or as subtitles.
bool is_text(ByteInput& bytes) {
  std::vector<std::byte> head(512);
  head.resize(bytes.read(0, head));
  for (std::size_t i = 0; i < head.size();) {
    const std::size_t size = character_size(std::to_integer<int>(head[i]));
    if (size == 0) return false;
    for (std::size_t k = i + 1; k < std::min(i + size, head.size()); ++k) {
      if ((head[k] & std::byte{0xC0}) != std::byte{0x80}) return false;
    }
    i += size;
  }
  return true;
}

/// By the libraries of this process; ErrorCode::unsupported if none knows the bytes.
Source open_by_library(const std::shared_ptr<ByteInput>& bytes, const std::string& name) {
  return starts_like_mpeg(*bytes) ? open_mpeg(bytes, name) : open_ogg(bytes, name);
}

/// `path` is empty for bytes that have none.
Source recognise(std::shared_ptr<FileBytes> bytes, const std::filesystem::path& path, const std::string& name) {
  auto source = open_by_library(bytes, name);
  if (source || source.error().code != ErrorCode::unsupported) return source;
  if (is_text(*bytes)) return fail(ErrorCode::malformed, name + " is text, not a recording: name a sound or video file");
  auto decoded = path.empty() ? open_ffmpeg(std::move(bytes), name) : open_ffmpeg(path, name);
  if (decoded || decoded.error().code != ErrorCode::not_found) return decoded;
  return fail(ErrorCode::unsupported,
              name +
                  " is in no format that libsndfile reads, and the program ffmpeg, which reads most others, is "
                  "not installed: install it (on Debian: apt install ffmpeg), or convert the file to WAV or FLAC");
}

/// WAV, AU and MP3 are read as they come. Everything else is written to a temporary file first, because its readers jump about in
/// it.
Source recognise_stream(const std::shared_ptr<StreamBytes>& bytes, const std::string& name) {
  std::vector<std::byte> head(4);
  if (bytes->read(0, head) == 0 && bytes->failure() == 0)
    return fail(ErrorCode::malformed, name + " is empty: send a recording through it");
  auto source = open_by_library(bytes, name);
  if (source || source.error().code != ErrorCode::unsupported) return source;
  auto copy = spool(*bytes);
  if (!copy) {
    return fail(copy.error().code, name + " cannot be copied to a temporary file (" + copy.error().message +
                                       "): make room there, or send WAV, which needs no copy");
  }
  return recognise(std::move(*copy), {}, name);
}

Source open_bytes(Result<Bytes> bytes, const std::filesystem::path& path, const std::string& name) {
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  if (auto* file = std::get_if<std::shared_ptr<FileBytes>>(&*bytes)) return recognise(std::move(*file), path, name);
  return recognise_stream(std::get<std::shared_ptr<StreamBytes>>(*bytes), name);
}

Source open_bytes_raw(Result<Bytes> bytes, const RawFormat& format, const std::string& name) {
  if (!bytes) return tl::unexpected(std::move(bytes.error()));
  return std::visit([&](auto& some) { return open_pcm(std::move(some), format, name); }, *bytes);
}

}  // namespace

Source open_audio(const std::filesystem::path& file) {
  return open_bytes(file_bytes(file), file, file.string());
}

Source open_raw(const std::filesystem::path& file, const RawFormat& format) {
  return open_bytes_raw(file_bytes(file), format, file.string());
}

Source open_stdin() {
  return open_bytes(stdin_bytes(), {}, standard_input);
}

Source open_stdin_raw(const RawFormat& format) {
  return open_bytes_raw(stdin_bytes(), format, standard_input);
}

}  // namespace attend::frontend
