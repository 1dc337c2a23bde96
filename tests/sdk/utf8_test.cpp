#include "sdk/utf8.hpp"

#include <gtest/gtest.h>

namespace attend::sdk {
namespace {

TEST(Utf8, WellFormedTextStays) {
  for (const char* const text : {"", "plain", "\u00e9\u20ac\U0001F600", "\x7f", "\uD7FF\uE000\uFFFF\U00010000\U0010FFFF"})
    EXPECT_EQ(valid_utf8(text), text);
  EXPECT_EQ(valid_utf8(std::string_view("a\0b", 3)), std::string("a\0b", 3));
}

// The tables 3-8 to 3-11 of the Unicode standard, version 15, section 3.9.
TEST(Utf8, IllFormedPartsBecomeReplacementCharacters) {
  const std::string r = "\uFFFD";
  EXPECT_EQ(valid_utf8("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(valid_utf8("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(valid_utf8("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), r + r + r + r + r + "A" + r + r + "B");
  EXPECT_EQ(valid_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), r + r + r + r + "A");
  EXPECT_EQ(valid_utf8("\xE2\x82"), r);
}

}  // namespace
}  // namespace attend::sdk
