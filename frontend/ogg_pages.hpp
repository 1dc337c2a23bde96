// The pages of an Ogg file (RFC 3533): where recordings in it begin, and whether the last one is whole.
#pragma once

#include <cstdint>
#include <vector>

#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// Where the links of the chain begin, the first at 0: recordings joined one behind the other, as broadcasts are. Empty if the
/// bytes are not Ogg.
std::vector<std::int64_t> ogg_links(ByteInput& bytes);

/// Whether the last page is incomplete.
bool ogg_is_cut(ByteInput& bytes);

}  // namespace attend::frontend
