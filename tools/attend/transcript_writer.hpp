#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "transcript.hpp"

namespace attend::tools {

/// One format. Calls come in the order begin, (partial | segment | passage)*, end; a writer implements those that its format needs.
/// Every segment comes once, when it is final; its words come again as passages, in order of time over all channels.
/// Errors show in the state of the stream.
class TranscriptWriter {
 public:
  virtual ~TranscriptWriter() = default;
  virtual void begin(const Heading&) {}
  virtual void partial(int /*channel*/, const Event&) {}
  virtual void segment(const Segment&) {}
  virtual void passage(const Passage&) {}
  virtual void end(const Ending&) {}
  /// What is held back until the next passage, as it is written if none comes.
  virtual std::string held() const { return {}; }
};

struct WriterOptions {
  bool partials = false;    ///< jsonl: partial events too
  bool name_files = false;  ///< text: begin with a line that names the input, as several share one stream
};

/// `out` must outlive the writer.
std::unique_ptr<TranscriptWriter> make_writer(Format format, std::ostream& out, const WriterOptions& options = {});

/// Name of a format on the command line, and of its files' extension.
std::string_view format_name(Format format);
std::string_view format_extension(Format format);

}  // namespace attend::tools
