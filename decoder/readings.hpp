// Competing readings of a segment: those of its committed words, dropped when the words were committed, and those of what follows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "decoder/described_group.hpp"
#include "decoder/word.hpp"

namespace attend::decoder {

/// What one hypothesis says behind the committed labels.
struct Rival {
  double behind = 0;  ///< the best hypothesis' log-score less this one's
  std::vector<DescribedGroup> groups;
  std::size_t shown = 0;  ///< groups, from the first, that may be shown
};

/// The readings of a segment that grows, the `count` best of them. Their words carry no attention. With a count of 0 nothing is
/// kept.
class Readings {
 public:
  explicit Readings(std::size_t count);

  /// These groups have been committed, the last with path row `end`. They compete with what `dropped`, the hypotheses that began
  /// with other labels, say up to there.
  void commit(std::span<const DescribedGroup> groups, std::span<const Rival> dropped, std::int32_t end);
  /// What the hypotheses that were kept say behind the committed labels, the best first.
  void follow(std::vector<Rival> rivals) { rest_ = std::move(rivals); }

  /// Readings of all that may be shown, other than the best.
  std::vector<Reading> shown() const;
  /// Readings of all that lies before `row`, other than the best.
  std::vector<Reading> before(std::int32_t row) const;

 private:
  std::vector<Reading> with_rest(std::span<const Reading> rest) const;

  std::size_t count_;
  std::vector<Reading> committed_;  // the best first: what was committed
  std::vector<Rival> rest_;
};

}  // namespace attend::decoder
