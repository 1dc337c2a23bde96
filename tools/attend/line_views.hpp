#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>

#include "jsonl_writer.hpp"
#include "listen_output.hpp"
#include "queued_writer.hpp"

namespace attend::tools {

/// Lines on standard output, for a reader as slow as it likes: nobody waits for it, and nothing is lost while it reads at all. An
/// output that is not read any more fails when many megabytes wait.
class LineView : public ListenOutput {
 public:
  void written() override;
  std::size_t unread() const override { return out_.waiting(); }
  bool behind() const override;

 protected:
  /// `changed` is called on another thread when `written` has something to tell.
  LineView(int descriptor, std::function<void()> changed);
  void send(std::string lines);

 private:
  QueuedWriter out_;
};

/// Plain text: a line per final.
class TextView : public LineView {
 public:
  TextView(int descriptor, std::function<void()> changed) : LineView(descriptor, std::move(changed)) {}
  void event(const Event& event) override;
};

/// What there is to say besides words, on standard error: all of it, or where standard output tells it, that this fails.
class ErrorView : public ListenOutput {
 public:
  ErrorView(int descriptor, bool failures_only, std::function<void()> changed);
  void notice(const Notice& notice) override;
  std::size_t unread() const override { return out_.waiting(); }
  /// Until what was said is written, but not for long.
  void wait() const;

 private:
  QueuedWriter out_;
  bool failures_only_;
};

/// JSON lines: the events as `attend transcribe --format jsonl --partials` writes them, and a line for each notice.
class JsonView : public LineView {
 public:
  JsonView(int descriptor, std::function<void()> changed, const std::string& source);
  void event(const Event& event) override;
  void notice(const Notice& notice) override;
  void end(double heard, const std::string& fault) override;

 private:
  void send();

  std::ostringstream lines_;
  JsonlWriter events_;
  std::string source_;
};

/// A notice as a line of JSON. docs/listen.md describes the fields.
nlohmann::ordered_json notice_to_json(const Notice& notice, const std::string& source);

/// A final as it is written down.
Segment segment_of(const Event& event);

}  // namespace attend::tools
