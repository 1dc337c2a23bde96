#include "queued_writer.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "pipe.hpp"

namespace attend::tools {
namespace {

using std::chrono::seconds;
using test::Pipe;

constexpr std::size_t megabyte = std::size_t{1} << 20;
constexpr seconds long_enough{60};

TEST(QueuedWriter, KeepsWhatAReaderHasNotTakenAndLosesNothing) {
  Pipe pipe;
  std::string sent;
  QueuedWriter writer(pipe.in.number(), 4 * megabyte);
  for (int i = 0; i < 100000; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    sent += line;
    EXPECT_TRUE(writer.write(line));  // a pipe holds 64 KiB: nobody waits for its reader
  }
  EXPECT_GT(writer.waiting(), megabyte / 2);
  EXPECT_EQ(pipe.read(sent.size()), sent);
  EXPECT_TRUE(writer.wait(long_enough));
  EXPECT_EQ(writer.waiting(), 0U);
  EXPECT_EQ(writer.fault(), 0);
}

TEST(QueuedWriter, TakesNoMoreThanItMayKeep) {
  Pipe pipe;
  QueuedWriter writer(pipe.in.number(), megabyte);
  std::size_t taken = 0;
  while (writer.write(std::string(1000, 'x'))) taken += 1000;
  EXPECT_LE(writer.waiting(), megabyte);
  EXPECT_LE(taken, megabyte + (std::size_t{64} << 10));  // and a pipe
  EXPECT_EQ(pipe.read(taken).size(), taken);
  EXPECT_TRUE(writer.wait(long_enough));
  EXPECT_TRUE(writer.write("x"));
}

TEST(QueuedWriter, TellsOfAReaderThatHasGone) {
  Pipe pipe;
  QueuedWriter writer(pipe.in.number(), megabyte);
  writer.write(std::string(megabyte / 2, 'x'));  // the write begins, and cannot end
  pipe.out.close();
  ASSERT_TRUE(writer.wait(long_enough));
  EXPECT_EQ(writer.fault(), EPIPE);
  EXPECT_EQ(writer.waiting(), 0U);
  EXPECT_TRUE(writer.write("more"));  // dropped
  EXPECT_EQ(writer.waiting(), 0U);
}

TEST(QueuedWriter, CallsWhenAllIsWritten) {
  Pipe pipe;
  std::atomic<bool> called = false;
  {
    QueuedWriter writer(pipe.in.number(), megabyte, [&] { called = true; });
    writer.write("words\n");
    ASSERT_TRUE(writer.wait(long_enough));
    while (!called) std::this_thread::yield();
  }
  pipe.in.close();
  EXPECT_EQ(pipe.read(), "words\n");
}

TEST(QueuedWriter, GoesWithoutWaitingForAReaderThatDoesNotRead) {
  Pipe pipe;
  std::atomic<bool> gone = false;
  {
    QueuedWriter writer(pipe.in.number(), megabyte, [&] { EXPECT_FALSE(gone); });
    writer.write(std::string(megabyte / 2, 'x'));
    EXPECT_FALSE(writer.wait(std::chrono::milliseconds(10)));
  }
  gone = true;
  pipe.in.close();
  EXPECT_LE(pipe.read().size(), megabyte / 2);  // its thread ends, as soon as it can, and closes its copy
}

TEST(QueuedWriter, SaysThatThereIsNothingToWriteTo) {
  QueuedWriter writer(-1, megabyte);
  EXPECT_EQ(writer.fault(), EBADF);
  EXPECT_TRUE(writer.write("x"));
  EXPECT_TRUE(writer.wait(long_enough));
}

}  // namespace
}  // namespace attend::tools
