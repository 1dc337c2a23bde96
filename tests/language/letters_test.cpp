#include "language/letters.hpp"

#include <gtest/gtest.h>

#include "language/spoken_words.hpp"

namespace attend::language {
namespace {

std::string seen(std::string_view text) {
  std::string result;
  PartialCharacter partial;
  for_letters(partial, text, [&](char32_t letter) { append_utf8(result, letter); });
  return result;
}

TEST(Letters, FoldsCaseAndAccents) {
  EXPECT_EQ(seen("Az09"), "az09");
  EXPECT_EQ(seen("Ångström Łódź Dvořák naïve ſ"), "angstrom lodz dvorak naive s");
  EXPECT_EQ(seen("e\xCC\x81"), "e");  // a combining accent
  EXPECT_EQ(seen("ÆŒÞß"), "æœþß");
  EXPECT_EQ(seen("ΩЖЁ"), "ωжё");
  EXPECT_EQ(seen("日本"), "日本");
}

TEST(Letters, TakesEverythingElseForAGap) {
  EXPECT_EQ(seen("a-b'c.d"), "a b c d");
  EXPECT_EQ(seen("“a”—b…«c»€"), " a  b  c  ");
}

TEST(Letters, ReadsWellFormedUtf8Only) {
  const std::vector<std::string> broken = {"\x80",         "\xC0\x80",         "\xC3(", "\xED\xA0\x80",
                                           "\xE0\x80\x80", "\xF4\x90\x80\x80", "\xF8",  "\xFF"};
  for (const std::string& bytes : broken) {
    PartialCharacter partial;
    bool refused = false;
    for (const char byte : bytes) {
      const auto character = take(partial, static_cast<std::uint8_t>(byte));
      refused = refused || character == char32_t{0xFFFD} || character == U'(';
    }
    EXPECT_TRUE(refused) << testing::PrintToString(bytes);
  }
  PartialCharacter partial;
  EXPECT_EQ(take(partial, 0xF0), std::nullopt);
  EXPECT_EQ(take(partial, 0x9F), std::nullopt);
  EXPECT_EQ(take(partial, 0x98), std::nullopt);
  EXPECT_EQ(take(partial, 0x80), char32_t{0x1F600});
}

TEST(SpokenWords, PartsWrittenWords) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(spoken_words("Hello,"), Words{"hello"});
  EXPECT_EQ(spoken_words("\"Don\xE2\x80\x99t!\""), Words{"don't"});
  EXPECT_EQ(spoken_words("'tis"), Words{"tis"});
  EXPECT_EQ(spoken_words("twenty-one"), (Words{"twenty", "one"}));
  EXPECT_EQ(spoken_words("and\xE2\x80\x94oh"), (Words{"and", "oh"}));
  EXPECT_EQ(spoken_words("...'"), Words{});
  EXPECT_EQ(spoken_words("É"), Words{"é"});
}

}  // namespace
}  // namespace attend::language
