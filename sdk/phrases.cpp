#include "sdk/phrases.hpp"

#include <utility>

namespace attend::sdk {

ReadPhrases read_phrases(std::span<const Phrase> phrases, const language::LabelTexts& texts) {
  std::vector<language::WeightedPhrase> wanted;
  wanted.reserve(phrases.size());
  for (const Phrase& phrase : phrases) wanted.push_back({phrase.text, phrase.weight});
  std::vector<language::RefusedPhrase> refused;
  language::PhraseSet set = language::PhraseSet::build(wanted, texts, refused);
  std::vector<SkippedPhrase> skipped;
  skipped.reserve(refused.size());
  for (language::RefusedPhrase& one : refused) skipped.push_back({one.index, std::move(one.reason)});
  return {std::move(set), std::move(skipped)};
}

}  // namespace attend::sdk
