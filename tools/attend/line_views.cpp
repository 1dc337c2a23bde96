#include "line_views.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "complaint.hpp"
#include "ordered_output.hpp"
#include "transcript_json.hpp"

namespace attend::tools {
namespace {

using nlohmann::ordered_json;

void send(OutputStream& out) {
  out.flush();
  if (out.fault() == EPIPE) throw ReaderGone();
  if (out.fault() != 0)
    throw std::runtime_error("Standard output cannot be written: " + std::string(std::strerror(out.fault())) + ".");
}

const char* kind_name(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::source:
      return "source";
    case NoticeKind::gap:
      return "gap";
    case NoticeKind::lost:
      return "lost";
    case NoticeKind::load:
      return "load";
    case NoticeKind::silence:
      return "silence";
    case NoticeKind::output:
      return "output";
  }
  return "";
}

}  // namespace

void TextView::event(const Event& event) {
  if (event.kind != EventKind::final) return;
  out_ << to_text(event.committed) << '\n';
  send(out_);
}

void TextView::notice(const Notice& notice) {
  complain(notices_, notice.sentence);
  notices_.flush();
}

JsonView::JsonView(int descriptor, const std::string& source) : out_(descriptor), events_(out_, true), source_(source) {
  Heading heading;
  heading.file = source;
  events_.begin(heading);
}

void JsonView::event(const Event& event) {
  if (event.kind == EventKind::final) {
    events_.segment(segment_of(event));
  } else {
    events_.partial(0, event);
  }
  send();
}

void JsonView::notice(const Notice& notice) {
  out_ << to_line(notice_to_json(notice, source_)) << '\n';
  send();
}

void JsonView::end(double heard, const std::string& fault) {
  ordered_json line{{"type", "end"}, {"file", source_}, {"audio_time", to_thousandths(heard)}};
  if (!fault.empty()) line["error"] = fault;
  out_ << to_line(line) << '\n';
  send();
}

void JsonView::send() {
  tools::send(out_);
}

ordered_json notice_to_json(const Notice& notice, const std::string& source) {
  ordered_json line{{"type", kind_name(notice.kind)},
                    {"file", source},
                    {"message", notice.sentence},
                    {"audio_time", to_thousandths(notice.audio_time)}};
  switch (notice.kind) {
    case NoticeKind::gap:
    case NoticeKind::silence:
      line["seconds"] = to_thousandths(notice.seconds);
      break;
    case NoticeKind::lost:
      line["samples"] = notice.samples;
      break;
    case NoticeKind::load:
      line["chunk_ms"] = notice.chunk.count();
      line["lag"] = to_thousandths(notice.seconds);
      break;
    case NoticeKind::source:
    case NoticeKind::output:
      break;
  }
  return line;
}

Segment segment_of(const Event& event) {
  return {0,           event.segment,     event.committed, event.segment_start, event.segment_end, event.audio_time,
          event.cause, event.alternatives};
}

}  // namespace attend::tools
