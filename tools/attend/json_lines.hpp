#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace attend::tools {

/// Where a JSON object stands, for error messages: "set.jsonl, line 3".
struct LinePlace {
  std::filesystem::path file;
  std::int64_t line = 0;  ///< from 1
  std::string text() const;
};

/// Calls `take` with every object of a JSON lines file; blank lines are skipped. Throws attend::Error, naming file and line, if the
/// file cannot be read, is compressed, or a line is no JSON object.
void for_each_json_line(const std::filesystem::path& file,
                        const std::function<void(const nlohmann::json&, const LinePlace&)>& take);

/// The text in a field. Throws attend::Error, naming file, line and field, if it is missing or no text.
std::string text_field(const nlohmann::json& object, const char* field, const LinePlace& place);

}  // namespace attend::tools
