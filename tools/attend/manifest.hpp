#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace attend::tools {

/// A recording and what is said in it.
struct Recording {
  std::string id;
  std::filesystem::path audio;
  std::string text;
  std::string speaker;             ///< empty if not known
  std::optional<double> duration;  ///< seconds, if the manifest tells
};

/// Reads JSON lines of id, audio (relative to the manifest's folder, or absolute), text, and optionally speaker and duration; other
/// fields are ignored. Throws attend::Error, naming file and line, for a line that is not so, for an id that occurs twice, and for
/// no line at all.
std::vector<Recording> read_manifest(const std::filesystem::path& file);

/// `count` recordings spread evenly over the manifest, so that a few stand for all speakers; all, if it does not have more.
std::vector<Recording> spread(std::vector<Recording> recordings, std::optional<std::size_t> count);

/// Reads JSON lines of id and text, for example of another recogniser, by id. Throws as above.
std::unordered_map<std::string, std::string> read_texts(const std::filesystem::path& file);

}  // namespace attend::tools
