// Whether compressed files tell how long they are, and whether they end where they should.
#pragma once

#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// Whether an MP3 file begins with a frame that counts the others (Xing's or LAME's tag). Without one its length is an estimate.
bool mpeg_states_length(ByteInput& bytes);

/// Whether the last page of an Ogg file is incomplete.
bool ogg_is_cut(ByteInput& bytes);

}  // namespace attend::frontend
