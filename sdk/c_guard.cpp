#include "sdk/c_guard.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace attend::sdk {
namespace {

std::array<char, 1024>& buffer() noexcept {
  thread_local std::array<char, 1024> sentence{};
  return sentence;
}

/// The largest length up to `most` that does not cut a UTF-8 sequence.
std::size_t whole_characters(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text.size();
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return most;
}

}  // namespace

attend_status remember(attend_status status, std::string_view sentence) noexcept {
  auto& kept = buffer();
  const std::size_t length = whole_characters(sentence, kept.size() - 1);
  std::copy_n(sentence.begin(), length, kept.begin());
  kept[length] = '\0';
  return status;
}

const char* last_error() noexcept {
  return buffer().data();
}

void require(const void* pointer, const char* function, const char* argument) {
  if (pointer == nullptr)
    throw Error(Fault::invalid_argument, std::string(function) + " was given NULL as '" + argument + "'; give it a valid pointer");
}

}  // namespace attend::sdk
