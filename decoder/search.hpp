// The attention-led incremental search over one segment: verify, extend, commit, show. Rules and their reasons: docs/search.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/commit_rule.hpp"
#include "decoder/described_group.hpp"
#include "decoder/endpoint_rule.hpp"
#include "decoder/extension.hpp"
#include "decoder/hypothesis_tree.hpp"
#include "decoder/label_chooser.hpp"
#include "decoder/label_groups.hpp"
#include "decoder/label_opinion.hpp"
#include "decoder/readings.hpp"
#include "decoder/search_config.hpp"
#include "decoder/shown_words.hpp"
#include "decoder/word.hpp"
#include "decoder/word_clock.hpp"

namespace attend::decoder {

/// What one step of the search says.
struct StepResult {
  std::vector<Word> committed;  ///< words that this step commits; never taken back
  std::vector<Word> tentative;  ///< all words shown beyond the committed ones
  /// Other readings of the whole segment, its words committed earlier included, best first; as many as asked for, or fewer.
  std::vector<Reading> alternatives;
  std::optional<Cut> cut;  ///< set if an endpoint rule holds; `finish` should follow with this cut
};

/// Attention-led beam search. One instance per segment, with a scorer of its own; not thread-safe. Its memory is bounded by the
/// segment's rows and labels.
class Search {
 public:
  /// `opinions` outlive the search, and are asked in the given order.
  Search(const LabelTable& labels, const SearchConfig& config, std::vector<WeightedOpinion> opinions = {});

  /// After the scorer's rows moved on by a chunk.
  StepResult step(AttentionScorer& scorer);
  /// The segment ends: with its last row, or at `cut` if an endpoint rule asked for it. Commits what is left before the cut and
  /// shows nothing. No step may follow. With a cut, the scorer is not asked.
  StepResult finish(AttentionScorer& scorer, std::optional<Cut> cut = std::nullopt);

  /// All labels committed so far, those included that no word shows (docs/search.md, "Words").
  std::span<const Label> committed_labels() const { return committed_labels_; }

 private:
  struct Counts {
    std::size_t committed = 0;  ///< groups
    std::size_t shown = 0;      ///< groups, the committed ones included
  };

  StepResult advance(AttentionScorer& scorer, bool at_end);
  void count_steps(std::span<const HypothesisId> path);
  StepRows rows_at(const AttentionScorer& scorer, std::span<const HypothesisId> path) const;
  bool doubtful() const;
  Counts decide(std::span<const LabelGroup> groups, const StepRows& rows, bool at_end) const;
  std::vector<LabelGroup> weighed_groups(std::span<const Extended> found, const Extended& one, std::span<const HypothesisId> path,
                                         std::int32_t total) const;
  StepResult tell_committed(std::size_t count) const;
  std::vector<Word> show(const Counts& counts, std::span<const Extended> found, HypothesisId root, const StepRows& rows);
  const Extended& to_show(std::span<const Extended> found, HypothesisId root) const;
  std::vector<Label> said(const Extended& hypothesis) const;
  std::vector<Rival> read_rivals(std::span<const Extended> found, HypothesisId root, bool following, const StepRows& rows) const;
  void commit(std::span<const HypothesisId> path, std::size_t count, std::span<const Rival> dropped);
  void follow(std::vector<Rival> rivals, std::size_t shown);
  void prune(HypothesisId root, std::span<const Extended> found);
  void freeze(AttentionScorer& scorer);
  void keep_opinions();
  std::optional<Cut> cut_after(const StepRows& rows, Stop stop, std::span<const LabelGroup> rest) const;

  LabelTable labels_;
  SearchConfig config_;
  LabelChooser chooser_;
  HypothesisTree tree_;
  CommittedLabels committed_;
  std::vector<Label> committed_labels_;
  std::vector<DescribedGroup> pending_;  // what the last step's best hypothesis accepted and the step did not commit
  Readings readings_;
  ShownWords shown_;
  WordClock clock_;               // stands at the end of the last committed word
  std::int32_t empty_steps_ = 0;  // steps in a row that accepted nothing
  std::int32_t floor_ = 0;        // path row of the last committed label
  std::int32_t heard_end_ = 0;    // end of what was heard of the last committed word
};

}  // namespace attend::decoder
