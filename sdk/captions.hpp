// What a segment shows: the search's words with letters and seconds, and whether that changed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "attend/attend.hpp"
#include "decoder/search.hpp"
#include "sdk/label_set.hpp"
#include "sdk/row_clock.hpp"

namespace attend::sdk {

/// Committed words only grow until `begin`. Words whose labels have no letters are not shown. One owner, not thread-safe.
class Captions {
 public:
  Captions(const LabelSet& labels, const RowClock& clock, double start_seconds)
      : labels_(labels), clock_(clock), start_seconds_(start_seconds) {}

  void begin(std::int64_t first_feature);
  /// Takes what a step said; times beyond `heard` samples are brought back to it. True if the words shown changed: a word more,
  /// less, other or committed. New times or confidences of tentative words alone are no change.
  bool take(const decoder::StepResult& step, std::int64_t heard);

  const std::vector<Word>& committed() const { return committed_; }
  const std::vector<Word>& tentative() const { return tentative_; }
  /// Other readings of the committed and tentative words, each text once, never that of the words themselves.
  const std::vector<Reading>& alternatives() const { return alternatives_; }
  /// Where each committed word listened, as far as the search kept it.
  const std::vector<WordAttention>& attention() const { return attention_; }
  /// Seconds of a sample of the stream as events give them.
  double seconds(std::int64_t sample) const { return start_seconds_ + clock_.seconds(sample); }

 private:
  void keep_other_texts(std::span<const decoder::Reading> readings, std::int64_t heard);
  std::vector<Word> spelled(std::span<const decoder::Word> words, std::int64_t heard) const;

  const LabelSet& labels_;
  const RowClock& clock_;
  double start_seconds_;
  std::int64_t first_feature_ = 0;
  std::vector<Word> committed_, tentative_;
  std::vector<Reading> alternatives_;
  std::vector<WordAttention> attention_;
};

}  // namespace attend::sdk
