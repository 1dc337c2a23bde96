#include "text_writer.hpp"

#include "printable.hpp"

namespace attend::tools {

void TextWriter::begin(const Heading& heading) {
  if (name_file_) out_ << "==> " << printable(heading.file) << " <==\n";
}

void TextWriter::passage(const Passage& passage) {
  if (passage.channel != 0) out_ << '[' << passage.channel << "] ";
  out_ << to_text(passage.words) << '\n';
}

}  // namespace attend::tools
