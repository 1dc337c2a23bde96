#pragma once

#include <ostream>

#include "transcript_writer.hpp"

namespace attend::tools {

/// Tab-separated values: start and end in whole milliseconds, the channel where channels are split, and the text.
class TsvWriter : public TranscriptWriter {
 public:
  explicit TsvWriter(std::ostream& out) : out_(out) {}
  void begin(const Heading& heading) override;
  void passage(const Passage& passage) override;

 private:
  std::ostream& out_;
};

}  // namespace attend::tools
