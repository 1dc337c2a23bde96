#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace attend::tools {

/// One recording.
struct Input {
  std::filesystem::path path;           ///< as the user named it, "-" for standard input
  std::filesystem::path place;          ///< its path below the folder that the user named; the bare name for a file named directly
  std::optional<std::uintmax_t> bytes;  ///< of a regular file

  bool standard_input() const { return path == "-"; }
};

struct InputList {
  std::vector<Input> inputs;
  std::vector<std::string> faults;  ///< one sentence for each argument or folder that gave nothing
};

/// Expands the arguments: files as they are, folders into the recordings below them, known by their extension and sorted by name.
/// Links are followed, each folder is visited once, names that begin with a point are passed over, and a file is listed once.
/// `raw`: folders are searched for headerless PCM (.raw, .pcm) instead.
InputList list_inputs(const std::vector<std::string>& arguments, bool raw);

}  // namespace attend::tools
