// A stream's options, checked and in the units of the rooms below.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "attend/attend.hpp"
#include "base/result.hpp"
#include "decoder/search_config.hpp"
#include "engine/encoder.hpp"
#include "engine/model_config.hpp"
#include "frontend/audio_source.hpp"
#include "frontend/log_mel.hpp"
#include "sdk/sound_opinions.hpp"

namespace attend::sdk {

struct StreamSettings {
  frontend::AudioFormat input;
  engine::EncoderSpan span;  ///< with its `widest` chunk as far as `longest` allows
  decoder::SearchConfig search;
  double start_seconds = 0;
  std::int64_t first_segment = 0;
  std::shared_ptr<const LanguageModel::Impl> language_model = nullptr;  ///< left to the caller
  float language_weight = 0;
  std::vector<WeightedHead> heads = {};  ///< that are computed; those with a weight of 0 for the explanation alone
  bool whole = false;
  std::chrono::milliseconds widest_chunk{};  ///< that Stream::set_chunk may ask for
};

/// Milliseconds become the nearest whole number of rows, the chunk at least 1. The search's own sizes, stated for rows of 24 ms,
/// are carried over to the model's rows. `whole` is a chunk as long as the longest segment, without look-ahead.
Result<StreamSettings> make_settings(const StreamOptions& options, const engine::ModelConfig& model);

/// A chunk that Stream::set_chunk asks for, in rows.
Result<std::int32_t> chunk_rows(std::chrono::milliseconds chunk, const StreamSettings& settings, const engine::ModelConfig& model);

frontend::LogMelConfig feature_settings(const engine::FeatureConfig& features);

}  // namespace attend::sdk
