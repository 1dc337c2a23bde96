#include "word_times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "attend/attend.hpp"
#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using testing::HasSubstr;

class WordTimesFile : public testing::Test {
 protected:
  std::string complaint(const std::string& line) {
    try {
      read_word_times(folder.write("w.jsonl", line));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  test::TemporaryFolder folder;
};

TEST_F(WordTimesFile, IsReadById) {
  const auto times = read_word_times(folder.write("w.jsonl",
                                                  "{\"id\": \"a\", \"audio\": \"a.wav\", \"words\": "
                                                  "[{\"word\": \"hello\", \"start\": 0.5, \"end\": 0.75}]}\n"
                                                  "{\"id\": \"b\", \"words\": []}\n"));
  ASSERT_EQ(times.size(), 2U);
  ASSERT_EQ(times.at("a").size(), 1U);
  EXPECT_EQ(times.at("a")[0].word, "hello");
  EXPECT_EQ(times.at("a")[0].start, 0.5);
  EXPECT_EQ(times.at("a")[0].end, 0.75);
  EXPECT_TRUE(times.at("b").empty());
}

TEST_F(WordTimesFile, ImpossibleTimesAreNamed) {
  EXPECT_THAT(complaint(R"({"id": "a"})"), HasSubstr("'words'"));
  EXPECT_THAT(complaint(R"({"id": "a", "words": [{"word": "x", "start": 1}]})"), HasSubstr("'words'"));
  EXPECT_THAT(complaint(R"({"id": "a", "words": [{"word": "x", "start": 1, "end": 0.5}]})"), HasSubstr("'x'"));
  EXPECT_THAT(complaint(R"({"id": "a", "words": [{"word": "x", "start": 1, "end": 2}, {"word": "y", "start": 0, "end": 1}]})"),
              HasSubstr("'y'"));
  EXPECT_THAT(complaint("{\"id\": \"a\", \"words\": []}\n{\"id\": \"a\", \"words\": []}"), HasSubstr("line 2"));
}

TEST(TimesOf, SeveralWordsShareTheTimesOfOne) {
  const std::vector<SpokenWord> spoken{{"I", 0, 1}, {"don't", 1, 2}, {"know", 2, 3}};
  const auto times = times_of(std::vector<std::string>{"i", "do", "not", "know"}, spoken);
  ASSERT_TRUE(times);
  ASSERT_EQ(times->size(), 4U);
  EXPECT_EQ((*times)[1].end, 2);
  EXPECT_EQ((*times)[2].end, 2);
  EXPECT_EQ((*times)[2].word, "not");
  EXPECT_EQ((*times)[3].end, 3);
}

TEST(TimesOf, OtherWordsHaveNone) {
  const std::vector<SpokenWord> spoken{{"one", 0, 1}, {"two", 1, 2}};
  EXPECT_TRUE(times_of(std::vector<std::string>{"one", "two"}, spoken));
  EXPECT_FALSE(times_of(std::vector<std::string>{"one"}, spoken));
  EXPECT_FALSE(times_of(std::vector<std::string>{"one", "two", "three"}, spoken));
  EXPECT_FALSE(times_of(std::vector<std::string>{"one", "too"}, spoken));
}

}  // namespace
}  // namespace attend::tools
