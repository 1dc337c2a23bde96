#include "write_all.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <thread>

#include "pipe.hpp"

namespace attend::tools {
namespace {

TEST(WriteAll, WaitsForAReaderWhereWritingDoesNotBlock) {
  const test::Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.in.number(), F_SETFL, O_NONBLOCK), 0);
  const std::string sent(1 << 20, 'x');  // more than a pipe holds
  std::string got;
  std::thread reader([&] { got = pipe.read(sent.size()); });
  EXPECT_EQ(write_all(pipe.in.number(), sent), 0);
  reader.join();
  EXPECT_EQ(got, sent);
}

TEST(WriteAll, TellsWhyItFailed) {
  EXPECT_EQ(write_all(-1, "x"), EBADF);
  EXPECT_EQ(write_all(-1, ""), 0);
}

}  // namespace
}  // namespace attend::tools
