#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "growing_file.hpp"
#include "listen_output.hpp"
#include "transcript.hpp"
#include "transcript_writer.hpp"

namespace attend::tools {

/// The format that a file's extension means: .txt, .srt, .vtt, .json, .jsonl or .tsv.
std::optional<Format> format_of(const std::filesystem::path& file);

/// A transcript in a file, whole and valid after every final whatever happens then. Partials are not saved. JSON is as `attend
/// transcribe` writes it without `text`, so that nothing has to be kept in memory until the end. A new file without a word stays
/// only if the session ended well.
class SavedTranscript : public ListenOutput {
 public:
  /// Throws std::runtime_error with a sentence if the file cannot be made.
  SavedTranscript(const std::filesystem::path& file, Format format, const Heading& heading, bool overwrite);
  ~SavedTranscript() override;

  void event(const Event& event) override;
  void end(double heard, const std::string& fault) override;

  /// What a file consists of, by its format.
  class Body;

 private:
  GrowingFile file_;
  std::unique_ptr<Body> body_;
};

}  // namespace attend::tools
