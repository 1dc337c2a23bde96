#include "sdk/phrases.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sdk/utf8.hpp"

namespace attend::sdk {
namespace {

constexpr float heaviest = 100;

}  // namespace

ReadPhrases read_phrases(std::span<const Phrase> phrases, const language::LabelTexts& texts) {
  std::vector<language::WeightedPhrase> taken;
  std::vector<std::size_t> index;  // of those taken
  std::vector<SkippedPhrase> skipped;
  for (std::size_t i = 0; i < phrases.size(); ++i) {
    if (phrases[i].weight > 0 && phrases[i].weight <= heaviest) {
      taken.push_back({phrases[i].text, phrases[i].weight});
      index.push_back(i);
    } else {
      skipped.push_back({i, "the weight of the phrase '" + valid_utf8(phrases[i].text) + "' is not above 0 and at most 100"});
    }
  }
  std::vector<language::RefusedPhrase> refused;
  language::PhraseSet set = language::PhraseSet::build(taken, texts, refused);
  for (language::RefusedPhrase& one : refused) skipped.push_back({index.at(one.index), std::move(one.reason)});
  std::ranges::sort(skipped, {}, &SkippedPhrase::index);
  return {std::move(set), std::move(skipped)};
}

}  // namespace attend::sdk
