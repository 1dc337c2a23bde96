#include "sdk/piece_list.hpp"

#include <cstdint>
#include <optional>

namespace attend::sdk {
namespace {

/// One field of a protobuf message (https://protobuf.dev/programming-guides/encoding).
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;           ///< of a varint
  std::span<const std::byte> bytes;  ///< of a length-delimited field
};

enum WireType : unsigned { varint = 0, fixed64 = 1, delimited = 2, fixed32 = 5 };

/// Walks over the fields of one message; `failed` tells a broken message from its end.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> message) : rest_(message) {}

  std::optional<Field> next() {
    if (rest_.empty() || failed_) return std::nullopt;
    const std::uint64_t tag = read_varint();
    Field field{tag >> 3U, 0, {}};
    if (field.number == 0) failed_ = true;
    switch (tag & 7U) {
      case varint:
        field.value = read_varint();
        break;
      case fixed64:
        take(8);
        break;
      case delimited:
        field.bytes = take(read_varint());
        break;
      case fixed32:
        take(4);
        break;
      default:
        failed_ = true;
    }
    return failed_ ? std::nullopt : std::optional(field);
  }

  bool failed() const { return failed_; }

 private:
  std::uint64_t read_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(rest_.front());
      rest_ = rest_.subspan(1);
      value |= (byte & 0x7FU) << shift;
      if (byte < 0x80U) return value;
    }
    failed_ = true;
    return 0;
  }

  std::span<const std::byte> take(std::uint64_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

std::optional<Piece> read_piece(std::span<const std::byte> message) {
  Piece piece;
  Fields fields(message);
  while (const auto field = fields.next()) {
    if (field->number == 1) piece.text.assign(reinterpret_cast<const char*>(field->bytes.data()), field->bytes.size());
    if (field->number == 3) {
      if (field->value < 1 || field->value > 6) return std::nullopt;
      piece.type = static_cast<PieceType>(field->value);
    }
  }
  if (fields.failed() || piece.text.empty()) return std::nullopt;
  return piece;
}

}  // namespace

Result<std::vector<Piece>> read_pieces(std::span<const std::byte> model, std::size_t most) {
  std::vector<Piece> pieces;
  Fields fields(model);
  while (const auto field = fields.next()) {
    if (field->number != 1) continue;
    auto piece = read_piece(field->bytes);
    const std::string number = std::to_string(pieces.size());
    if (!piece)
      return fail(ErrorCode::malformed, "piece " + number + " of the label set is no sentencepiece piece; export the model again");
    if (pieces.size() == most)
      return fail(ErrorCode::malformed, "the label set has more than " + number + " pieces; export the model again");
    pieces.push_back(std::move(*piece));
  }
  if (fields.failed()) {
    const std::string number = std::to_string(pieces.size());
    return fail(ErrorCode::malformed, "the label set breaks off behind piece " + number + "; download or export the model again");
  }
  return pieces;
}

}  // namespace attend::sdk
