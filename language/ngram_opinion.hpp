// A language model as a second opinion in the search (shallow fusion): a word is weighed when the label behind it begins a new one.
#pragma once

#include <memory>

#include "decoder/label_opinion.hpp"
#include "language/label_texts.hpp"
#include "language/ngram_model.hpp"

namespace attend::language {

/// `texts` outlives the opinion; `model` is cheap to copy. Words are compared in lower case and without marks at their ends;
/// hyphens part words; numbers written in digits count as unknown words, whose score is the model's own for the unknown, so that no
/// word is impossible. The sum of what is said along a text up to its end label is the text's log-probability.
///
/// Of an unfinished word it says what the model says of all words that begin so (unigram look-ahead, Ortmanns, Ney and Eiden 1996),
/// and takes that back when the word is complete: or a label that goes on with a word would cost nothing where one that ends it
/// does.
std::unique_ptr<decoder::LabelOpinion> ngram_opinion(const NgramModel& model, const LabelTexts& texts);

}  // namespace attend::language
