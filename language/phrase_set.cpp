#include "language/phrase_set.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "language/letters.hpp"
#include "language/phrase_set_impl.hpp"
#include "language/spelling.hpp"

namespace attend::language {
namespace {

constexpr std::size_t longest_phrase = 1000;  // bytes; a segment's text is shorter
constexpr std::size_t shown_bytes = 60;       // of a phrase in a sentence
constexpr float heaviest = 100;

std::u32string spell(std::string_view text) {
  std::u32string letters(1, gap);
  const auto add = [&](char32_t letter) {
    if (letter != gap || letters.back() != gap) letters += letter;
  };
  PartialCharacter partial;
  for_letters(partial, text, add);
  add(gap);
  return letters;
}

/// The phrase as a sentence can carry it: well-formed, short, on one line.
std::string shown(std::string_view text) {
  std::string result = "\"";
  PartialCharacter partial;
  const auto add = [&](char byte) {
    if (const auto character = take(partial, static_cast<std::uint8_t>(byte)))
      append_utf8(result, *character < 0x20 ? gap : *character);
  };
  for (const char byte : text.substr(0, shown_bytes)) add(byte);
  return result + (text.size() > shown_bytes ? "…\"" : "\"");
}

/// Why the phrase cannot be expected; empty if it can.
std::string objection(const WeightedPhrase& phrase, std::u32string_view letters, const Spelling& spelling) {
  if (phrase.text.size() > longest_phrase) return "is longer than " + std::to_string(longest_phrase) + " bytes; shorten it";
  if (letters.size() == 1) return "has no letter or digit; leave it out";
  if (!std::isfinite(phrase.weight) || phrase.weight <= 0 || phrase.weight > heaviest) {
    return "has a weight that is not above 0 and at most 100; the usual weight is 1";
  }
  if (!spelling.can_write(letters)) return "has a letter that the model's labels cannot write; spell it as it would be transcribed";
  return {};
}

}  // namespace

PhraseSet::PhraseSet(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

PhraseSet PhraseSet::build(std::span<const WeightedPhrase> phrases, const LabelTexts& texts, std::vector<RefusedPhrase>& refused) {
  std::map<std::u32string, float> weights;  // of phrases that differ in case and marks alone, the largest
  if (!phrases.empty()) {
    const Spelling spelling(texts);
    for (std::size_t i = 0; i < phrases.size(); ++i) {
      const WeightedPhrase& phrase = phrases[i];
      auto letters = phrase.text.size() > longest_phrase ? std::u32string() : spell(phrase.text);
      if (const auto reason = objection(phrase, letters, spelling); !reason.empty()) {
        refused.push_back({i, "phrase " + std::to_string(i + 1) + ", " + shown(phrase.text) + ", " + reason});
        continue;
      }
      float& weight = weights[std::move(letters)];
      weight = std::max(weight, phrase.weight);
    }
  }
  std::vector<SpelledPhrase> spelled;
  spelled.reserve(weights.size());
  for (const auto& [letters, weight] : weights) spelled.push_back({letters, weight});
  return PhraseSet(std::make_shared<const Impl>(Impl{PhraseGraph(spelled), spelled.size()}));
}

bool PhraseSet::empty() const {
  return size() == 0;
}

std::size_t PhraseSet::size() const {
  return impl_->size;
}

}  // namespace attend::language
