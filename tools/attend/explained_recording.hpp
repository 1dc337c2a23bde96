#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "attend/attend.hpp"

namespace attend::tools {

/// A final with its explanation, and where its words stand in the recording.
struct ExplainedSegment {
  Event event;
  std::size_t first_number = 1;  ///< of its first word; words of a recording are numbered from 1

  const WordAttention* attention(std::size_t word) const;  ///< null if nothing was kept
  bool holds(std::size_t number) const { return number >= first_number && number < first_number + event.committed.size(); }
};

struct ExplainedRecording {
  std::string file, model;
  std::vector<ExplainedSegment> segments;

  std::size_t words() const;
};

/// Recognises a file and asks why. Throws attend::Error.
ExplainedRecording explain_recording(const std::filesystem::path& file, const Model& model, StreamOptions options,
                                     const std::optional<RawFormat>& raw);

/// The time of the row to which a word's weights reach highest, in seconds of the recording; nothing without weights.
std::optional<double> attention_peak(const ExplainedSegment& segment, std::size_t word);

}  // namespace attend::tools
