#include "explanation_json.hpp"

#include <cmath>

#include "transcript_json.hpp"

namespace attend::tools {
namespace {

using nlohmann::ordered_json;

double rounded(float value, double steps) {
  return std::round(static_cast<double>(value) * steps) / steps;
}

ordered_json word_to_json(const ExplainedSegment& segment, std::size_t word) {
  ordered_json entry = words_to_json({&segment.event.committed[word], 1}).front();
  entry["number"] = segment.first_number + word;
  if (const auto peak = attention_peak(segment, word)) entry["peak"] = to_thousandths(*peak);
  const WordAttention* const attention = segment.attention(word);
  if (attention == nullptr) return entry;
  ordered_json& considered = entry["considered"] = ordered_json::array();
  for (const auto& [text, probability] : attention->considered) {
    considered.push_back({{"text", text}, {"probability", rounded(probability, 1e4)}});
  }
  ordered_json& weights = entry["attention"] = ordered_json::array();
  for (const float weight : attention->weights) weights.push_back(rounded(weight, 1e4));
  return entry;
}

ordered_json spectrogram_to_json(const Explanation& explanation) {
  ordered_json frames = ordered_json::array();
  const auto bins = static_cast<std::size_t>(explanation.bins);
  for (std::size_t at = 0; at + bins <= explanation.spectrogram.size(); at += bins) {
    ordered_json& frame = frames.emplace_back(ordered_json::array());
    for (std::size_t bin = 0; bin < bins; ++bin) frame.push_back(rounded(explanation.spectrogram[at + bin], 100));
  }
  return frames;
}

ordered_json segment_to_json(const ExplainedSegment& segment, std::optional<std::size_t> number) {
  const Event& event = segment.event;
  const Explanation& explanation = *event.explanation;
  ordered_json entry{{"segment", event.segment},
                     {"begin", to_thousandths(event.segment_start)},
                     {"end", to_thousandths(event.segment_end)},
                     {"text", to_text(event.committed)},
                     {"row_seconds", explanation.row_seconds},
                     {"frame_seconds", explanation.frame_seconds}};
  ordered_json& words = entry["words"] = ordered_json::array();
  for (std::size_t word = 0; word < event.committed.size(); ++word) {
    if (!number || *number == segment.first_number + word) words.push_back(word_to_json(segment, word));
  }
  add_alternatives(entry, event.alternatives);
  if (!explanation.second_opinion.empty()) {
    for (const float value : explanation.second_opinion) entry["second_opinion"].push_back(rounded(value, 1e4));
  }
  entry["spectrogram"] = spectrogram_to_json(explanation);
  return entry;
}

}  // namespace

ordered_json explanation_to_json(const ExplainedRecording& recording, std::optional<std::size_t> number) {
  ordered_json object{{"file", recording.file}, {"model", recording.model}};
  ordered_json& segments = object["segments"] = ordered_json::array();
  for (const ExplainedSegment& segment : recording.segments) {
    if (segment.event.explanation && (!number || segment.holds(*number))) segments.push_back(segment_to_json(segment, number));
  }
  return object;
}

}  // namespace attend::tools
