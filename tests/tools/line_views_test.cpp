#include "line_views.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <thread>

#include "ordered_output.hpp"
#include "pipe.hpp"
#include "terminal_view.hpp"
#include "tiny_terminal.hpp"
#include "words.hpp"
#include "write_all.hpp"

namespace attend::tools {
namespace {

using test::Pipe;
using testing::HasSubstr;

Event said(const std::string& committed, EventKind kind = EventKind::final) {
  Event event;
  event.kind = kind;
  event.committed = test::words_of(committed);
  return event;
}

void wait_until_read(const ListenOutput& output) {
  while (output.unread() > 0) std::this_thread::yield();
}

TEST(TextView, WritesALinePerFinalHoweverSlowItsReader) {
  Pipe pipe;
  std::string expected;
  {
    TextView view(pipe.in.number(), {});
    for (int i = 0; i < 20000; ++i) {
      const std::string text = "the words of segment " + std::to_string(i);
      view.event(said(text, EventKind::partial));
      view.event(said(text));
      expected += text + "\n";
    }
    EXPECT_TRUE(view.behind());
    EXPECT_EQ(pipe.read(expected.size()), expected);
    wait_until_read(view);
    EXPECT_FALSE(view.behind());
  }
  pipe.in.close();
  EXPECT_EQ(pipe.read(), "");
}

TEST(TextView, FailsWhenItsReaderTakesNothingForTooLong) {
  Pipe pipe;
  TextView view(pipe.in.number(), {});
  const std::string text(100000, 'x');
  std::size_t unread = 0;
  std::string fault;
  while (fault.empty()) {
    try {
      view.event(said(text));
      unread = std::max(unread, view.unread());
    } catch (const std::runtime_error& error) {
      fault = error.what();
    }
  }
  EXPECT_THAT(fault, HasSubstr("Standard output is not read: 16 MiB wait for its reader"));
  EXPECT_LE(unread, std::size_t{16} << 20);
}

TEST(TextView, TellsThatItsReaderHasGone) {
  Pipe pipe;
  TextView view(pipe.in.number(), {});
  pipe.out.close();
  view.event(said("nobody hears"));
  wait_until_read(view);
  EXPECT_THROW(view.written(), ReaderGone);
  EXPECT_THROW(view.event(said("this")), ReaderGone);
}

TEST(ErrorView, SaysWhatItIsFor) {
  Pipe all, failures;
  {
    ErrorView everything(all.in.number(), false, {});
    ErrorView only_failures(failures.in.number(), true, {});
    for (ErrorView* view : {&everything, &only_failures}) {
      view->notice({NoticeKind::source, "It broke off."});
      view->notice({NoticeKind::output, "The disk is full."});
      wait_until_read(*view);
    }
  }
  all.in.close();
  failures.in.close();
  EXPECT_EQ(all.read(), "attend: It broke off.\nattend: The disk is full.\n");
  EXPECT_EQ(failures.read(), "attend: The disk is full.\n");
}

TEST(ErrorView, NeverWaits) {
  Pipe pipe;
  ErrorView view(pipe.in.number(), false, {});
  for (int i = 0; i < 10000; ++i) view.notice({NoticeKind::lost, std::string(100, 'x')});
  EXPECT_LE(view.unread(), std::size_t{64} << 10);
}

/// A terminal that shows nothing for a while gets the last picture then, and all that stands.
TEST(TerminalView, LeavesOutPicturesThatATerminalHasNoTimeFor) {
  Pipe pipe;
  const int room = ::fcntl(pipe.in.number(), F_SETPIPE_SZ, 4096);
  ASSERT_GT(room, 0);
  ASSERT_EQ(write_all(pipe.in.number(), std::string(static_cast<std::size_t>(room), '\r')), 0);
  std::string expected, bytes;
  std::thread reader;
  {
    TerminalView view(pipe.in.number(), {});
    for (int i = 0; i < 2000; ++i) {
      const std::string text = "segment " + std::to_string(i);
      view.event(said("half a " + text, EventKind::partial));
      view.event(said(text));
      expected += text + " ";
    }
    EXPECT_TRUE(view.behind());
    EXPECT_LT(view.unread(), 100U);  // nothing is drawn
    reader = std::thread([&] { bytes = pipe.read(); });
    wait_until_read(view);
    view.written();
    EXPECT_FALSE(view.behind());
    view.end(0, {});
    wait_until_read(view);
  }
  pipe.in.close();
  reader.join();
  test::TinyTerminal terminal(80, 24);
  terminal.write(bytes);
  std::string seen;
  for (const std::string& line : terminal.history()) seen += line + " ";
  for (const std::string& line : terminal.rows()) seen += line + " ";
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace attend::tools
