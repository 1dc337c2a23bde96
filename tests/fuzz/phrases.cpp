// Any lines as phrases: each is taken or refused with a sentence, and what is said along a text sums to no less than nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "language/phrase_set.hpp"

namespace {

/// A label for each byte that goes on with a word, and for each that begins one.
class ByteTexts : public attend::language::LabelTexts {
 public:
  ByteTexts() {
    for (int byte = 0; byte < 256; ++byte) bytes_ += static_cast<char>(byte);
  }
  std::int32_t size() const override { return 513; }
  attend::decoder::Label end() const override { return 512; }
  std::string_view text(attend::decoder::Label label) const override {
    return label == end() ? std::string_view() : std::string_view(bytes_).substr(static_cast<std::size_t>(label) % 256, 1);
  }
  bool begins_word(attend::decoder::Label label) const override { return label >= 256 && label != end(); }

 private:
  std::string bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attend::language;
  const std::string all(reinterpret_cast<const char*>(data), size);
  std::vector<WeightedPhrase> phrases;
  for (std::size_t at = 0; at < all.size();) {
    const auto line_end = std::min(all.find('\n', at), all.size());
    phrases.push_back({all.substr(at, line_end - at), 1});
    at = line_end + 1;
  }
  const ByteTexts texts;
  std::vector<RefusedPhrase> refused;
  const PhraseSet set = PhraseSet::build(phrases, texts, refused);
  for (const RefusedPhrase& phrase : refused) {
    if (phrase.index >= phrases.size() || phrase.reason.empty()) std::abort();
  }
  const auto opinion = phrase_opinion(set, texts);
  auto state = opinion->begin();
  float sum = 0, delta = 0;
  const auto go = [&](attend::decoder::Label label) {
    opinion->judge(state, {&label, 1}, {&delta, 1});
    state = opinion->after(state, label);
    sum += delta;
  };
  for (std::size_t i = 0; i < size; ++i) go(data[i] + (i > 0 && data[i - 1] == ' ' ? 256 : 0));
  go(texts.end());
  if (sum < -0.5F * static_cast<float>(size + 1)) std::abort();  // float sums round
  return 0;
}
