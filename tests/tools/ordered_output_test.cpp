#include "ordered_output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

#include "file_descriptor.hpp"
#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using test::read_file;
using test::TemporaryFolder;

class OrderedOutputTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  FileDescriptor file_{::open((folder_ / "out").c_str(), O_WRONLY | O_CREAT, 0600)};
  std::string written() const { return read_file(folder_ / "out"); }
};

TEST_F(OrderedOutputTest, OneAtATimeGoesOutAtOnce) {
  OrderedOutput output(file_.number(), true);
  OrderedOutput::Turn turn(output, 0);
  turn.stream() << "a line\n";
  turn.flush();
  EXPECT_EQ(written(), "a line\n");
}

TEST_F(OrderedOutputTest, LaterPartsWaitForEarlierOnes) {
  OrderedOutput output(file_.number(), false);
  auto first = std::make_unique<OrderedOutput::Turn>(output, 0);
  auto second = std::make_unique<OrderedOutput::Turn>(output, 1);
  auto third = std::make_unique<OrderedOutput::Turn>(output, 2);
  third->stream() << "3\n";
  third->finish();
  first->stream() << "1\n";
  first->flush();
  EXPECT_EQ(written(), "");
  first->finish();
  EXPECT_EQ(written(), "1\n");
  second.reset();  // an input that failed has nothing to say, and holds nobody up
  EXPECT_EQ(written(), "1\n3\n");
}

TEST_F(OrderedOutputTest, ManyThreadsKeepTheOrder) {
  constexpr int parts = 500;
  OrderedOutput output(file_.number(), false);
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (std::size_t part = next++; part < parts; part = next++) {
        OrderedOutput::Turn turn(output, part);
        turn.stream() << part << '\n';
        turn.finish();
      }
    });
  }
  threads.clear();
  std::string expected;
  for (int i = 0; i < parts; ++i) expected += std::to_string(i) + "\n";
  EXPECT_EQ(written(), expected);
}

TEST(OrderedOutput, AReaderThatWentAwayIsNoFailure) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  const FileDescriptor end(ends[1]);
  OrderedOutput output(end.number(), true);
  OrderedOutput::Turn turn(output, 0);
  turn.stream() << "x";
  EXPECT_THROW(turn.flush(), ReaderGone);
}

}  // namespace
}  // namespace attend::tools
