// ARPA text → n-gram lists.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.hpp"
#include "language/ngram_table.hpp"

namespace attend::language {

/// Plain or gzip. Refused, with the line: orders beyond 5, counts that do not fit, words that are no unigrams, n-grams that stand
/// there twice, logarithms above 0 or beyond largest_logarithm, no <s> or </s>. A text without <unk> gets one with the least
/// probability of its words, so that no word is impossible. N-grams that longer ones need as history or suffix, and that the text
/// leaves out (pruned models), are added without a probability.
Result<NgramTable> read_arpa(std::span<const std::byte> bytes, const std::string& name);

}  // namespace attend::language
