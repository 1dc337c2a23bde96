#include "tsv_writer.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace attend::tools {

void TsvWriter::begin(const Heading& heading) {
  out_ << (heading.channels == ChannelMode::split ? "start\tend\tchannel\ttext\n" : "start\tend\ttext\n");
}

void TsvWriter::passage(const Passage& passage) {
  std::string text = to_text(passage.words);
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  out_ << std::llround(passage.start() * 1000) << '\t' << std::llround(passage.end() * 1000) << '\t';
  if (passage.channel != 0) out_ << passage.channel << '\t';
  out_ << text << '\n';
}

}  // namespace attend::tools
