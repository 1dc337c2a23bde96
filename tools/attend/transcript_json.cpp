#include "transcript_json.hpp"

#include <cmath>

namespace attend::tools {

using nlohmann::ordered_json;

double to_thousandths(double value) {
  return std::round(value * 1000) / 1000;
}

ordered_json words_to_json(std::span<const Word> words, bool with_stability) {
  ordered_json list = ordered_json::array();
  for (const Word& word : words) {
    ordered_json entry{{"text", word.text},
                       {"start", to_thousandths(word.start)},
                       {"end", to_thousandths(word.end)},
                       {"confidence", to_thousandths(word.confidence)}};
    if (with_stability) entry["stability"] = to_thousandths(word.stability);
    list.push_back(std::move(entry));
  }
  return list;
}

void add_alternatives(ordered_json& object, std::span<const Reading> alternatives) {
  if (alternatives.empty()) return;
  ordered_json& list = object["alternatives"] = ordered_json::array();
  for (const Reading& reading : alternatives) {
    list.push_back(
        {{"score", to_thousandths(reading.score)}, {"text", to_text(reading.words)}, {"words", words_to_json(reading.words)}});
  }
}

ordered_json segment_to_json(const Segment& segment) {
  ordered_json entry{{"segment", segment.number}};
  if (segment.channel != 0) entry["channel"] = segment.channel;
  entry["start"] = to_thousandths(segment.words.front().start);
  entry["end"] = to_thousandths(segment.words.back().end);
  entry["text"] = to_text(segment.words);
  entry["words"] = words_to_json(segment.words);
  add_alternatives(entry, segment.alternatives);
  return entry;
}

std::string to_line(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace attend::tools
