#include <gmock/gmock.h>

#include <random>

#include "caption_lines.hpp"
#include "caption_screen.hpp"
#include "display_text.hpp"
#include "status_line.hpp"
#include "tiny_terminal.hpp"
#include "words.hpp"

namespace attend::tools {
namespace {

using test::TinyTerminal;
using test::words_of;
using testing::ElementsAre;

TEST(DisplayText, CountsCells) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("日本"), 4);
  EXPECT_EQ(display_width("e\xcc\x81"), 1);     // e and a combining acute
  EXPECT_EQ(display_width("\xe2\x80\x8b"), 0);  // zero width space
  EXPECT_EQ(display_width("한"), 2);
  EXPECT_EQ(display_width("\xff"), 1);
}

TEST(DisplayText, MakesTextHarmless) {
  EXPECT_EQ(displayable("a\x1b[2Jb"), "a\xef\xbf\xbd[2Jb");
  EXPECT_EQ(displayable("\xc2\x9b"), "\xef\xbf\xbd");  // the control sequence introducer of C1
  EXPECT_EQ(displayable("\xff\xc3"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(displayable("schön 日本"), "schön 日本");
}

TEST(DisplayText, CutsBetweenCharacters) {
  EXPECT_EQ(fitting_prefix("日本", 3), "日");
  EXPECT_EQ(fitting_prefix("日本", 1), "");
  EXPECT_EQ(fitting_prefix("e\xcc\x81x", 1), "e\xcc\x81");
  EXPECT_EQ(fitting_prefix("abc", 9), "abc");
}

std::vector<CaptionWord> plain(const std::string& text) {
  std::vector<CaptionWord> words;
  for (const Word& word : words_of(text)) words.push_back({word.text, CaptionStyle::plain});
  return words;
}

std::vector<std::string> texts(const std::vector<CaptionLine>& lines) {
  std::vector<std::string> all;
  for (const CaptionLine& line : lines) all.push_back(line.text);
  return all;
}

TEST(CaptionLines, BreakBetweenWords) {
  EXPECT_THAT(texts(lay_out(plain("to be or not to be"), 9)), ElementsAre("to be or", "not to be"));
  EXPECT_THAT(texts(lay_out(plain("to be or not to be"), 8)), ElementsAre("to be or", "not to", "be"));
  EXPECT_THAT(texts(lay_out({}, 8)), ElementsAre());
}

TEST(CaptionLines, BreakAWordThatIsWiderThanALine) {
  EXPECT_THAT(texts(lay_out(plain("a incomprehensible b"), 6)), ElementsAre("a", "incomp", "rehens", "ible b"));
  EXPECT_THAT(texts(lay_out(plain("日本語日本語"), 5)), ElementsAre("日本", "語日", "本語"));
}

TEST(CaptionLines, HoldWidthAndWordsWhateverComes) {
  std::mt19937 random(7);
  const std::vector<std::string> parts{"a", "word", "日本", "e\xcc\x81", "considerably"};
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<CaptionWord> words;
    std::string joined;
    for (std::size_t i = random() % 20; i > 0; --i) {
      words.push_back({parts[random() % parts.size()], random() % 2 == 0 ? CaptionStyle::plain : CaptionStyle::tentative});
      joined += words.back().text;
    }
    const int width = 2 + static_cast<int>(random() % 15);
    std::string shown;
    std::size_t ended = 0;
    for (const CaptionLine& line : lay_out(words, width)) {
      TinyTerminal terminal(width, 3);
      terminal.write(line.text);
      ASSERT_LE(terminal.rows().size(), 1U) << line.text << " on " << width;
      ASSERT_LE(line.cells, width);
      ended += line.words;
      for (const char c : terminal.rows().empty() ? "" : terminal.rows().front()) {
        if (c != ' ' && c != '{' && c != '}') shown += c;
      }
    }
    EXPECT_EQ(shown, joined);
    EXPECT_EQ(ended, words.size());
  }
}

TEST(CaptionLines, AreSettledOnlyIfNothingCanChangeThem) {
  std::vector<CaptionWord> words = plain("one two three");
  words.push_back({"four", CaptionStyle::tentative});
  const auto lines = lay_out(words, 7);  // "one two", "three", "four"
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].settled);
  EXPECT_FALSE(lines[1].settled);  // "four" may become "a", which fits
  EXPECT_FALSE(lines[2].settled);
}

Event event(const std::string& committed, const std::string& tentative, EventKind kind = EventKind::partial) {
  Event result;
  result.kind = kind;
  result.committed = words_of(committed);
  result.tentative = words_of(tentative);
  return result;
}

class CaptionScreenTest : public testing::Test {
 protected:
  void show(const Event& shown) {
    screen.event(shown);
    terminal.write(screen.draw());
  }

  CaptionScreen screen{20, 6};
  TinyTerminal terminal{20, 6};
};

TEST_F(CaptionScreenTest, DimsWhatMayChangeAndRewritesItInPlace) {
  screen.status("status");
  show(event("", "hello word"));
  EXPECT_THAT(terminal.rows(), ElementsAre("{hello word}", "{status}"));
  show(event("hello", "world"));
  EXPECT_THAT(terminal.rows(), ElementsAre("hello {world}", "{status}"));
  show(event("hello world", "how are you to day"));
  EXPECT_THAT(terminal.rows(), ElementsAre("hello world {how are}", "{you to day}", "{status}"));
  show(event("hello world", "how"));
  EXPECT_THAT(terminal.rows(), ElementsAre("hello world {how}", "{status}"));
  show(event("hello world how", "", EventKind::final));
  EXPECT_THAT(terminal.rows(), ElementsAre("hello world how", "{status}"));
  show(event("next", ""));
  EXPECT_THAT(terminal.rows(), ElementsAre("hello world how", "next", "{status}"));
}

TEST_F(CaptionScreenTest, ScrollsWhatStandsAndKeepsItOnce) {
  screen.status("s");
  std::string said;
  for (int i = 10; i < 60; ++i) {
    show(event(said, "w" + std::to_string(i)));
    said += "w" + std::to_string(i) + " ";
  }
  show(event(said, "", EventKind::final));
  std::string seen;
  for (const std::string& line : terminal.history()) seen += line + " ";
  for (const std::string& line : terminal.rows()) seen += line + " ";
  EXPECT_EQ(seen, said + "{s} ");
}

TEST_F(CaptionScreenTest, ShowsTheEndOfWhatDoesNotFit) {
  screen.status("s");
  show(event("",
             "aaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbb cccccccccccccccccc dddddddddddddddddd eeeeeeeeeeeeeeeeee ffffffffffffffffff"));
  EXPECT_THAT(terminal.rows(), ElementsAre("{bbbbbbbbbbbbbbbbbb}", "{cccccccccccccccccc}", "{dddddddddddddddddd}",
                                           "{eeeeeeeeeeeeeeeeee}", "{ffffffffffffffffff}", "{s}"));
  EXPECT_TRUE(terminal.history().empty());
  show(event("short", "", EventKind::final));
  EXPECT_THAT(terminal.rows(), ElementsAre("short", "{s}"));
}

TEST_F(CaptionScreenTest, PutsNoticesAboveWhatMayChange) {
  screen.status("s");
  show(event("one", "two"));
  screen.notice("gone\x1b away");
  terminal.write(screen.draw());
  EXPECT_THAT(terminal.rows(), ElementsAre("{— gone\xef\xbf\xbd away}", "one {two}", "{s}"));
}

TEST_F(CaptionScreenTest, ShowsTheEndOfTheTranscriptAfterResizing) {
  screen.status("a long line of status");
  show(event("the first segment of all", "", EventKind::final));
  show(event("second", "", EventKind::final));
  show(event("and what is being said just", "now"));
  terminal.resize(12, 6);
  terminal.write(screen.resize(12, 6));
  EXPECT_THAT(terminal.rows(), ElementsAre("all", "second", "and what is", "being said", "just {now}", "{a long line}"));
  terminal.resize(30, 6);
  terminal.write(screen.resize(30, 6));
  EXPECT_THAT(terminal.rows(),
              ElementsAre("the first segment of all", "second", "and what is being said just", "{now}", "{a long line of status}"));
  show(event("and what is being said just now", "", EventKind::final));
  EXPECT_THAT(terminal.rows(),
              ElementsAre("the first segment of all", "second", "and what is being said just", "now", "{a long line of status}"));
}

TEST_F(CaptionScreenTest, LivesOnTheSmallestTerminal) {
  CaptionScreen small(1, 1);
  TinyTerminal one(1, 1);
  small.status("s");
  small.event(event("日本 a", "bc"));
  one.write(small.draw());
  EXPECT_THAT(one.rows(), ElementsAre("{s}"));
  one.write(small.resize(1, 1));
  EXPECT_THAT(one.rows(), ElementsAre("{s}"));
}

TEST_F(CaptionScreenTest, LeavesTheTextAndNothingElse) {
  screen.status("s");
  show(event("one two", "three"));
  screen.status("");
  terminal.write(screen.leave());
  terminal.write("$");
  EXPECT_THAT(terminal.rows(), ElementsAre("one two {three}", "$"));
}

TEST(StatusLine, TellsHowThingsStand) {
  ListenStatus status;
  status.heard = 3723.9;
  status.peak_dbfs = -30;
  status.lag = 0.26;
  status.chunk = std::chrono::milliseconds(320);
  status.connected = true;
  EXPECT_EQ(status_line(status), "01:02:03  ▕██████      ▏ -30 dB  lag 0.3 s  chunk 320 ms");
  status.lost = 12;
  status.connected = false;
  EXPECT_EQ(status_line(status), "01:02:03  waiting for sound  chunk 320 ms  lost 12");
  status.finishing = true;
  EXPECT_EQ(status_line(status), "01:02:03  finishing, 0.3 s to go  chunk 320 ms  lost 12");
}

TEST(StatusLine, DrawsLevels) {
  EXPECT_EQ(level_bar(-100, 4), "    ");
  EXPECT_EQ(level_bar(-60, 4), "    ");
  EXPECT_EQ(level_bar(6, 4), "████");
  EXPECT_EQ(level_bar(-30, 4), "██  ");
  for (double level = -70; level < 10; level += 0.3) EXPECT_EQ(display_width(level_bar(level, 12)), 12) << level;
}

}  // namespace
}  // namespace attend::tools
