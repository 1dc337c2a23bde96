#include "timeline_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "json_lines.hpp"
#include "normaliser.hpp"
#include "transcript_json.hpp"

namespace attend::tools {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string joined(std::span<const std::string> words) {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

const char* kind_name(const Showing& showing) {
  if (showing.kind == EventKind::partial) return "partial";
  return showing.cause == Cause::end ? "end" : "endpoint";
}

ordered_json showing_to_json(const Showing& showing) {
  const std::span words(showing.words);
  ordered_json object{{"kind", kind_name(showing)}, {"audio_time", to_thousandths(showing.audio_time)}};
  if (showing.wall_time) object["wall_time"] = to_thousandths(*showing.wall_time);
  object["committed"] = joined(words.first(showing.committed));
  object["tentative"] = joined(words.subspan(showing.committed));
  return object;
}

double seconds_field(const json& object, const char* field, const LinePlace& place) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_number() || found->get<double>() < 0) {
    throw Error(Fault::malformed, place.text() + ": '" + field + "' is missing or no number of seconds; add it.");
  }
  return found->get<double>();
}

void set_kind(Showing& showing, const std::string& kind, const LinePlace& place) {
  if (kind == "partial") return;
  if (kind != "endpoint" && kind != "end") {
    throw Error(Fault::malformed, place.text() + ": the kind '" + kind + "' is unknown; write partial, endpoint or end.");
  }
  showing.kind = EventKind::final;
  showing.cause = kind == "end" ? Cause::end : Cause::endpoint;
}

Showing showing_of(const json& object, const LinePlace& place) {
  if (!object.is_object()) throw Error(Fault::malformed, place.text() + ": 'showings' holds what is no object; correct it.");
  Showing showing;
  showing.audio_time = seconds_field(object, "audio_time", place);
  if (object.contains("wall_time")) showing.wall_time = seconds_field(object, "wall_time", place);
  const auto committed = text_field(object, "committed", place);
  showing.words = normal_words(committed + " " + text_field(object, "tentative", place));
  showing.committed = std::min(normal_words(committed).size(), showing.words.size());
  set_kind(showing, text_field(object, "kind", place), place);
  return showing;
}

}  // namespace

ordered_json to_json(const RecordedTimeline& recorded) {
  ordered_json object{{"id", recorded.id}, {"audio_seconds", to_thousandths(recorded.audio_seconds)}};
  object["showings"] = ordered_json::array();
  for (const auto& showing : recorded.timeline) object["showings"].push_back(showing_to_json(showing));
  return object;
}

std::unordered_map<std::string, RecordedTimeline> read_timelines(const std::filesystem::path& file) {
  std::unordered_map<std::string, RecordedTimeline> all;
  for_each_json_line(file, [&](const json& object, const LinePlace& place) {
    RecordedTimeline recorded{text_field(object, "id", place), seconds_field(object, "audio_seconds", place), {}};
    const auto showings = object.find("showings");
    if (showings == object.end() || !showings->is_array()) {
      throw Error(Fault::malformed, place.text() + ": the array 'showings' is missing; add it.");
    }
    for (const auto& showing : *showings) recorded.timeline.push_back(showing_of(showing, place));
    const auto id = recorded.id;
    if (!all.emplace(id, std::move(recorded)).second) {
      throw Error(Fault::malformed,
                  place.text() + ": the id '" + id + "' stands there a second time; give every recording its own.");
    }
  });
  return all;
}

}  // namespace attend::tools
