// A language model as a second opinion in the search (shallow fusion): a word is weighed when the label behind it begins a new one.
#pragma once

#include <memory>

#include "decoder/label_opinion.hpp"
#include "language/label_texts.hpp"
#include "language/ngram_model.hpp"

namespace attend::language {

struct NgramOpinionOptions {
  /// Says of unfinished words what the model says of all words that begin so (unigram look-ahead, Ortmanns, Ney and Eiden 1996),
  /// and takes it back when the word is complete. Without it a label that goes on with a word costs nothing where one that ends it
  /// does.
  bool look_ahead = true;
  /// Share of a word's own log-probability (whatever stands before it) that is taken off again: an estimate of the language model
  /// that attention has inside (density ratio, McDermott et al. 2019).
  float internal_share = 0;
  /// Added for every word: what a log-probability per word takes from longer texts.
  float per_word = 0;
};

/// `texts` outlives the opinion; `model` is cheap to copy. Words are compared in lower case and without marks at their ends;
/// hyphens part words; numbers written in digits count as unknown words, whose score is the model's own for the unknown, so that no
/// word is impossible. The sum of what is said along a text up to its end label is the text's log-probability.
std::unique_ptr<decoder::LabelOpinion> ngram_opinion(const NgramModel& model, const LabelTexts& texts,
                                                     const NgramOpinionOptions& options = {});

}  // namespace attend::language
