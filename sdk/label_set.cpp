#include "sdk/label_set.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include "sdk/piece_list.hpp"
#include "sdk/utf8.hpp"

namespace attend::sdk {
namespace {

constexpr std::string_view word_mark = "\xE2\x96\x81";  // U+2581

/// The byte of a piece "<0x0A>".
std::optional<char> byte_value(std::string_view piece) {
  if (piece.size() != 6 || !piece.starts_with("<0x") || piece.back() != '>') return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(piece.data() + 3, piece.data() + 5, value, 16);
  if (error != std::errc() || end != piece.data() + 5) return std::nullopt;
  return static_cast<char>(value);
}

std::string with_blanks(std::string_view piece) {
  std::string text;
  while (!piece.empty()) {
    const bool mark = piece.starts_with(word_mark);
    text += mark ? ' ' : piece.front();
    piece.remove_prefix(mark ? word_mark.size() : 1);
  }
  return text;
}

/// The text of a piece, or nothing for a byte piece that names no byte.
std::optional<std::string> piece_text(const Piece& piece) {
  switch (piece.type) {
    case PieceType::control:
    case PieceType::unused:
      return std::string();
    case PieceType::unknown:
      return "\xE2\x81\x87";  // U+2047, sentencepiece's own sign for it
    case PieceType::byte:
      if (const auto value = byte_value(piece.text)) return std::string(1, *value);
      return std::nullopt;
    default:
      return with_blanks(piece.text);
  }
}

}  // namespace

Result<LabelSet> LabelSet::read(std::span<const std::byte> model, int labels) {
  const auto size = static_cast<std::size_t>(labels);
  const auto pieces = read_pieces(model, size);
  if (!pieces) return tl::unexpected(pieces.error());
  if (pieces->size() != size) {
    return fail(ErrorCode::malformed, "the label set has " + std::to_string(pieces->size()) +
                                          " pieces where the configuration has " + std::to_string(size) +
                                          " labels; export the model again");
  }
  LabelSet set;
  for (const Piece& piece : *pieces) {
    auto text = piece_text(piece);
    if (!text)
      return fail(ErrorCode::malformed,
                  "the label set's byte piece '" + valid_utf8(piece.text) + "' names no byte; export the model again");
    const bool written = piece.type == PieceType::normal || piece.type == PieceType::user_defined;
    set.begins_word_.push_back(written && std::string_view(piece.text).starts_with(word_mark));
    set.texts_.push_back(std::move(*text));
  }
  return set;
}

std::string_view LabelSet::letters(decoder::Label label) const {
  const auto index = static_cast<std::size_t>(label);
  std::string_view text = texts_.at(index);
  if (begins_word_[index]) text.remove_prefix(1);
  return text;
}

std::string LabelSet::text(std::span<const decoder::Label> labels) const {
  std::string bytes;
  for (const decoder::Label label : labels) bytes += texts_.at(static_cast<std::size_t>(label));
  const std::size_t first = bytes.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return valid_utf8(std::string_view(bytes).substr(first, bytes.find_last_not_of(' ') - first + 1));
}

}  // namespace attend::sdk
