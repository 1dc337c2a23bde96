#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

namespace attend::tools {

/// Which files were written, and from what: `.attend-finished` in each folder of outputs, JSON lines, the last one on a file holds.
/// It lets a later run skip what is done, and keeps one from overwriting a file that attend did not write.
/// Safe to use from several threads.
class Ledger {
 public:
  struct Entry {
    std::string fingerprint;
    bool complete = false;
  };

  /// The output exists, is complete, and came from the same input, model and options.
  bool is_finished(const std::filesystem::path& output, const std::string& fingerprint);

  /// Attend wrote this file once.
  bool knows(const std::filesystem::path& output);

  /// Throws std::runtime_error with a sentence if the folder cannot be written.
  void record(const std::filesystem::path& output, const Entry& entry);

 private:
  using Folder = std::map<std::string, Entry>;
  Folder& folder(const std::filesystem::path& path);

  std::mutex mutex_;
  std::map<std::filesystem::path, Folder> folders_;
};

}  // namespace attend::tools
