#include "manifest.hpp"

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "attend/attend.hpp"
#include "json_lines.hpp"

namespace attend::tools {
namespace {

Error twice(const LinePlace& place, const std::string& id) {
  return {Fault::malformed, place.text() + ": the id '" + id + "' stands there a second time; give every recording its own."};
}

Recording recording_of(const nlohmann::json& object, const LinePlace& place) {
  Recording recording{.id = text_field(object, "id", place),
                      .audio = place.file.parent_path() / text_field(object, "audio", place),
                      .text = text_field(object, "text", place),
                      .speaker = {},
                      .duration = {}};
  if (object.contains("speaker") && !object["speaker"].is_null()) recording.speaker = text_field(object, "speaker", place);
  if (object.contains("duration") && !object["duration"].is_null()) {
    if (!object["duration"].is_number() || object["duration"].get<double>() < 0) {
      throw Error(Fault::malformed, place.text() + ": 'duration' is no number of seconds; correct it or leave it out.");
    }
    recording.duration = object["duration"].get<double>();
  }
  return recording;
}

}  // namespace

std::vector<Recording> read_manifest(const std::filesystem::path& file) {
  std::vector<Recording> recordings;
  std::unordered_set<std::string> ids;
  for_each_json_line(file, [&](const nlohmann::json& object, const LinePlace& place) {
    recordings.push_back(recording_of(object, place));
    if (!ids.insert(recordings.back().id).second) throw twice(place, recordings.back().id);
  });
  if (recordings.empty()) throw Error(Fault::malformed, file.string() + ": holds no recording; add lines with id, audio and text.");
  return recordings;
}

std::vector<Recording> spread(std::vector<Recording> recordings, std::optional<std::size_t> count) {
  if (!count || *count >= recordings.size()) return recordings;
  std::vector<Recording> chosen;
  for (std::size_t i = 0; i < *count; ++i) chosen.push_back(std::move(recordings[i * recordings.size() / *count]));
  return chosen;
}

std::unordered_map<std::string, std::string> read_texts(const std::filesystem::path& file) {
  std::unordered_map<std::string, std::string> texts;
  for_each_json_line(file, [&](const nlohmann::json& object, const LinePlace& place) {
    const auto id = text_field(object, "id", place);
    if (!texts.emplace(id, text_field(object, "text", place)).second) throw twice(place, id);
  });
  return texts;
}

}  // namespace attend::tools
