#include "jsonl_writer.hpp"

#include "transcript_json.hpp"

namespace attend::tools {
namespace {

using nlohmann::ordered_json;

ordered_json start_line(const char* type, const std::string& file, int channel, std::int64_t segment) {
  ordered_json line{{"type", type}, {"file", file}};
  if (channel != 0) line["channel"] = channel;
  line["segment"] = segment;
  return line;
}

const char* cause_name(Cause cause) {
  switch (cause) {
    case Cause::chunk:
      return "chunk";
    case Cause::endpoint:
      return "endpoint";
    case Cause::end:
      return "end";
  }
  return "";
}

}  // namespace

void JsonlWriter::begin(const Heading& heading) {
  file_ = heading.file;
}

void JsonlWriter::partial(int channel, const Event& event) {
  if (!partials_) return;
  ordered_json line = start_line("partial", file_, channel, event.segment);
  line["committed"] = words_to_json(event.committed);
  line["tentative"] = words_to_json(event.tentative, true);
  line["audio_time"] = to_thousandths(event.audio_time);
  line["cause"] = cause_name(event.cause);
  add_alternatives(line, event.alternatives);
  out_ << to_line(line) << '\n';
}

void JsonlWriter::segment(const Segment& segment) {
  ordered_json line = start_line("final", file_, segment.channel, segment.number);
  line["committed"] = words_to_json(segment.words);
  line["tentative"] = ordered_json::array();
  line["audio_time"] = to_thousandths(segment.audio_time);
  line["cause"] = cause_name(segment.cause);
  line["begin"] = to_thousandths(segment.begin);
  line["end"] = to_thousandths(segment.end);
  line["text"] = to_text(segment.words);
  add_alternatives(line, segment.alternatives);
  out_ << to_line(line) << '\n';
}

void JsonlWriter::end(const Ending& ending) {
  if (ending.complete()) return;
  const ordered_json line{
      {"type", "error"}, {"file", file_}, {"message", ending.error}, {"audio_time", to_thousandths(ending.duration)}};
  out_ << to_line(line) << '\n';
}

}  // namespace attend::tools
