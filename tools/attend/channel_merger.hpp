#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "transcript.hpp"

namespace attend::tools {

/// Puts the words of several channels into one order of time. Each segment is taken apart into phrases (after a mark that ends a
/// sentence, or at a pause of 0.3 s), phrases go out in the order in which they begin, and those of one segment between which
/// nobody else spoke are one passage.
///
/// A phrase is held until no channel can bring an earlier one: a channel's next segment begins where its last one ended, and no
/// more than `hold` seconds before what was heard. So memory stays bounded, however long a channel is silent.
class ChannelMerger {
 public:
  ChannelMerger(int channels, double hold, std::function<void(const Passage&)> tell);

  void add(const Segment& segment);
  /// All channels were heard up to here.
  void heard(double seconds);
  /// Nothing will follow.
  void finish();

 private:
  struct Phrase {
    int channel = 0;
    std::int64_t segment = 0;
    std::vector<Word> words;
  };

  void insert(Phrase phrase);
  void release(double up_to);
  void join(Phrase phrase);
  void tell_open();
  double reached() const;

  std::vector<double> ends_;  ///< per channel, the end of its last segment
  double hold_;
  double heard_ = 0;
  std::function<void(const Passage&)> tell_;
  std::vector<Phrase> waiting_;  ///< by start
  std::optional<Phrase> open_;   ///< the passage that the next phrase may extend
};

}  // namespace attend::tools
