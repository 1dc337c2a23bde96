// One segment of a stream on its way through the engine and the search.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "attend/attend.hpp"
#include "decoder/search.hpp"
#include "engine/encoder.hpp"
#include "engine/label_decoder.hpp"
#include "sdk/engine_scorer.hpp"
#include "sdk/feature_store.hpp"
#include "sdk/row_clock.hpp"
#include "sdk/segment_opinions.hpp"
#include "sdk/sound_opinions.hpp"
#include "sdk/stream_settings.hpp"

namespace attend::sdk {

/// Used again and again: `begin` forgets the segment before. One owner, not thread-safe; not movable, since parts refer to each
/// other.
class Segment {
 public:
  Segment(std::shared_ptr<const Model::Impl> model, const StreamSettings& settings);
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  /// Begins at a feature row of the stream.
  void begin(std::int64_t first_feature);
  std::int64_t first_feature() const { return first_feature_; }
  /// Encoder rows heard so far, settled or not.
  std::int64_t rows() const { return static_cast<std::int64_t>(label_decoder_.rows()); }

  /// What the model's second opinion says of each row; empty if it has none that was asked.
  std::vector<float> second_opinion() const { return sound_.of_rows(); }

  /// Phrases to expect in segments of which no step has been taken yet.
  void set_phrases(language::PhraseSet phrases) { opinions_.set_phrases(std::move(phrases)); }
  /// Rows per step, from the next step on, in this segment and those behind it.
  void set_chunk(std::int32_t rows) { encoder_.set_chunk(rows); }

  /// Takes features from the store until a step can run; false if they run out before.
  bool feed(const FeatureStore& features);
  /// One chunk onwards. Requires that `feed` returned true.
  decoder::StepResult step();
  /// Ends the segment at a cut that a step asked for, or where its features end (requires that `feed` returned false).
  decoder::StepResult finish(std::optional<decoder::Cut> cut);

 private:
  void hear(const engine::EncoderBlock& block);
  decoder::Search& search();

  std::shared_ptr<const Model::Impl> model_;
  decoder::SearchConfig search_config_;
  std::int64_t stride_;  ///< feature rows per encoder row
  engine::Encoder encoder_;
  engine::LabelDecoder label_decoder_;
  EngineScorer scorer_;
  SegmentOpinions opinions_;
  SoundOpinions sound_;
  std::optional<decoder::Search> search_;  ///< from the segment's first step on
  std::int64_t first_feature_ = 0;
  std::int64_t fed_ = 0;  ///< one past the last feature row that the encoder got
};

}  // namespace attend::sdk
