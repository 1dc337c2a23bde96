#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace attend::tools {

/// A word of the reference that was recognised.
struct WordMatch {
  std::size_t reference = 0, hypothesis = 0;  ///< its places in both texts

  friend bool operator==(const WordMatch&, const WordMatch&) = default;
};

/// The words that are right in the alignment which `word_errors` counts: the fewest errors, then the fewest substitutions. Of
/// alignments that are equal in both, the one that matches words of the reference as late as possible. In order of both texts. Time
/// and memory grow with the product of the lengths.
std::vector<WordMatch> matched_words(std::span<const std::string> reference, std::span<const std::string> hypothesis);

}  // namespace attend::tools
