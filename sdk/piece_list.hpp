// The pieces of a sentencepiece model, read from its bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace attend::sdk {

/// Numbers of SentencePiece.Type in sentencepiece_model.proto.
enum class PieceType { normal = 1, unknown = 2, control = 3, user_defined = 4, unused = 5, byte = 6 };

struct Piece {
  std::string text;
  PieceType type = PieceType::normal;
};

/// Reads field 1 (pieces) of the serialised ModelProto and passes over the others. Not done with libsentencepiece, which reads
/// beyond its buffers on hostile bytes (a forged character map with a self-test sample ends in SIGSEGV, version 0.1.97), writes to
/// stderr and brings a protobuf into the host; the tests hold this reader against it. At most `most` pieces.
Result<std::vector<Piece>> read_pieces(std::span<const std::byte> model, std::size_t most);

}  // namespace attend::sdk
