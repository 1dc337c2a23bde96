#include "normaliser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "number_words.hpp"

namespace attend::tools {
namespace {

struct Case {
  std::string written, normal;
};

class Normaliser : public testing::TestWithParam<Case> {};

TEST_P(Normaliser, WritesOneWay) {
  EXPECT_EQ(normalise(GetParam().written), GetParam().normal);
}

// The table of docs/eval.md, and the cases at its edges.
INSTANTIATE_TEST_SUITE_P(Marks, Normaliser,
                         testing::Values(Case{"", ""}, Case{" \t\r\n ", ""}, Case{"Hello, World!", "hello world"}, Case{"…—?!", ""},
                                         Case{"well-known twenty-one", "well known twenty one"},
                                         Case{"rock ‘n’ roll", "rock n roll"}, Case{"“The dogs’ toys”", "the dogs toys"},
                                         Case{"it’s Tom's", "it is tom's"}, Case{"wait;what", "wait what"},
                                         Case{"CAFÉ naïve Œuvre Straße", "cafe naive oeuvre strasse"}, Case{"cafe\u0301", "cafe"},
                                         Case{"a\u00A0b\u200Bc", "a bc"}, Case{"either/or (both)", "either or both"},
                                         Case{"R&D", "r and d"}, Case{"AT&T", "at and t"}, Case{"example.com", "example com"},
                                         Case{"U.S.A.", "u s a"}, Case{"Ελλάδα", "Ελλάδα"},
                                         Case{"bad\xFF\xC0\xAF"
                                              "bytes",
                                              "bad bytes"},
                                         Case{"'''", ""}, Case{"honour colour", "honour colour"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, Normaliser,
    testing::Values(Case{"0 7 13 20 42", "zero seven thirteen twenty forty two"}, Case{"100", "one hundred"},
                    Case{"105 men", "one hundred five men"}, Case{"one hundred and five men", "one hundred five men"},
                    Case{"a hundred and five men", "one hundred five men"},
                    Case{"a thousand and a hundred", "one thousand one hundred"},
                    Case{"hundreds and thousands", "hundreds and thousands"},
                    Case{"1,234,567", "one million two hundred thirty four thousand five hundred sixty seven"},
                    Case{"10000", "ten thousand"}, Case{"2000000000", "two billion"},
                    Case{"999999999999",
                         "nine hundred ninety nine billion nine hundred ninety nine million nine hundred ninety nine thousand nine "
                         "hundred ninety nine"},
                    Case{"1000000000000", "one zero zero zero zero zero zero zero zero zero zero zero zero"},
                    Case{"007", "zero zero seven"}, Case{"3.5", "three point five"}, Case{"0.25", "zero point two five"},
                    Case{".5", "point five"}, Case{"version 1.2.3", "version one point two point three"},
                    Case{"5k mp3", "five k mp three"}, Case{"1, 2, 3.", "one two three"},
                    Case{"1st 2nd 3rd 4th 5th 8th 9th 12th 20th 21st 100th",
                         "first second third fourth fifth eighth ninth twelfth twentieth twenty first one hundredth"},
                    Case{"1stuff", "one stuff"}, Case{"½ cup", "one half cup"}, Case{"No. 5 is #1", "number five is number one"},
                    Case{"No. I won't", "no i will not"}, Case{"−5", "minus five"}));

INSTANTIATE_TEST_SUITE_P(Years, Normaliser,
                         testing::Values(Case{"1984", "nineteen eighty four"}, Case{"1905", "nineteen oh five"},
                                         Case{"1900", "nineteen hundred"}, Case{"1066", "ten sixty six"},
                                         Case{"1001", "one thousand one"}, Case{"2000", "two thousand"},
                                         Case{"2005", "two thousand five"}, Case{"2024", "twenty twenty four"},
                                         Case{"3000", "three thousand"}, Case{"1,984", "one thousand nine hundred eighty four"},
                                         Case{"the 1980s", "the nineteen eighties"}, Case{"the '90s", "the nineties"},
                                         Case{"the 1980's", "the nineteen eighties"}, Case{"66s", "sixty sixes"}));

INSTANTIATE_TEST_SUITE_P(
    Money, Normaliser,
    testing::Values(Case{"$5", "five dollars"}, Case{"$1", "one dollar"}, Case{"$5.50", "five dollars and fifty cents"},
                    Case{"$0.01", "one cent"}, Case{"$5.00", "five dollars"}, Case{"$1,500", "one thousand five hundred dollars"},
                    Case{"$3.5 billion", "three point five billion dollars"}, Case{"$5 million.", "five million dollars"},
                    Case{"It cost $5. Million", "it cost five dollars million"}, Case{"£1.01", "one pound and one penny"},
                    Case{"€20", "twenty euros"}, Case{"20€", "twenty euros"}, Case{"¥100", "one hundred yen"},
                    Case{"50¢", "fifty cents"}, Case{"$5-$10", "five dollars ten dollars"}, Case{"5%", "five percent"},
                    Case{"5 per cent", "five percent"}, Case{"3.5 %", "three point five percent"},
                    Case{"20°C", "twenty degrees c"}));

INSTANTIATE_TEST_SUITE_P(Times, Normaliser,
                         testing::Values(Case{"7:30", "seven thirty"}, Case{"7:05", "seven oh five"}, Case{"7:00", "seven o'clock"},
                                         Case{"7:00 p.m.", "seven p m"}, Case{"7:30pm", "seven thirty p m"},
                                         Case{"7 AM", "seven a m"}, Case{"07:15", "seven fifteen"}, Case{"00:30", "zero thirty"},
                                         Case{"12:30:15", "twelve thirty fifteen"}, Case{"12:00:05", "twelve zero oh five"},
                                         Case{"seven o’clock", "seven o'clock"}, Case{"I am", "i am"}, Case{"16:9", "sixteen nine"},
                                         Case{"99:30", "ninety nine thirty"}, Case{"7:75", "seven seventy five"}));

INSTANTIATE_TEST_SUITE_P(
    Words, Normaliser,
    testing::Values(Case{"Mr. and Mrs. Smith", "mister and missus smith"},
                    Case{"Dr Who vs. Prof. X", "doctor who versus professor x"},
                    Case{"St. Paul's on Main St.", "saint paul's on main street"}, Case{"Main St, Boston", "main street boston"},
                    Case{"John Jr.", "john junior"}, Case{"Col. Sanders", "colonel sanders"},
                    Case{"the col between", "the col between"}, Case{"OK, O.K. okay", "okay okay okay"}, Case{"etc.", "et cetera"},
                    Case{"gonna", "gonna"}, Case{"ain't", "ain't"}, Case{"I'm sure you're right", "i am sure you are right"},
                    Case{"we've he'll don't", "we have he will do not"}, Case{"can't can not cannot", "cannot cannot cannot"},
                    Case{"won't shan't", "will not shall not"}, Case{"it's been; he's got it", "it has been he has got it"},
                    Case{"I'd've", "i'd have"}, Case{"the dog's bone", "the dog's bone"}, Case{"Let's", "let us"},
                    Case{"to-day to morrow to-night", "today tomorrow tonight"}, Case{"alright", "all right"},
                    Case{"good-bye", "goodbye"}));

TEST(NormaliserProperties, ItsResultIsFixed) {
  static const std::vector<std::string> pieces{
      "a",   "hundred", "and", "5",  "1984", "$",   ".",   ",",       ":",    "'",    "n't", "do", "'s",
      "it",  " ",       " ",   " ",  "to",   "day", "am",  "per",     "cent", "st",   "no",  "%",  "30",
      "th",  "'ll",     "€",   "°",  "#",    "-",   "o",   "k",       "é",    "7:30", "p.m", "I",  "can",
      "not", "one",     "'ve", "pm", "½",    "0",   "'re", "million", "been", "'m",   "&",   "mr", "ß"};
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 10; ++i) text += pieces[random() % pieces.size()];
    const auto once = normalise(text);
    ASSERT_EQ(normalise(once), once) << text;
    ASSERT_EQ(once.find_first_not_of("abcdefghijklmnopqrstuvwxyz' "), std::string::npos) << text << " -> " << once;
  }
}

TEST(NormaliserProperties, AnyBytesGiveValidWords) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += static_cast<char>(random() % 256);
    for (const auto& word : normal_words(text)) ASSERT_FALSE(word.empty() || word.find(' ') != std::string::npos);
  }
}

/// An independent reading of a cardinal: value of the words by the rules of English, not by how they were made.
std::int64_t value_of(const std::string& words) {
  static const std::vector<std::string> small{"zero",     "one",     "two",     "three",     "four",     "five",    "six",
                                              "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
                                              "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static const std::vector<std::string> tens{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
  std::int64_t total = 0, group = 0;
  for (const auto& word : normal_words(words)) {
    if (const auto one = std::ranges::find(small, word); one != small.end()) group += one - small.begin();
    if (const auto ten = std::ranges::find(tens, word); ten != tens.end()) group += 10 * (ten - tens.begin() + 2);
    if (word == "hundred") group *= 100;
    for (const auto& [name, size] : {std::pair{"thousand", 1'000LL}, {"million", 1'000'000LL}, {"billion", 1'000'000'000LL}}) {
      if (word == name) total += size * std::exchange(group, 0);
    }
  }
  return total + group;
}

TEST(NumberWords, CardinalsMeanTheirValue) {
  for (std::int64_t value = 0; value < 20'000; ++value) ASSERT_EQ(value_of(cardinal_words(value)), value);
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(random() % (largest_cardinal + 1));
    ASSERT_EQ(value_of(cardinal_words(value)), value);
  }
  EXPECT_EQ(cardinal_words(largest_cardinal + 1), "");
  EXPECT_EQ(cardinal_words(-1), "");
}

}  // namespace
}  // namespace attend::tools
