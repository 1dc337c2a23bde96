#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <unordered_map>

#include "timeline.hpp"

namespace attend::tools {

/// The timeline of one recording, by whichever recogniser.
struct RecordedTimeline {
  std::string id;
  double audio_seconds = 0;
  Timeline timeline;
};

/// One line of a file of timelines; docs/measures.md describes the fields.
nlohmann::ordered_json to_json(const RecordedTimeline& recorded);

/// Reads JSON lines of timelines, by id; texts are normalised. Throws attend::Error, naming file and line, for a line that is not
/// so and for an id that occurs twice.
std::unordered_map<std::string, RecordedTimeline> read_timelines(const std::filesystem::path& file);

}  // namespace attend::tools
