// Logarithms in eight bits: which value each code stands for.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "language/trie_layout.hpp"

namespace attend::language {

/// Code 0 is left free for "none" (its value is 0); 1 … 255 ascend. If there are at most 255 different values each has its own
/// code; else the codes are evenly spaced from the least to the largest, so that no value moves by more than half a step.
class ValueCodes {
 public:
  explicit ValueCodes(std::vector<float> values);

  std::span<const float, codes> values() const { return values_; }
  /// The code whose value lies nearest.
  std::uint8_t code(float value) const;

 private:
  std::array<float, codes> values_ = {};
  std::size_t used_ = 0;  // codes 1 … used_
};

}  // namespace attend::language
