#include "hotword_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "command.hpp"
#include "temporary_folder.hpp"

namespace attend::tools::test {
namespace {

using ::testing::HasSubstr;

class HotwordFile : public ::testing::Test {
 protected:
  std::vector<Phrase> read(const std::string& text) {
    std::ofstream(file_, std::ios::binary) << text;
    return read_hotwords(file_);
  }

  std::string refusal(const std::string& text) {
    try {
      read(text);
    } catch (const CommandError& error) {
      EXPECT_EQ(error.code(), exit_usage);
      return error.what();
    }
    return "accepted";
  }

  const TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "names.txt";
};

TEST_F(HotwordFile, HoldsAPhraseALine) {
  const auto phrases = read("\xEF\xBB\xBFGödel\n\n# a comment\n  Erika Mustermann \t 2.5 \r\nC# minor\nlast");
  ASSERT_EQ(phrases.size(), 4U);
  EXPECT_EQ(phrases[0].text, "Gödel");
  EXPECT_EQ(phrases[0].weight, 1);
  EXPECT_EQ(phrases[1].text, "Erika Mustermann");
  EXPECT_EQ(phrases[1].weight, 2.5F);
  EXPECT_EQ(phrases[2].text, "C# minor");
  EXPECT_EQ(phrases[3].text, "last");
}

TEST_F(HotwordFile, FaultsNameFileAndLine) {
  for (const char* const weight : {"x", "0", "-1", "nan", "inf", "1.5x", "101"}) {
    EXPECT_THAT(refusal("fine\nword\t" + std::string(weight) + "\n"),
                HasSubstr("names.txt, line 2: the weight '" + std::string(weight)));
  }
  EXPECT_EQ(refusal("word\t\n"), "accepted");  // an empty weight is none
  EXPECT_THAT(refusal("# nothing\n\n"), HasSubstr("names.txt holds no phrase"));
  EXPECT_THAT(refusal(""), HasSubstr("holds no phrase"));
  EXPECT_THROW(read_hotwords(folder_.path() / "missing.txt"), CommandError);
  EXPECT_THROW(read_hotwords(folder_.path()), CommandError);
}

}  // namespace
}  // namespace attend::tools::test
