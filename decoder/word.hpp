// A word as the search sees it: labels and rows; what its letters are is the sdk's business.
#pragma once

#include <cstdint>
#include <vector>

#include "decoder/attention_scorer.hpp"

namespace attend::decoder {

/// Rows count from the segment's start.
struct Word {
  std::vector<Label> labels;
  std::int32_t first_row = 0;  ///< where the word begins
  std::int32_t end_row = 0;    ///< one past its last row
  float confidence = 0;        ///< in [0,1]
  float stability = 1;         ///< in [0,1]; 1 for committed words: how surely a tentative word stays
};

}  // namespace attend::decoder
