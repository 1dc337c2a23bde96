// What is shown stays shown as long as nothing contradicts it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "decoder/attention_scorer.hpp"
#include "decoder/described_group.hpp"
#include "decoder/word.hpp"

namespace attend::decoder {

/// The groups behind the committed ones that the last step showed. Rules: docs/search.md, "Show".
class ShownWords {
 public:
  /// A step accepted `groups`, commits the first `committed` of them and would show them up to `shown`. `said` are their labels,
  /// and behind them the label that waits for its sound, if one does. Returns the words to show behind the committed ones.
  std::vector<Word> step(std::span<const DescribedGroup> groups, std::size_t committed, std::size_t shown,
                         std::span<const Label> said, bool waits);

  /// Whether labels `said` are at odds with what the last step showed; `waits`: more may follow them.
  bool contradicted(std::span<const Label> said, bool waits) const;

 private:
  void hold(std::vector<DescribedGroup>& now, std::size_t labels) const;

  std::vector<DescribedGroup> last_;
};

}  // namespace attend::decoder
