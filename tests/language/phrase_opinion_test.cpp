#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <numeric>
#include <random>

#include "language/phrase_set.hpp"
#include "toy_texts.hpp"

namespace attend::language {
namespace {

constexpr decoder::Label end = 0;

PhraseSet set_of(const std::vector<WeightedPhrase>& phrases, const LabelTexts& texts) {
  std::vector<RefusedPhrase> refused;
  const PhraseSet set = PhraseSet::build(phrases, texts, refused);
  EXPECT_TRUE(refused.empty()) << refused.front().reason;
  return set;
}

/// ASCII as the rules see it: lower case, one blank for anything else, one in front.
std::string plain(const std::string& text) {
  std::string result = " ";
  for (const char letter : text) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) {
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    } else if (result.back() != ' ') {
      result += ' ';
    }
  }
  return result;
}

std::string written(const LabelTexts& texts, const std::vector<decoder::Label>& labels) {
  std::string text;
  for (const decoder::Label label : labels)
    text += (label == end || texts.begins_word(label) ? " " : "") + std::string(texts.text(label));
  return plain(text);
}

/// By definition: each phrase counts wherever it stands between gaps, weight times letters.
double bonus(const std::vector<WeightedPhrase>& phrases, const std::string& text) {
  double sum = 0;
  for (const WeightedPhrase& phrase : phrases) {
    const std::string letters = plain(phrase.text + " ");
    const auto blanks = std::count(letters.begin(), letters.end(), ' ');
    for (auto at = text.find(letters); at != std::string::npos; at = text.find(letters, at + 1)) {
      sum += phrase.weight * static_cast<double>(static_cast<std::ptrdiff_t>(letters.size()) - blanks);
    }
  }
  return sum;
}

double sum(const std::vector<float>& said) {
  return std::accumulate(said.begin(), said.end(), 0.0);
}

TEST(PhraseOpinion, SumsToTheBonusOfCompletedPhrasesAlongAnyText) {
  const ToyTexts texts({"_a", "_b", "_ab", "_A", "a", "b", "ab", "B", ",", "-", "_", "_ba", "'", "_a-b"});
  std::mt19937 random(2);
  for (int round = 0; round < 60; ++round) {
    std::vector<WeightedPhrase> phrases;
    for (int i = 0; i < 6; ++i) {
      std::string text;
      for (unsigned letters = 1 + random() % 6; letters > 0; --letters) text += "ab ab"[random() % 5];
      if (text.find_first_not_of(' ') == std::string::npos) continue;
      const auto same = [&](const WeightedPhrase& other) { return plain(other.text + " ") == plain(text + " "); };
      if (std::ranges::none_of(phrases, same)) phrases.push_back({text, static_cast<float>(1 + random() % 8) / 4});
    }
    const PhraseSet set = set_of(phrases, texts);
    ASSERT_EQ(set.size(), phrases.size());
    const auto opinion = phrase_opinion(set, texts);
    for (int text = 0; text < 50; ++text) {
      std::vector<decoder::Label> labels;
      for (int i = 0; i < 12; ++i) labels.push_back(static_cast<decoder::Label>(1 + random() % 14));
      labels.push_back(end);
      ASSERT_NEAR(sum(said_along(*opinion, labels)), bonus(phrases, written(texts, labels)), 1e-3) << written(texts, labels);
    }
  }
}

TEST(PhraseOpinion, GivesInAdvanceAndTakesBack) {
  const ToyTexts texts({"_ne", "w", "_york", "_y", "east", "t"});
  const PhraseSet set = set_of({{"New York", 2}}, texts);
  const auto opinion = phrase_opinion(set, texts);
  EXPECT_EQ(said_along(*opinion, {1, 2, 3, end}), (std::vector<float>{4, 2, 8, 0}));
  EXPECT_EQ(said_along(*opinion, {1, 2, 4, 5, end}), (std::vector<float>{4, 2, 2, -8, 0}));        // "new yeast"
  EXPECT_EQ(said_along(*opinion, {1, 6, end}), (std::vector<float>{4, -4, 0}));                    // "net"
  EXPECT_EQ(said_along(*opinion, {1, 2, end}), (std::vector<float>{4, 2, -6}));                    // "new"
  EXPECT_EQ(said_along(*opinion, {1, 2, 1, 2, 3, end}), (std::vector<float>{4, 2, -2, 2, 8, 0}));  // "new new york"
  EXPECT_EQ(said_along(*opinion, {1, 2, 3, 6, end}), (std::vector<float>{4, 2, 8, -14, 0}));       // "new yorkt"
}

TEST(PhraseOpinion, ReadsLettersByteByByteAndWithoutAccents) {
  const ToyTexts texts({"_caf", "\xC3", "\xA9", "\xC3\xA9", "e", "_CAF", "\xC3\x89", "e\xCC\x81", "\xD0", "\xBC", "_\xD0\x9C"});
  const PhraseSet set = set_of({{"Caf\xC3\xA9", 1}}, texts);
  EXPECT_EQ(set.size(), 1U);
  const auto opinion = phrase_opinion(set, texts);
  for (const std::vector<decoder::Label>& labels :
       std::vector<std::vector<decoder::Label>>{{1, 2, 3, end}, {1, 4, end}, {1, 5, end}, {6, 7, end}, {1, 8, end}}) {
    EXPECT_EQ(sum(said_along(*opinion, labels)), 4) << testing::PrintToString(labels);
  }
  const PhraseSet cyrillic = set_of({{"\xD0\xBC\xD0\x9C", 1}}, texts);
  EXPECT_EQ(sum(said_along(*phrase_opinion(cyrillic, texts), {11, 9, 10, end})), 2);
}

TEST(PhraseOpinion, SaysNothingWithoutPhrases) {
  const ToyTexts texts({"_a", "b"});
  const PhraseSet set = set_of({}, texts);
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(said_along(*phrase_opinion(set, texts), {1, 2, 1, end}), (std::vector<float>{0, 0, 0, 0}));
}

TEST(PhraseSet, RefusesWhatCannotBeExpectedAndKeepsTheRest) {
  const ToyTexts texts({"_a", "b", "_b", "c"});  // no word can begin with c
  std::vector<RefusedPhrase> refused;
  const std::vector<WeightedPhrase> phrases = {{"ab", 1},
                                               {"", 1},
                                               {" -!\n ", 1},
                                               {"ab cab", 1},
                                               {"abd", 1},
                                               {"ba", 0},
                                               {"bb", std::numeric_limits<float>::quiet_NaN()},
                                               {std::string(2000, 'b'), 1},
                                               {"\xFF\xFE", 1},
                                               {"abb", 100.5F},
                                               {"AB!", 100}};
  const PhraseSet set = PhraseSet::build(phrases, texts, refused);
  EXPECT_EQ(set.size(), 1U);  // "ab" and "AB!" are one
  ASSERT_EQ(refused.size(), 9U);
  const std::vector<std::string> expected = {"phrase 2, \"\", has no letter",
                                             "phrase 3, \" -!  \", has no letter",
                                             "phrase 4, \"ab cab\", has a letter",
                                             "phrase 5, \"abd\", has a letter",
                                             "phrase 6, \"ba\", has a weight",
                                             "phrase 7, \"bb\", has a weight",
                                             "phrase 8, \"bbbb",
                                             "phrase 9, \"\xEF\xBF\xBD",
                                             "phrase 10, \"abb\", has a weight that is not above 0 and at most 100"};
  for (std::size_t i = 0; i < refused.size(); ++i) {
    EXPECT_EQ(refused[i].index, i + 1);
    EXPECT_TRUE(refused[i].reason.starts_with(expected[i])) << refused[i].reason;
    EXPECT_LT(refused[i].reason.size(), 200U);
  }
  EXPECT_EQ(sum(said_along(*phrase_opinion(set, texts), {1, 2, end})), 200);  // the larger weight holds
}

TEST(PhraseSet, SpellsInPieces) {
  const ToyTexts letters({"_", "a", "b"});
  const ToyTexts bytes({"_", "\xC4", "\x85", "\xC5"});
  std::vector<RefusedPhrase> refused;
  EXPECT_EQ(PhraseSet::build(std::vector<WeightedPhrase>{{"abba ab", 1}}, letters, refused).size(), 1U);
  EXPECT_EQ(PhraseSet::build(std::vector<WeightedPhrase>{{"\xD0\xBC", 1}}, bytes, refused).size(), 0U);
  EXPECT_EQ(refused.size(), 1U);
}

TEST(PhraseSet, HoldsThousands) {
  std::vector<std::string> labels;
  for (char first = 'a'; first <= 'z'; ++first) {
    labels.push_back(std::string("_") + first);
    labels.emplace_back(1, first);
  }
  const ToyTexts texts(labels);
  std::mt19937 random(8);
  std::vector<WeightedPhrase> phrases;
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (unsigned words = 1 + random() % 3; words > 0; --words) {
      for (unsigned count = 6 + random() % 6; count > 0; --count) text += static_cast<char>('a' + random() % 26);
      text += ' ';
    }
    phrases.push_back({text, 1});
  }
  const PhraseSet set = set_of(phrases, texts);
  ASSERT_EQ(set.size(), phrases.size());
  const auto opinion = phrase_opinion(set, texts);
  std::vector<decoder::Label> spoken;
  std::string text;
  for (int i = 0; i < 5000; i += 7) text += (i % 2 != 0 ? "xq " : "") + phrases[static_cast<std::size_t>(i)].text;
  bool begins = true;
  for (const char letter : text) {
    if (letter != ' ') spoken.push_back(static_cast<decoder::Label>(2 * (letter - 'a') + (begins ? 1 : 2)));
    begins = letter == ' ';
  }
  spoken.push_back(end);
  EXPECT_NEAR(sum(said_along(*opinion, spoken)), bonus(phrases, plain(text + " ")), 1);
}

}  // namespace
}  // namespace attend::language
