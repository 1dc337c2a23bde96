#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "jsonl_writer.hpp"
#include "listen_output.hpp"
#include "output_stream.hpp"

namespace attend::tools {

/// Plain text for a pipe: a line per final. What else there is to say goes to standard error.
class TextView : public ListenOutput {
 public:
  TextView(int descriptor, int notices) : out_(descriptor), notices_(notices) {}
  void event(const Event& event) override;
  void notice(const Notice& notice) override;

 private:
  OutputStream out_, notices_;
};

/// JSON lines: the events as `attend transcribe --format jsonl --partials` writes them, and a line for each notice.
class JsonView : public ListenOutput {
 public:
  JsonView(int descriptor, const std::string& source);
  void event(const Event& event) override;
  void notice(const Notice& notice) override;
  void end(double heard, const std::string& fault) override;

 private:
  void send();

  OutputStream out_;
  JsonlWriter events_;
  std::string source_;
};

/// A notice as a line of JSON. docs/listen.md describes the fields.
nlohmann::ordered_json notice_to_json(const Notice& notice, const std::string& source);

/// A final as it is written down.
Segment segment_of(const Event& event);

}  // namespace attend::tools
