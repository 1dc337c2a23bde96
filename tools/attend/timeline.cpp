#include "timeline.hpp"

#include <algorithm>

#include "normaliser.hpp"

namespace attend::tools {

void TimelineRecorder::take(const Event& event, std::optional<double> wall_time) {
  const auto committed = normal_words(to_text(event.committed));
  std::vector<Word> all = event.committed;
  all.insert(all.end(), event.tentative.begin(), event.tentative.end());
  const auto segment = normal_words(to_text(all));
  Showing showing{.audio_time = event.audio_time,
                  .wall_time = wall_time,
                  .words = finished_,
                  .committed = finished_.size() + std::min(committed.size(), segment.size()),
                  .kind = event.kind,
                  .cause = event.cause};
  showing.words.insert(showing.words.end(), segment.begin(), segment.end());
  if (event.kind == EventKind::final) finished_ = showing.words;
  timeline_.push_back(std::move(showing));
}

}  // namespace attend::tools
