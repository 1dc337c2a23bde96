// From phrases as a host gives them to those that the language room knows.
#pragma once

#include <span>
#include <vector>

#include "attend/attend.hpp"
#include "language/label_texts.hpp"
#include "language/phrase_set.hpp"

namespace attend::sdk {

struct ReadPhrases {
  language::PhraseSet set;
  std::vector<SkippedPhrase> skipped;  ///< in the order of their indices
};

/// Phrases without letters, and with weights that are no numbers above 0, are skipped as well.
ReadPhrases read_phrases(std::span<const Phrase> phrases, const language::LabelTexts& texts);

}  // namespace attend::sdk
