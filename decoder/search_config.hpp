// What the search can be told: sizes in encoder rows, and what it must know of the labels.
#pragma once

#include <cstdint>
#include <vector>

#include "decoder/attention_scorer.hpp"

namespace attend::decoder {

/// What the search knows of the labels: not their letters.
struct LabelTable {
  std::int32_t size = 0;
  Label begin = 1;
  Label end = 2;
  std::vector<bool> begins_word;  ///< [size]: the label starts a new word
};

/// Defaults are for rows of 24 ms; figures behind each in docs/search.md.
struct SearchConfig {
  std::int32_t edge_guard = 5;       ///< a label that peaks in the last rows is not accepted yet
  std::int32_t commit_guard = 4;     ///< a committed word peaks this many rows before the last settled row
  std::int32_t show_guard = 8;       ///< a word is shown when it peaks this far from the end, or was there a step before
  std::int32_t jump_back = 60;       ///< a label may not peak this many rows before the furthest peak
  std::int32_t refresh = 84;         ///< committed labels that peak in the last rows are scored again each step
  std::int32_t patience = 0;         ///< a word tentative for longer is committed anyway; 0: never
  std::int32_t silence = 33;         ///< rows behind the last word that end a segment
  std::int32_t longest = 1042;       ///< rows of the longest segment
  float labels_per_row = 0.2F;       ///< bound on the length of a segment's text
};

}  // namespace attend::decoder
