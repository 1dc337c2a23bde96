#include "complaint.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace attend::tools {
namespace {

TEST(Complaint, EndsWithAFullStop) {
  EXPECT_EQ(with_full_stop("talk.wav is empty; record it again"), "talk.wav is empty; record it again.");
  EXPECT_EQ(with_full_stop("No model was found."), "No model was found.");
  EXPECT_EQ(with_full_stop("Is it plugged in?"), "Is it plugged in?");
  EXPECT_EQ(with_full_stop(""), "");
}

TEST(Complaint, IsOneLine) {
  std::ostringstream out;
  complain(out, "a\nb.wav is empty");
  EXPECT_EQ(out.str(), "attend: a\\nb.wav is empty.\n");
}

}  // namespace
}  // namespace attend::tools
