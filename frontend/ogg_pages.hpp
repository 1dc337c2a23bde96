// Whether an Ogg file ends where it should.
#pragma once

#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// Whether the last page is incomplete.
bool ogg_is_cut(ByteInput& bytes);

}  // namespace attend::frontend
