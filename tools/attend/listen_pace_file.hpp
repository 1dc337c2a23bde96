#pragma once

#include <filesystem>
#include <vector>

#include "growing_file.hpp"
#include "listen_output.hpp"
#include "pace_change.hpp"

namespace attend::tools {

/// Writes the decisions of a session down, one JSON line each: {"sample":163840,"chunk_ms":640} or {"sample":200000,"cut":true}.
class PaceRecorder : public ListenOutput {
 public:
  /// Throws std::runtime_error with a sentence if the file cannot be made.
  PaceRecorder(const std::filesystem::path& file, bool overwrite) : file_(file, overwrite) {}
  void pace(const PaceChange& change) override;

 private:
  GrowingFile file_;
};

/// Reads what PaceRecorder wrote. Throws std::runtime_error with a sentence that names file and line. A torn last line, as a
/// session that was killed leaves it, is passed over.
std::vector<PaceChange> read_pace(const std::filesystem::path& file);

}  // namespace attend::tools
