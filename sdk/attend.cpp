// The small things of the C++ interface.
#include "attend/attend.hpp"

namespace attend {

std::string_view version() noexcept {
  return ATTEND_VERSION;
}

Error::Error(Fault fault, const std::string& sentence) : std::runtime_error(sentence), fault_(fault) {}

Fault Error::fault() const noexcept {
  return fault_;
}

std::string to_text(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) {
    if (!text.empty()) text += ' ';
    text += word.text;
  }
  return text;
}

}  // namespace attend
