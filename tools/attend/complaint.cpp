#include "complaint.hpp"

#include "printable.hpp"

namespace attend::tools {

std::string with_full_stop(std::string_view sentence) {
  std::string text(sentence);
  if (!text.empty() && std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
  return text;
}

void complain(std::ostream& out, std::string_view sentence) {
  out << "attend: " << printable(with_full_stop(sentence)) << '\n';
}

}  // namespace attend::tools
