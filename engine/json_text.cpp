#include "engine/json_text.hpp"

#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

namespace attend::engine {
namespace {

using nlohmann::json;

constexpr int deepest = 16;

/// Counts brackets outside of strings, so that the parser never sees a text that would make it hold millions of open levels.
bool nested_deeper(std::string_view text, int levels) {
  int depth = 0;
  bool inside_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside_string) {
      if (c == '\\') ++i;
      if (c == '"') inside_string = false;
    } else if (c == '"') {
      inside_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > levels) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

/// Watches the parser for names that an object has twice.
class Names {
 public:
  bool operator()(int /*depth*/, json::parse_event_t event, const json& value) {
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) {
      const auto& name = value.get_ref<const std::string&>();
      if (!open_.back().insert(name).second && twice_.empty()) twice_ = "'" + name + "'";
    }
    return true;
  }

  /// The first such name in quotes, or nothing.
  const std::string& twice() const { return twice_; }

 private:
  std::vector<std::unordered_set<std::string>> open_;
  std::string twice_;
};

}  // namespace

Result<json> parse_json_object(std::string_view text, std::string_view place) {
  const std::string where(place);
  if (nested_deeper(text, deepest))
    return fail(ErrorCode::malformed, where + " is nested deeper than 16 levels; export the model again");
  Names names;
  json value = json::parse(text, std::ref(names), false);
  if (value.is_discarded()) return fail(ErrorCode::malformed, where + " is not JSON in UTF-8; download or export the model again");
  if (!names.twice().empty()) {
    return fail(ErrorCode::malformed, where + " names " + names.twice() + " twice in one object; export the model again");
  }
  if (!value.is_object()) return fail(ErrorCode::malformed, where + " is not a JSON object; export the model again");
  return value;
}

}  // namespace attend::engine
