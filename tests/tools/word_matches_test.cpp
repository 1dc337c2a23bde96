#include "word_matches.hpp"

#include <gtest/gtest.h>

#include <random>

#include "wer.hpp"

namespace attend::tools {
namespace {

using Words = std::vector<std::string>;

Words random_words(std::mt19937& dice, std::size_t longest) {
  Words words(dice() % (longest + 1));
  for (auto& word : words) word = std::string(1, static_cast<char>('a' + dice() % 3));
  return words;
}

TEST(MatchedWords, AreThePlacesOfRightWords) {
  const auto matches = matched_words(Words{"a", "b", "c", "d"}, Words{"a", "x", "c", "y", "d"});
  EXPECT_EQ(matches, (std::vector<WordMatch>{{0, 0}, {2, 2}, {3, 4}}));
  EXPECT_TRUE(matched_words(Words{}, Words{"a"}).empty());
  EXPECT_TRUE(matched_words(Words{"a"}, Words{}).empty());
}

TEST(MatchedWords, OfEqualChoicesTheLaterWordMatches) {
  EXPECT_EQ(matched_words(Words{"the", "the"}, Words{"the"}), (std::vector<WordMatch>{{1, 0}}));
}

/// Any alignment is a rising sequence of equal pairs; between two of them stand substitutions and, for the rest, gaps.
TEST(MatchedWords, BelongToTheAlignmentThatIsCounted) {
  std::mt19937 dice(3);
  for (int round = 0; round < 2000; ++round) {
    const auto reference = random_words(dice, 8);
    const auto hypothesis = random_words(dice, 8);
    const auto matches = matched_words(reference, hypothesis);
    std::int64_t errors = 0, substitutions = 0;
    std::size_t i = 0, j = 0;
    const auto pass = [&](std::size_t to_i, std::size_t to_j) {
      ASSERT_LE(i, to_i);
      ASSERT_LE(j, to_j);
      errors += static_cast<std::int64_t>(std::max(to_i - i, to_j - j));
      substitutions += static_cast<std::int64_t>(std::min(to_i - i, to_j - j));
    };
    for (const auto& match : matches) {
      pass(match.reference, match.hypothesis);
      ASSERT_EQ(reference[match.reference], hypothesis[match.hypothesis]);
      i = match.reference + 1;
      j = match.hypothesis + 1;
    }
    pass(reference.size(), hypothesis.size());
    const auto counted = word_errors(reference, hypothesis);
    EXPECT_EQ(errors, counted.errors());
    EXPECT_EQ(substitutions, counted.substitutions);
  }
}

}  // namespace
}  // namespace attend::tools
