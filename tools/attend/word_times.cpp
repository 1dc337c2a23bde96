#include "word_times.hpp"

#include <nlohmann/json.hpp>

#include "attend/attend.hpp"
#include "json_lines.hpp"
#include "normaliser.hpp"

namespace attend::tools {
namespace {

using nlohmann::json;

SpokenWord spoken_word_of(const json& object, double earliest, const LinePlace& place) {
  const auto number = [&](const char* field) { return object.contains(field) && object[field].is_number(); };
  if (!object.is_object() || !number("start") || !number("end")) {
    throw Error(Fault::malformed, place.text() + ": 'words' holds an entry without word, start or end; add them.");
  }
  SpokenWord word{text_field(object, "word", place), object["start"].get<double>(), object["end"].get<double>()};
  if (word.start < 0 || word.end < word.start || word.end < earliest) {
    throw Error(Fault::malformed, place.text() + ": the word '" + word.word + "' has no possible times; correct them.");
  }
  return word;
}

}  // namespace

WordTimes read_word_times(const std::filesystem::path& file) {
  WordTimes times;
  for_each_json_line(file, [&](const json& object, const LinePlace& place) {
    const auto words = object.find("words");
    if (words == object.end() || !words->is_array()) {
      throw Error(Fault::malformed, place.text() + ": the array 'words' is missing; add it.");
    }
    std::vector<SpokenWord> spoken;
    for (const auto& word : *words) spoken.push_back(spoken_word_of(word, spoken.empty() ? 0 : spoken.back().end, place));
    const auto id = text_field(object, "id", place);
    if (!times.emplace(id, std::move(spoken)).second) {
      throw Error(Fault::malformed,
                  place.text() + ": the id '" + id + "' stands there a second time; give every recording its own.");
    }
  });
  return times;
}

std::optional<std::vector<SpokenWord>> times_of(std::span<const std::string> reference, std::span<const SpokenWord> spoken) {
  std::vector<SpokenWord> times;
  for (const auto& word : spoken) {
    for (auto& part : normal_words(word.word)) {
      if (times.size() == reference.size() || part != reference[times.size()]) return std::nullopt;
      times.push_back({std::move(part), word.start, word.end});
    }
  }
  if (times.size() != reference.size()) return std::nullopt;
  return times;
}

}  // namespace attend::tools
