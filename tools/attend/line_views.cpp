#include "line_views.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "complaint.hpp"
#include "ordered_output.hpp"
#include "transcript_json.hpp"

namespace attend::tools {
namespace {

using nlohmann::ordered_json;

/// Of lines: hours, as a rule. Of complaints: what a terminal shows.
constexpr std::size_t most_unread = std::size_t{16} << 20, most_complaints = std::size_t{64} << 10;
/// What a pipe holds: a reader that is behind by more is slower than the recogniser.
constexpr std::size_t many_unread = std::size_t{64} << 10;

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

LineView::LineView(int descriptor, std::function<void()> changed) : out_(descriptor, most_unread, std::move(changed)) {}

void LineView::written() {
  if (out_.fault() == EPIPE) throw ReaderGone();
  if (out_.fault() != 0)
    throw std::runtime_error("Standard output cannot be written: " + std::string(std::strerror(out_.fault())) + ".");
}

bool LineView::behind() const {
  return out_.waiting() > many_unread;
}

void LineView::send(std::string lines) {
  written();
  if (!out_.write(std::move(lines)))
    throw std::runtime_error("Standard output is not read: " + std::to_string(most_unread >> 20) +
                             " MiB wait for its reader, and no more are kept.");
}

void TextView::event(const Event& event) {
  if (event.kind == EventKind::final) send(to_text(event.committed) + "\n");
}

ErrorView::ErrorView(int descriptor, bool failures_only, std::function<void()> changed)
    : out_(descriptor, most_complaints, std::move(changed)), failures_only_(failures_only) {}

/// Nobody is left to be told of complaints that nobody reads.
void ErrorView::notice(const Notice& notice) {
  if (failures_only_ && notice.kind != NoticeKind::output) return;
  std::ostringstream line;
  complain(line, notice.sentence);
  out_.write(std::move(line).str());
}

void ErrorView::wait() const {
  out_.wait(std::chrono::milliseconds(200));
}

JsonView::JsonView(int descriptor, std::function<void()> changed, const std::string& source)
    : LineView(descriptor, std::move(changed)), events_(lines_, true), source_(source) {
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
  lines_ << to_line(notice_to_json(notice, source_)) << '\n';
  send();
}

void JsonView::end(double heard, const std::string& fault) {
  ordered_json line{{"type", "end"}, {"file", source_}, {"audio_time", to_thousandths(heard)}};
  if (!fault.empty()) line["error"] = fault;
  lines_ << to_line(line) << '\n';
  send();
}

void JsonView::send() {
  LineView::send(lines_.str());
  lines_.str({});
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
