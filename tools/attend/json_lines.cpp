#include "json_lines.hpp"

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "attend/attend.hpp"

namespace attend::tools {
namespace {

std::ifstream open(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    const auto reason = stream ? std::string("it is a folder") : std::generic_category().message(errno);
    throw Error(Fault::unreadable, file.string() + ": cannot be read (" + reason + "); name a file of JSON lines.");
  }
  if (stream.peek() == 0x1F) {
    throw Error(Fault::unsupported,
                file.string() + ": is compressed; unpack it first (gunzip -k " + file.filename().string() + ").");
  }
  return stream;
}

}  // namespace

std::string LinePlace::text() const {
  return file.string() + ", line " + std::to_string(line);
}

void for_each_json_line(const std::filesystem::path& file,
                        const std::function<void(const nlohmann::json&, const LinePlace&)>& take) {
  auto stream = open(file);
  LinePlace place{file, 0};
  for (std::string line; std::getline(stream, line);) {
    ++place.line;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object())
      throw Error(Fault::malformed, place.text() + ": is no JSON object; every line holds one, such as {\"id\": \"a\"}.");
    take(object, place);
  }
  if (stream.bad()) throw Error(Fault::unreadable, place.text() + ": reading broke off; check the disk and try again.");
}

std::string text_field(const nlohmann::json& object, const char* field, const LinePlace& place) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_string()) {
    throw Error(Fault::malformed, place.text() + ": the text field '" + field + "' is missing; add it.");
  }
  return found->get<std::string>();
}

}  // namespace attend::tools
