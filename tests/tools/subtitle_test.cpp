#include <gtest/gtest.h>

#include <random>

#include "subtitle_cues.hpp"
#include "subtitle_writer.hpp"
#include "utf8.hpp"
#include "words.hpp"

namespace attend::tools {
namespace {

using test::words_of;

std::vector<std::string> lines_of(const std::vector<Cue>& cues) {
  std::vector<std::string> lines;
  for (const Cue& cue : cues) {
    for (std::size_t i = 0; i < cue.lines.size(); ++i) lines.push_back((i == 0 ? "- " : "  ") + cue.lines[i]);
  }
  return lines;
}

TEST(SubtitleCues, ShortPassagesAreOneLine) {
  const auto cues = break_into_cues({0, words_of("Good morning to you all.", 2.0)});
  ASSERT_EQ(cues.size(), 1u);
  EXPECT_EQ(cues[0].lines, std::vector<std::string>{"Good morning to you all."});
  EXPECT_DOUBLE_EQ(cues[0].start, 2.0);
  EXPECT_DOUBLE_EQ(cues[0].end, 4.4);
}

TEST(SubtitleCues, CuesEndAfterSentences) {
  const auto cues =
      break_into_cues({0, words_of("The first of these sentences is of some length. Another one follows it, which is as long "
                                   "as that. Then comes the end.",
                                   0, 0.3, 0.25)});
  EXPECT_EQ(lines_of(cues), (std::vector<std::string>{
                                "- The first of these",
                                "  sentences is of some length.",
                                "- Another one follows it, which is as",
                                "  long as that. Then comes the end.",
                            }));
}

TEST(SubtitleCues, CuesEndBeforePauses) {
  std::vector<Word> words = words_of("we walked along the river and then", 0, 0.4, 0.35);
  for (const Word& word : words_of("we came to a bridge that nobody had ever seen before in this valley", 5.0, 0.3, 0.25))
    words.push_back(word);
  const auto cues = break_into_cues({0, words});
  ASSERT_EQ(cues.size(), 2u);
  EXPECT_EQ(lines_of({cues[0]}), std::vector<std::string>{"- we walked along the river and then"});
}

TEST(SubtitleCues, SlowSpeechIsCutBySeconds) {
  const auto cues = break_into_cues({0, words_of("one two three four five six seven eight", 0, 3.0, 1.0)});
  for (const Cue& cue : cues) EXPECT_LE(cue.end - cue.start, cue_longest);
  EXPECT_GE(cues.size(), 3u);
}

TEST(SubtitleCues, AWordThatNeverEndsStaysSevenSeconds) {
  const auto cues = break_into_cues({0, {{"hmmm", 1.0, 31.0, 1, 1}}});
  ASSERT_EQ(cues.size(), 1u);
  EXPECT_DOUBLE_EQ(cues[0].end, 8.0);
}

TEST(SubtitleCues, LongWordsAreCutBetweenCharacters) {
  std::string word;
  for (int i = 0; i < 100; ++i) word += "ä";
  const auto cues = break_into_cues({0, {{word, 0.0, 10.0, 1, 1}}});
  std::string joined;
  for (const Cue& cue : cues) {
    for (const std::string& line : cue.lines) {
      EXPECT_LE(count_characters(line), cue_line_characters);
      joined += line;
    }
  }
  EXPECT_EQ(joined, word);
}

/// For speech of any kind: limits hold, every word comes once and in order, cues do not overlap.
TEST(SubtitleCues, LimitsHoldForRandomSpeech) {
  std::mt19937 random(7);
  const auto below = [&random](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  for (int round = 0; round < 300; ++round) {
    std::vector<Word> words;
    double time = below(100);
    std::string spoken;
    for (int i = below(80) + 1; i > 0; --i) {
      std::string text(static_cast<std::size_t>(below(round % 10 == 0 ? 40 : 12)) + 1, static_cast<char>('a' + below(26)));
      text += std::vector<std::string>{"", "", "", ".", ",", "?"}[static_cast<std::size_t>(below(6))];
      const double length = 0.05 + below(60) / 100.0;
      words.push_back({text, time, time + length, 1, 1});
      time += length + (below(8) == 0 ? below(300) / 100.0 : 0.02);
      spoken += text + ' ';
    }
    const std::string prefix = round % 2 == 0 ? "" : "[2] ";
    std::string shown;
    double last_end = 0;
    for (const Cue& cue : break_into_cues({0, words}, prefix)) {
      ASSERT_GE(cue.lines.size(), 1u);
      ASSERT_LE(cue.lines.size(), cue_lines);
      ASSERT_GE(cue.start, last_end);
      ASSERT_LE(cue.end - cue.start, cue_longest);
      ASSERT_TRUE(cue.lines[0].starts_with(prefix));
      for (const std::string& line : cue.lines) ASSERT_LE(count_characters(line), cue_line_characters) << line;
      shown += cue.lines[0].substr(prefix.size()) + ' ';
      if (cue.lines.size() > 1) shown += cue.lines[1] + ' ';
      last_end = cue.end;
    }
    // Words longer than a line would come in pieces; with these lengths none does.
    ASSERT_EQ(shown, spoken);
  }
}

TEST(Subtitle, TimesAreWritten) {
  EXPECT_EQ(subtitle_time(0, SubtitleKind::srt), "00:00:00,000");
  EXPECT_EQ(subtitle_time(3723.4566, SubtitleKind::srt), "01:02:03,457");
  EXPECT_EQ(subtitle_time(3723.4566, SubtitleKind::vtt), "01:02:03.457");
  EXPECT_EQ(subtitle_time(59.9996, SubtitleKind::vtt), "00:01:00.000");
  EXPECT_EQ(subtitle_time(360000, SubtitleKind::srt), "100:00:00,000");
}

TEST(Subtitle, MarkupIsDefused) {
  EXPECT_EQ(escape_subtitle("a < b & c --> d", SubtitleKind::vtt), "a &lt; b &amp; c --&gt; d");
  EXPECT_EQ(escape_subtitle("a < b & c --> d", SubtitleKind::srt), "a < b & c → d");
  EXPECT_EQ(escape_subtitle("<i>x</i>", SubtitleKind::srt), "<\xe2\x81\xa0i>x<\xe2\x81\xa0/i>");
  EXPECT_EQ(escape_subtitle("{\\an8}", SubtitleKind::srt), "{\xe2\x81\xa0\\an8}");
  EXPECT_EQ(escape_subtitle("a\r\n\nb", SubtitleKind::srt), "a   b");
}

}  // namespace
}  // namespace attend::tools
