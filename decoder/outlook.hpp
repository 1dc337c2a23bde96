// What is said at a place in the tree of hypotheses about the label that follows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"

namespace attend::decoder {

/// A label that might follow.
struct Choice {
  Label label = 0;
  float log_prob = 0;  ///< attention's own, whoever decided
  float score = 0;     ///< attention's and the second opinions' together, by which labels are ranked
};

struct Outlook {
  std::vector<Choice> best;      ///< the best first; at least one
  std::int32_t peak = 0;         ///< row of the largest attention: where the label that follows is heard
  std::vector<float> attention;  ///< [rows]
};

/// Row of the largest attention, of equal ones the first.
std::int32_t peak_row(std::span<const float> attention);

}  // namespace attend::decoder
