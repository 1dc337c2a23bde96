#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "channel_merger.hpp"
#include "transcript_writer.hpp"

namespace attend::tools {

/// All formats of one transcript: events go in, each writer gets what it needs, passages in order of time.
class TranscriptOutput {
 public:
  /// `hold`: seconds behind what was heard, before which no channel brings words any more (channel_merger.hpp).
  TranscriptOutput(std::vector<std::unique_ptr<TranscriptWriter>> writers, double hold);

  void begin(const Heading& heading);
  void partial(int channel, const Event& event);
  void segment(const Segment& segment);
  void heard(double seconds);
  void end(const Ending& ending);

 private:
  void tell_passage(const Passage& passage);

  std::vector<std::unique_ptr<TranscriptWriter>> writers_;
  double hold_;
  std::optional<ChannelMerger> merger_;  ///< where channels are split
};

}  // namespace attend::tools
