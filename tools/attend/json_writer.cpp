#include "json_writer.hpp"

#include "transcript_json.hpp"

namespace attend::tools {
namespace {

using nlohmann::ordered_json;

void append(std::string& text, std::string_view separator, std::string_view more) {
  if (!text.empty()) text += separator;
  text += more;
}

}  // namespace

void JsonWriter::begin(const Heading& heading) {
  const bool split = heading.channels == ChannelMode::split;
  if (split) channel_texts_.resize(static_cast<std::size_t>(heading.channel_count));
  const ordered_json model{{"name", heading.model}, {"version", heading.model_version}, {"sha256", heading.model_sha256}};
  const ordered_json options{{"chunk", heading.chunk},
                             {"lookahead", heading.lookahead},
                             {"hindsight", heading.hindsight},
                             {"precision", heading.precision},
                             {"channels", split ? "split" : "mix"}};
  out_ << "{\n\"file\": " << to_line(heading.file) << ",\n\"model\": " << to_line(model) << ",\n\"options\": " << to_line(options)
       << ",\n\"segments\": [";
}

void JsonWriter::segment(const Segment& segment) {
  if (segment.words.empty()) return;
  out_ << (first_ ? "\n" : ",\n") << to_line(segment_to_json(segment));
  first_ = false;
}

void JsonWriter::passage(const Passage& passage) {
  const std::string text = to_text(passage.words);
  if (passage.channel == 0) {
    append(text_, " ", text);
    return;
  }
  append(text_, "\n", "[" + std::to_string(passage.channel) + "] " + text);
  append(channel_texts_.at(static_cast<std::size_t>(passage.channel - 1)), " ", text);
}

void JsonWriter::end(const Ending& ending) {
  out_ << (first_ ? "],\n" : "\n],\n") << "\"text\": " << to_line(text_) << ",\n";
  if (!channel_texts_.empty()) out_ << "\"channel_texts\": " << to_line(channel_texts_) << ",\n";
  out_ << "\"duration\": " << to_line(to_thousandths(ending.duration)) << ",\n";
  if (!ending.complete()) out_ << "\"error\": " << to_line(ending.error) << ",\n";
  out_ << "\"complete\": " << (ending.complete() ? "true" : "false") << "\n}\n";
}

}  // namespace attend::tools
