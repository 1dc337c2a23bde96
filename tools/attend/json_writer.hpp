#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "transcript_writer.hpp"

namespace attend::tools {

/// One JSON object with one segment a line. Segments go out as they come; of the whole, only the text is kept until the end
/// (some 20 bytes per second of speech).
class JsonWriter : public TranscriptWriter {
 public:
  explicit JsonWriter(std::ostream& out) : out_(out) {}
  void begin(const Heading& heading) override;
  void segment(const Segment& segment) override;
  void passage(const Passage& passage) override;
  void end(const Ending& ending) override;

 private:
  std::ostream& out_;
  bool first_ = true;
  std::string text_;
  std::vector<std::string> channel_texts_;
};

}  // namespace attend::tools
