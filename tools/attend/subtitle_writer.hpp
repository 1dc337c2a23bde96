#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "subtitle_cues.hpp"
#include "transcript_writer.hpp"

namespace attend::tools {

enum class SubtitleKind { srt, vtt };

/// SubRip or WebVTT. A cue stays a second at least where the next one leaves it room, so one cue is held back.
/// Where channels are split, SubRip writes "[2] " before the text and WebVTT a voice tag.
class SubtitleWriter : public TranscriptWriter {
 public:
  SubtitleWriter(std::ostream& out, SubtitleKind kind) : out_(out), kind_(kind) {}
  void begin(const Heading& heading) override;
  void passage(const Passage& passage) override;
  void end(const Ending& ending) override;
  std::string held() const override;

 private:
  void write_held(double next_start);
  std::string held_text(std::int64_t number, double next_start) const;

  struct Held {
    Cue cue;
    int channel = 0;
  };

  std::ostream& out_;
  SubtitleKind kind_;
  std::int64_t number_ = 0;
  std::optional<Held> held_;
};

/// "01:02:03,456"; WebVTT has a point before the milliseconds.
std::string subtitle_time(double seconds, SubtitleKind kind);

/// Text that no player takes for markup. WebVTT has character references. SubRip has no escapes: a word joiner (U+2060, invisible)
/// keeps "<" from opening a tag and "{\" from opening a style, and an arrow "-->" is written as "→".
std::string escape_subtitle(std::string_view text, SubtitleKind kind);

}  // namespace attend::tools
