// A word as the search sees it: labels and rows; what its letters are is the sdk's business.
#pragma once

#include <cstdint>
#include <utility>
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
  // If the search was told to keep them (SearchConfig::keep_attention):
  std::vector<float> attention = {};  ///< [rows], mean over its labels, in the step that decided it
  std::vector<std::pair<Label, float>> considered =
      {};  ///< first labels that might have stood here, with probabilities, best first
};

/// Another reading of the words of a result.
struct Reading {
  float score = 0;  ///< log-score less that of the best reading
  std::vector<Word> words;
};

}  // namespace attend::decoder
