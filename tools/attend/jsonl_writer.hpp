#pragma once

#include <ostream>
#include <string>

#include "transcript_writer.hpp"

namespace attend::tools {

/// JSON lines: one event a line, `partial` (on request), `final`, or `error` as the last line of an incomplete transcript.
class JsonlWriter : public TranscriptWriter {
 public:
  JsonlWriter(std::ostream& out, bool partials) : out_(out), partials_(partials) {}
  void begin(const Heading& heading) override;
  void partial(int channel, const Event& event) override;
  void segment(const Segment& segment) override;
  void end(const Ending& ending) override;

 private:
  std::ostream& out_;
  bool partials_;
  std::string file_;
};

}  // namespace attend::tools
