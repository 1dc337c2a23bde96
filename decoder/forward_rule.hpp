// Text moves forward with the sound: what keeps an attention decoder from looping, whatever it says.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/search_config.hpp"

namespace attend::decoder {

/// Why a hypothesis does not grow any further in a step.
enum class Stop {
  end,     ///< the end of the sentence leads
  edge,    ///< the next label is heard so close to the last row that its sound has run out
  back,    ///< the next label is heard far before what has been heard already
  repeat,  ///< a phrase was said again, but not heard again
  stall,   ///< many labels, and the sound did not move
  full,    ///< as many labels as a segment of this length may have
};

/// A label and the row where it was heard.
struct HeardLabel {
  Label label = 0;
  std::int32_t peak = 0;
};

/// Watches one hypothesis grow in one step. The rules and their names: docs/search.md, "Extend".
class ForwardRule {
 public:
  /// `committed` are all committed labels of the segment; `begins_word` outlives the rule.
  ForwardRule(const SearchConfig& config, const std::vector<bool>& begins_word, std::span<const HeardLabel> committed);

  /// Whether a label heard at `peak` would be too far back.
  bool too_far_back(std::int32_t peak) const { return peak < furthest_ - config_.jump_back; }
  /// Follows the hypothesis by one label. Returns how many of its last labels must be taken back, this one included; then the
  /// hypothesis ends and `stop` says why.
  std::int32_t accept(HeardLabel heard);
  Stop stop() const { return stop_; }
  std::int32_t furthest() const { return furthest_; }

 private:
  void hear(std::int32_t peak);
  std::int32_t repeated() const;
  bool is_stale_copy(std::size_t length) const;

  SearchConfig config_;
  const std::vector<bool>* begins_word_;
  std::vector<HeardLabel> labels_;  // the last committed ones, then the accepted ones
  std::size_t accepted_ = 0;
  std::int32_t largest_ = 0;   // of all peaks
  std::int32_t furthest_ = 0;  // the second-largest: one label that listens astray moves nothing
  std::int32_t idle_ = 0;      // accepted labels since it moved
  Stop stop_ = Stop::end;
};

}  // namespace attend::decoder
