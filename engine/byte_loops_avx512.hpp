// Only to be called where `byte_loop()` says so.
#pragma once

#include "engine/byte_loops.hpp"

namespace attend::engine {

void multiply_bytes_avx512(const ByteProduct& work);

}  // namespace attend::engine
