#include "printable.hpp"

#include <gtest/gtest.h>

namespace attend::tools {
namespace {

TEST(Printable, ShowsControlCharactersAndKeepsTheRest) {
  EXPECT_EQ(printable("a b/ü.wav"), "a b/ü.wav");
  EXPECT_EQ(printable("a\nb\x1b[2J\x7f"), "a\\nb\\x1b[2J\\x7f");
}

}  // namespace
}  // namespace attend::tools
