// What the headers of WAV, Wave64, AIFF and AU files say about the amount of sound that follows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "frontend/byte_input.hpp"

namespace attend::frontend {

/// libsndfile believes sizes that cannot be true, or quietly replaces them. This tells what the header really says, so that a file
/// which breaks off can be reported, and how to amend the header where libsndfile would stop before the end of the bytes.
struct Container {
  /// Bytes that libsndfile is to see instead of those at `position`.
  struct Patch {
    std::int64_t position = 0;
    std::array<std::byte, 4> bytes{};
  };

  std::int64_t begin = 0;              ///< where the bytes of the sound begin
  std::optional<std::int64_t> stated;  ///< how many they are; none if whoever wrote the header did not know
  std::vector<Patch> patches;
};

/// None for all other formats and for headers that end early.
std::optional<Container> read_container(ByteInput& bytes);

}  // namespace attend::frontend
