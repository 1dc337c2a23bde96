#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "file_descriptor.hpp"
#include "transcript.hpp"

namespace attend::tools {

/// Where a channel goes on after its last final.
struct ResumePoint {
  double seconds = 0;
  std::int64_t next_segment = 0;
};

/// The finals of one input while it is being transcribed, so that a killed run goes on behind the last of them: JSON lines beside
/// the output, the first of which holds a fingerprint of input, model and options. One write per line: what a dead process wrote
/// stands, and a torn last line is cut off. It is locked, so that two processes don't transcribe one input into one place.
class Journal {
 public:
  /// Opens or creates. What another fingerprint wrote, or `restart` disowns, is dropped.
  /// Throws std::runtime_error with a sentence if it cannot be written or another process has it.
  Journal(std::filesystem::path file, const std::string& fingerprint, bool restart);

  /// Hands out the finals that were found, in order, reading one at a time.
  void replay(const std::function<void(const Segment&)>& tell) const;

  /// Where `channel` goes on, by what was found.
  ResumePoint resume_point(int channel) const;

  void append(const Segment& segment);

  /// The transcript is complete.
  void remove();

 private:
  void read_back(const std::string& fingerprint);
  void note_resume_point(const Segment& segment);
  void write_line(const std::string& line);

  std::filesystem::path file_;
  FileDescriptor descriptor_;
  std::int64_t good_bytes_ = 0;  ///< up to the end of the last whole line
  std::vector<ResumePoint> resume_points_;
};

/// `.NAME.attend-journal` in the folder of the outputs.
std::filesystem::path journal_path(const std::filesystem::path& folder, const std::filesystem::path& input_name);

}  // namespace attend::tools
