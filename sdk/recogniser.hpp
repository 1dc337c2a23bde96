// From samples to events: what a Stream does. Samples → pipeline → feature store → segment → captions → event.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "attend/attend.hpp"
#include "frontend/feature_pipeline.hpp"
#include "sdk/captions.hpp"
#include "sdk/feature_store.hpp"
#include "sdk/row_clock.hpp"
#include "sdk/sample_queue.hpp"
#include "sdk/segment.hpp"
#include "sdk/stream_settings.hpp"

namespace attend::sdk {

/// The work is cut by counts of rows alone, so that events do not depend on how or when samples arrive. A segment that ends at row
/// k of its encoder is followed by one whose first row begins with the same sample: features are kept from a segment's start and
/// given to the encoder again from row k on. One owner, not thread-safe; not movable, since parts refer to each other.
class Recogniser {
 public:
  Recogniser(std::shared_ptr<const Model::Impl> model, const StreamSettings& settings);
  Recogniser(const Recogniser&) = delete;
  Recogniser& operator=(const Recogniser&) = delete;

  /// Where samples are written, interleaved; nothing is to be pushed after `end`.
  SampleQueue& samples() { return samples_; }
  const SampleQueue& samples() const { return samples_; }
  void end() { ended_ = true; }
  bool ended() const { return ended_; }

  /// Phrases to expect from the next segment on, or in this one if no step of it has been taken.
  void set_phrases(language::PhraseSet phrases) { segment_.set_phrases(std::move(phrases)); }
  /// Encoder rows per step from the given step on, or from the next one if that is past.
  void set_chunk(std::int32_t rows, std::int64_t from_step);
  /// Steps computed so far.
  std::int64_t steps() const { return steps_; }

  /// Computes until there is an event; nothing if the samples run out before.
  std::optional<Event> next_event();

 private:
  /// A step further: an event, nothing to tell, or no more work to do.
  struct Progress {
    bool done = false;
    std::optional<Event> event;
  };
  Progress advance();
  void change_chunk();
  bool produce_features();
  void flush();
  Progress step();
  Progress finish();
  /// Closes the segment; the next begins with the first sample of its row `row`.
  std::optional<Event> close(Cause cause, bool changed, std::int64_t row);
  Event event(EventKind kind, Cause cause) const;
  void note_heard();
  std::int64_t length() const;

  std::shared_ptr<const Model::Impl> model_;
  StreamSettings settings_;
  RowClock clock_;
  frontend::FeaturePipeline pipeline_;
  FeatureStore features_;
  Segment segment_;
  Captions captions_;
  SampleQueue samples_;
  std::int64_t segment_number_;
  std::int64_t steps_ = 0;
  std::map<std::int64_t, std::int32_t> chunks_;  ///< rows per step that hold from a step on, for steps to come
  std::int64_t heard_ = 0;                       ///< samples at the model's rate
  bool ended_ = false;                           ///< no more samples will be written
  bool flushed_ = false;                         ///< the pipeline has been given its last sample
  bool finished_ = false;                        ///< the last segment is closed
};

}  // namespace attend::sdk
