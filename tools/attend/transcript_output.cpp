#include "transcript_output.hpp"

#include <utility>

namespace attend::tools {

TranscriptOutput::TranscriptOutput(std::vector<std::unique_ptr<TranscriptWriter>> writers, double hold)
    : writers_(std::move(writers)), hold_(hold) {}

void TranscriptOutput::begin(const Heading& heading) {
  if (heading.channels == ChannelMode::split) {
    merger_.emplace(heading.channel_count, hold_, [this](const Passage& passage) { tell_passage(passage); });
  }
  for (const auto& writer : writers_) writer->begin(heading);
}

void TranscriptOutput::partial(int channel, const Event& event) {
  for (const auto& writer : writers_) writer->partial(channel, event);
}

void TranscriptOutput::segment(const Segment& segment) {
  for (const auto& writer : writers_) writer->segment(segment);
  if (merger_) {
    merger_->add(segment);
  } else if (!segment.words.empty()) {
    tell_passage({segment.channel, segment.words});
  }
}

void TranscriptOutput::heard(double seconds) {
  if (merger_) merger_->heard(seconds);
}

void TranscriptOutput::end(const Ending& ending) {
  if (merger_) merger_->finish();
  for (const auto& writer : writers_) writer->end(ending);
}

void TranscriptOutput::tell_passage(const Passage& passage) {
  for (const auto& writer : writers_) writer->passage(passage);
}

}  // namespace attend::tools
