#include "timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "timeline_file.hpp"
#include "words.hpp"

#include <nlohmann/json.hpp>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Event event(EventKind kind, Cause cause, const std::string& committed, const std::string& tentative, double audio_time) {
  Event made;
  made.kind = kind;
  made.cause = cause;
  made.committed = test::words_of(committed);
  made.tentative = test::words_of(tentative);
  made.audio_time = audio_time;
  return made;
}

Timeline example() {
  TimelineRecorder recorder;
  recorder.take(event(EventKind::partial, Cause::chunk, "", "Well, Mr.", 1), std::nullopt);
  recorder.take(event(EventKind::partial, Cause::chunk, "Well,", "Mr. Smith don't", 2), 2.1);
  recorder.take(event(EventKind::final, Cause::endpoint, "Well, Mr. Smith, don't!", "", 3), 3.1);
  recorder.take(event(EventKind::partial, Cause::chunk, "", "$5", 4), 4.1);
  recorder.take(event(EventKind::final, Cause::end, "$5", "", 5), 5.1);
  return recorder.timeline();
}

TEST(TimelineRecorder, KeepsNormalisedWordsFromTheStartOn) {
  const auto timeline = example();
  ASSERT_EQ(timeline.size(), 5U);
  EXPECT_THAT(timeline[0].words, ElementsAre("well", "mister"));
  EXPECT_EQ(timeline[0].committed, 0U);
  EXPECT_THAT(timeline[1].words, ElementsAre("well", "mister", "smith", "do", "not"));
  EXPECT_EQ(timeline[1].committed, 1U);
  EXPECT_EQ(timeline[2].committed, 5U);
  EXPECT_THAT(timeline[3].words, ElementsAre("well", "mister", "smith", "do", "not", "five", "dollars"));
  EXPECT_EQ(timeline[3].committed, 5U);
  EXPECT_EQ(timeline[4].committed, 7U);
  EXPECT_EQ(timeline[4].audio_time, 5);
  EXPECT_EQ(timeline[4].wall_time, 5.1);
  EXPECT_EQ(timeline[4].cause, Cause::end);
}

class TimelineFile : public testing::Test {
 protected:
  std::string complaint(const std::string& line) {
    try {
      read_timelines(folder.write("t.jsonl", line));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  test::TemporaryFolder folder;
};

TEST_F(TimelineFile, ReadsWhatWasWritten) {
  const auto timeline = example();
  const auto file = folder.write("t.jsonl", to_json(RecordedTimeline{"a", 5.5, timeline}).dump() + "\n");
  const auto read = read_timelines(file);
  ASSERT_EQ(read.count("a"), 1U);
  EXPECT_EQ(read.at("a").audio_seconds, 5.5);
  EXPECT_EQ(read.at("a").timeline, timeline);
}

TEST_F(TimelineFile, NamesWhatIsWrong) {
  EXPECT_THAT(complaint("{\"id\": \"a\"}"), HasSubstr("'audio_seconds'"));
  EXPECT_THAT(complaint("{\"id\": \"a\", \"audio_seconds\": 1}"), HasSubstr("'showings'"));
  const std::string start = R"({"id": "a", "audio_seconds": 1, "showings": [)";
  EXPECT_THAT(complaint(start + "7]}"), HasSubstr("no object"));
  EXPECT_THAT(complaint(start + R"({"audio_time": -1}]})"), HasSubstr("'audio_time'"));
  EXPECT_THAT(complaint(start + R"({"audio_time": 1, "committed": "", "tentative": ""}]})"), HasSubstr("'kind'"));
  EXPECT_THAT(complaint(start + R"({"audio_time": 1, "committed": "", "tentative": "", "kind": "last"}]})"), HasSubstr("'last'"));
  EXPECT_THAT(complaint(start + "]}\n" + start + "]}"), HasSubstr("second time"));
  EXPECT_EQ(complaint(start + "]}"), "");
}

}  // namespace
}  // namespace attend::tools
