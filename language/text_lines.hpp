// A text's lines, from bytes that may be gzip.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace attend::language {

/// Plain or gzip (one member or several), told apart by the first bytes. The bytes must outlive it.
class TextLines {
 public:
  /// `name` stands in errors.
  TextLines(std::span<const std::byte> bytes, std::string name);
  ~TextLines();
  TextLines(const TextLines&) = delete;
  TextLines& operator=(const TextLines&) = delete;

  /// The next line without its end (LF or CR LF), valid until the next call; nothing at the end of the text.
  Result<std::optional<std::string_view>> next();
  /// Of the line last returned, from 1.
  std::int64_t number() const { return number_; }

 private:
  struct Inflater;

  Result<bool> fill();  ///< false at the end
  Result<bool> inflate_more();

  std::span<const std::byte> rest_;  // of the bytes, not read yet
  std::string name_;
  std::unique_ptr<Inflater> inflater_;  // none: plain text
  std::string buffer_;                  // text that no line has taken yet begins at `taken_`
  std::size_t taken_ = 0;
  std::int64_t number_ = 0;
};

}  // namespace attend::language
