#include "decoder/forward_rule.hpp"

#include <algorithm>

namespace attend::decoder {

namespace {

std::int32_t largest_peak(std::span<const HeardLabel> labels) {
  std::int32_t furthest = 0;
  for (const HeardLabel& heard : labels) furthest = std::max(furthest, heard.peak);
  return furthest;
}

}  // namespace

ForwardRule::ForwardRule(const SearchConfig& config, const std::vector<bool>& begins_word, std::span<const HeardLabel> committed)
    : config_(config), begins_word_(&begins_word) {
  for (const HeardLabel& heard : committed) hear(heard.peak);
  // A copy consists of accepted labels only, so what it copies reaches at most one phrase into the committed ones.
  const auto history = std::min(committed.size(), static_cast<std::size_t>(std::max(config.repeat_longest, 0)));
  labels_.assign(committed.end() - static_cast<std::ptrdiff_t>(history), committed.end());
}

std::int32_t ForwardRule::accept(HeardLabel heard) {
  labels_.push_back(heard);
  ++accepted_;
  const std::int32_t before = furthest_;
  hear(heard.peak);
  idle_ = furthest_ > before ? 0 : idle_ + 1;
  if (const std::int32_t length = repeated(); length > 0) {
    stop_ = Stop::repeat;
    return length;
  }
  if (config_.stall > 0 && idle_ >= config_.stall) {
    stop_ = Stop::stall;
    return idle_;
  }
  return 0;
}

void ForwardRule::hear(std::int32_t peak) {
  furthest_ = std::max(furthest_, std::min(peak, largest_));
  largest_ = std::max(largest_, peak);
}

std::int32_t ForwardRule::repeated() const {
  const std::size_t longest = std::min(static_cast<std::size_t>(std::max(config_.repeat_longest, 0)), accepted_);
  for (std::size_t length = 1; length <= longest && 2 * length <= labels_.size(); ++length) {
    if (is_stale_copy(length)) return static_cast<std::int32_t>(length);
  }
  return 0;
}

bool ForwardRule::is_stale_copy(std::size_t length) const {
  const std::span<const HeardLabel> all = labels_;
  const auto copy = all.last(length);
  const auto original = all.subspan(all.size() - 2 * length, length);
  const auto first = static_cast<std::size_t>(copy.front().label);
  if (first >= begins_word_->size() || !(*begins_word_)[first]) return false;
  const auto same_label = [](const HeardLabel& a, const HeardLabel& b) { return a.label == b.label; };
  if (!std::equal(copy.begin(), copy.end(), original.begin(), same_label)) return false;
  return largest_peak(copy) < largest_peak(original) + config_.repeat_advance;
}

}  // namespace attend::decoder
