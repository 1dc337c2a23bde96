// Accepted labels, in groups: one word each, or the tail of a committed word.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/extension.hpp"
#include "decoder/hypothesis_tree.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

/// Labels [begin, end) of the accepted ones.
struct LabelGroup {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool complete = false;      ///< what follows begins another word, or ends the sentence
  bool tail = false;          ///< continues a committed word: the scorer sees it, no word shows it
  bool agreed = false;        ///< all labels up to `end` were part of the best hypothesis of the last step, too
  std::int32_t furthest = 0;  ///< largest peak of all labels up to `end`
  bool undisputed = true;     ///< no hypothesis that comes near the best has other labels up to `end`
  float support = 1;          ///< in [0,1]: the share of the hypotheses, by their scores, that have all labels up to `end`
  float stability = 1;        ///< in [0,1]: how surely all words up to this one stay as they are
};

/// `path` are the accepted labels, from the first; `found` is the step that accepted them. `after_committed`: something has been
/// committed before them.
std::vector<LabelGroup> group_labels(const HypothesisTree& tree, std::span<const HypothesisId> path, const Extended& found,
                                     const LabelTable& table, bool after_committed);

}  // namespace attend::decoder
