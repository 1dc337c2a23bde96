// A language model as a second opinion in the search (shallow fusion): when a label begins a new word, the word before it is
// weighed.
#pragma once

#include <memory>

#include "decoder/label_opinion.hpp"
#include "language/label_texts.hpp"
#include "language/ngram_model.hpp"

namespace attend::language {

/// `texts` outlives the opinion; `model` is cheap to copy. Words are compared in lower case and without marks at their ends;
/// numbers written in digits count as unknown words, whose score is the model's own for the unknown, so that no word is impossible.
std::unique_ptr<decoder::LabelOpinion> ngram_opinion(const NgramModel& model, const LabelTexts& texts);

}  // namespace attend::language
