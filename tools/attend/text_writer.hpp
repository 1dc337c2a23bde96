#pragma once

#include <ostream>

#include "transcript_writer.hpp"

namespace attend::tools {

/// Plain text, one passage a line; "[2] " before it where channels are split.
class TextWriter : public TranscriptWriter {
 public:
  TextWriter(std::ostream& out, bool name_file) : out_(out), name_file_(name_file) {}
  void begin(const Heading& heading) override;
  void passage(const Passage& passage) override;

 private:
  std::ostream& out_;
  bool name_file_;
};

}  // namespace attend::tools
