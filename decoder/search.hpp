// The attention-led incremental search over one segment: verify, extend, commit, show. Rules and their reasons: docs/search.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/search_config.hpp"
#include "decoder/word.hpp"

namespace attend::decoder {

/// Why a segment should end here.
enum class EndReason { silence, longest, nothing_said };

/// Where the segment should be cut: its rows before `row` are done with, the next segment begins with the first sample of `row`.
struct Cut {
  EndReason reason = EndReason::silence;
  std::int32_t row = 0;
};

/// What one step of the search says.
struct StepResult {
  std::vector<Word> committed;  ///< words that this step commits; never taken back
  std::vector<Word> tentative;  ///< all words shown beyond the committed ones
  std::optional<Cut> cut;       ///< set if an endpoint rule holds; `finish` should follow with this cut
};

/// Greedy attention-led search. One instance per segment; not thread-safe.
class Search {
 public:
  Search(const LabelTable& labels, const SearchConfig& config);

  /// After the scorer's rows moved on by a chunk.
  StepResult step(AttentionScorer& scorer);
  /// The segment ends: with its last row, or at `cut` if an endpoint rule asked for it. Commits what is left before the cut and
  /// shows nothing. No step may follow.
  StepResult finish(AttentionScorer& scorer, std::optional<Cut> cut = std::nullopt);

  /// All labels committed so far.
  std::span<const Label> committed_labels() const;
};

}  // namespace attend::decoder
