// Groups of accepted labels as words: their times, and how sure they are.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/endpoint_rule.hpp"
#include "decoder/hypothesis_tree.hpp"
#include "decoder/label_groups.hpp"
#include "decoder/word.hpp"
#include "decoder/word_clock.hpp"

namespace attend::decoder {

struct DescribedGroup {
  PathSpan path;
  bool tail = false;           ///< no word shows it
  double log_prob = 0;         ///< of its labels, attention's own
  std::int32_t heard_end = 0;  ///< a little behind its last path row: silence may begin here
  Word word;
};

/// What lies behind a hypothesis' first label.
struct Behind {
  std::int32_t floor = 0;  ///< path row of the last committed label
  std::int32_t total = 0;  ///< rows heard
  WordClock clock;         ///< stands at the end of the last committed word
};

/// The groups of the hypothesis whose labels, from the first accepted one, are `path`.
std::vector<DescribedGroup> describe(const HypothesisTree& tree, std::span<const HypothesisId> path,
                                     std::span<const LabelGroup> groups, Behind behind);

/// Fills in what `SearchConfig::keep_attention` asks for.
void add_attention(const HypothesisTree& tree, std::span<const HypothesisId> path, std::span<const LabelGroup> groups,
                   std::span<DescribedGroup> described);

}  // namespace attend::decoder
