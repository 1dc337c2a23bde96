#include "language/text_lines.hpp"

#define ZLIB_CONST  // zlib reads its input through a pointer to const
#include <zlib.h>

#include <algorithm>
#include <new>
#include <utility>

namespace attend::language {
namespace {

constexpr std::size_t block = std::size_t{1} << 16;
constexpr std::size_t longest_line = std::size_t{1} << 16;
constexpr int gzip_only = 15 + 16;  // zlib's window bits, and its sign for a gzip header

bool is_gzip(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1F} && bytes[1] == std::byte{0x8B};
}

}  // namespace

struct TextLines::Inflater {
  z_stream stream = {};
  bool member_ended = false;

  Inflater() {
    if (::inflateInit2(&stream, gzip_only) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { ::inflateEnd(&stream); }
};

TextLines::TextLines(std::span<const std::byte> bytes, std::string name) : rest_(bytes), name_(std::move(name)) {
  if (is_gzip(bytes)) inflater_ = std::make_unique<Inflater>();
}

TextLines::~TextLines() = default;

Result<std::optional<std::string_view>> TextLines::next() {
  std::size_t searched = taken_;
  while (true) {
    if (const std::size_t end = buffer_.find('\n', searched); end != std::string::npos) {
      auto line = std::string_view(buffer_).substr(taken_, end - taken_);
      taken_ = end + 1;
      ++number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      return line;
    }
    if (buffer_.size() - taken_ > longest_line) {
      return fail(ErrorCode::malformed, name_ + ": line " + std::to_string(number_ + 1) + " is longer than " +
                                            std::to_string(longest_line) + " bytes, so it is no ARPA file; check the path");
    }
    buffer_.erase(0, taken_);
    taken_ = 0;
    searched = buffer_.size();
    const auto more = fill();
    if (!more) return tl::unexpected(more.error());
    if (*more) continue;
    if (buffer_.empty()) return std::nullopt;
    taken_ = buffer_.size();
    ++number_;
    return std::string_view(buffer_);
  }
}

Result<bool> TextLines::fill() {
  if (inflater_) return inflate_more();
  const std::size_t size = std::min(rest_.size(), block);
  buffer_.append(reinterpret_cast<const char*>(rest_.data()), size);
  rest_ = rest_.subspan(size);
  return size > 0;
}

Result<bool> TextLines::inflate_more() {
  z_stream& stream = inflater_->stream;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + block);
  stream.next_out = reinterpret_cast<Bytef*>(buffer_.data() + before);
  stream.avail_out = block;
  int state = Z_OK;
  while (stream.avail_out > 0 && state == Z_OK) {
    if (inflater_->member_ended) {
      if (!is_gzip(rest_)) break;  // what follows the last member is padding
      ::inflateReset(&stream);
      inflater_->member_ended = false;
    }
    const std::size_t offered = std::min(rest_.size(), block);
    stream.next_in = reinterpret_cast<const Bytef*>(rest_.data());
    stream.avail_in = static_cast<uInt>(offered);
    state = ::inflate(&stream, Z_NO_FLUSH);
    rest_ = rest_.subspan(offered - stream.avail_in);
    if (state == Z_STREAM_END) {
      inflater_->member_ended = true;
      state = Z_OK;
    }
  }
  buffer_.resize(before + block - stream.avail_out);
  if (state == Z_MEM_ERROR) throw std::bad_alloc();
  if (state != Z_OK) {
    return fail(ErrorCode::malformed, name_ + " is damaged or cut off behind line " + std::to_string(number_) +
                                          " (gzip cannot be unpacked further); copy or make it again");
  }
  return buffer_.size() > before;
}

}  // namespace attend::language
