#include "subtitle_writer.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <limits>

namespace attend::tools {
namespace {

constexpr double shortest_cue = 1.0;

std::string escape_vtt(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string escape_srt(std::string_view text) {
  constexpr std::string_view word_joiner = "\xe2\x81\xa0";
  constexpr std::string_view arrow = "-->";
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, arrow.size()) == arrow) {
      escaped += "→";
      i += arrow.size() - 1;
      continue;
    }
    escaped += text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool tag = text[i] == '<' && (next == '/' || std::isalpha(static_cast<unsigned char>(next)) != 0);
    const bool style = text[i] == '{' && next == '\\';
    if (tag || style) escaped += word_joiner;
  }
  return escaped;
}

}  // namespace

std::string subtitle_time(double seconds, SubtitleKind kind) {
  const long long total = std::max(0LL, std::llround(seconds * 1000));
  char text[40];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld%c%03lld", total / 3600000, total / 60000 % 60, total / 1000 % 60,
                kind == SubtitleKind::srt ? ',' : '.', total % 1000);
  return text;
}

std::string escape_subtitle(std::string_view text, SubtitleKind kind) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return kind == SubtitleKind::vtt ? escape_vtt(line) : escape_srt(line);
}

void SubtitleWriter::begin(const Heading&) {
  if (kind_ == SubtitleKind::vtt) out_ << "WEBVTT\n\n";
}

void SubtitleWriter::passage(const Passage& passage) {
  const bool labelled = kind_ == SubtitleKind::srt && passage.channel != 0;
  for (Cue& cue : break_into_cues(passage, labelled ? "[" + std::to_string(passage.channel) + "] " : "")) {
    write_held(cue.start);
    held_ = Held{std::move(cue), passage.channel};
  }
}

void SubtitleWriter::end(const Ending&) {
  write_held(std::numeric_limits<double>::infinity());
}

void SubtitleWriter::write_held(double next_start) {
  if (!held_) return;
  ++number_;
  out_ << held_text(number_, next_start);
  held_.reset();
}

std::string SubtitleWriter::held() const {
  return held_ ? held_text(number_ + 1, std::numeric_limits<double>::infinity()) : std::string();
}

std::string SubtitleWriter::held_text(std::int64_t number, double next_start) const {
  const Cue& cue = held_->cue;
  const double end = std::max(cue.end, std::min(cue.start + shortest_cue, next_start));
  std::string text;
  if (kind_ == SubtitleKind::srt) text += std::to_string(number) + '\n';
  text += subtitle_time(cue.start, kind_) + " --> " + subtitle_time(end, kind_) + '\n';
  for (std::size_t i = 0; i < cue.lines.size(); ++i) {
    if (kind_ == SubtitleKind::vtt && held_->channel != 0 && i == 0) text += "<v Channel " + std::to_string(held_->channel) + '>';
    text += escape_subtitle(cue.lines[i], kind_) + '\n';
  }
  return text + '\n';
}

}  // namespace attend::tools
