#include "journal.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "temporary_folder.hpp"
#include "words.hpp"

namespace attend::tools {
namespace {

using test::read_file;
using test::TemporaryFolder;
using test::words_of;

Segment segment(int channel, std::int64_t number, double end) {
  return {channel, number, words_of("some \"words\" ünd ⟨marks⟩.", end - 2.25), end - 3, end, end + 0.8, Cause::endpoint};
}

std::vector<Segment> replayed(const Journal& journal) {
  std::vector<Segment> segments;
  journal.replay([&](const Segment& each) { segments.push_back(each); });
  return segments;
}

void expect_same(const Segment& a, const Segment& b) {
  EXPECT_EQ(a.channel, b.channel);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.begin, b.begin);
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.audio_time, b.audio_time);
  EXPECT_EQ(a.cause, b.cause);
  ASSERT_EQ(a.words.size(), b.words.size());
  for (std::size_t i = 0; i < a.words.size(); ++i) {
    EXPECT_EQ(a.words[i].text, b.words[i].text);
    EXPECT_EQ(a.words[i].start, b.words[i].start);
    EXPECT_EQ(a.words[i].end, b.words[i].end);
    EXPECT_EQ(a.words[i].confidence, b.words[i].confidence);
  }
}

class JournalTest : public testing::Test {
 protected:
  Journal open(const std::string& fingerprint = "print", bool restart = false) { return Journal(file_, fingerprint, restart); }

  TemporaryFolder folder_;
  std::filesystem::path file_ = journal_path(folder_.path(), "talk.wav");
};

TEST_F(JournalTest, IsNamedAfterTheInput) {
  EXPECT_EQ(file_, folder_ / ".talk.wav.attend-journal");
}

TEST_F(JournalTest, GivesBackWhatWasAppended) {
  const std::vector<Segment> segments{segment(1, 0, 1.0 / 3), segment(2, 0, 5), segment(1, 1, 7.123456789)};
  {
    Journal journal = open();
    EXPECT_TRUE(replayed(journal).empty());
    EXPECT_EQ(journal.resume_point(1).seconds, 0);
    for (const Segment& each : segments) journal.append(each);
  }
  const Journal journal = open();
  const auto found = replayed(journal);
  ASSERT_EQ(found.size(), segments.size());
  for (std::size_t i = 0; i < found.size(); ++i) expect_same(found[i], segments[i]);
  EXPECT_EQ(journal.resume_point(1).seconds, 7.123456789);
  EXPECT_EQ(journal.resume_point(1).next_segment, 2);
  EXPECT_EQ(journal.resume_point(2).next_segment, 1);
  EXPECT_EQ(journal.resume_point(3).seconds, 0);
}

TEST_F(JournalTest, AnotherFingerprintBeginsAnew) {
  open().append(segment(0, 0, 5));
  EXPECT_TRUE(replayed(open("other")).empty());
  EXPECT_TRUE(replayed(open("print")).empty());
}

TEST_F(JournalTest, RestartBeginsAnew) {
  open().append(segment(0, 0, 5));
  EXPECT_TRUE(replayed(open("print", true)).empty());
}

TEST_F(JournalTest, RemoveLeavesNothing) {
  Journal journal = open();
  journal.append(segment(0, 0, 5));
  journal.remove();
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(JournalTest, TwoProcessesDoNotShareOne) {
  const Journal journal = open();
  EXPECT_THROW(open(), std::runtime_error);
}

TEST_F(JournalTest, RefusesAFolderThatIsNotThere) {
  EXPECT_THROW(Journal(folder_ / "none" / "x", "print", false), std::runtime_error);
}

/// Wherever a write was torn: the segments whose lines are whole stand, and what is appended next is read back behind them.
TEST_F(JournalTest, TornAtEveryByte) {
  std::vector<std::size_t> line_ends;
  {
    Journal journal = open();
    line_ends.push_back(read_file(file_).size());
    for (int i = 0; i < 2; ++i) {
      journal.append({0, i, words_of("a \"ü\"", 5 * i), 0.0, 5.0 * (i + 1), 5.5, Cause::end});
      line_ends.push_back(read_file(file_).size());
    }
  }
  const std::string whole = read_file(file_);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    folder_.write(file_.filename(), whole.substr(0, size));
    const auto expected =
        static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, std::ranges::upper_bound(line_ends, size) - line_ends.begin() - 1));
    {
      Journal journal = open();
      ASSERT_EQ(replayed(journal).size(), expected) << size;
      ASSERT_EQ(journal.resume_point(0).seconds, 5.0 * static_cast<double>(expected)) << size;
      journal.append(segment(0, 77, 99));
    }
    const auto found = replayed(open());
    ASSERT_EQ(found.size(), expected + 1) << size;
    ASSERT_EQ(found.back().number, 77) << size;
  }
}

/// A block that the disk never got may read as zeros; a line may be garbage or of another shape.
TEST_F(JournalTest, StopsAtTheFirstLineThatIsNoSegment) {
  open().append(segment(0, 0, 5));
  const std::string good = read_file(file_);
  for (const std::string& bad :
       {std::string(40, '\0') + "\n", std::string("{}\n"), std::string("[1,2]\n"), std::string("garbage\n"),
        std::string("{\"channel\":-1,\"segment\":0,\"begin\":0,\"end\":1,\"audio_time\":1,\"cause\":0,\"words\":[]}\n"),
        std::string("{\"channel\":0,\"segment\":\"x\"}\n"), std::string("\xff\xfe\n")}) {
    folder_.write(file_.filename(), good + bad + good.substr(good.find('\n') + 1));
    const Journal journal = open();
    EXPECT_EQ(replayed(journal).size(), 1u) << bad;
    EXPECT_EQ(read_file(file_), good) << bad;
  }
}

}  // namespace
}  // namespace attend::tools
