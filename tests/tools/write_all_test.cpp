#include "write_all.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

#include "file_descriptor.hpp"

namespace attend::tools {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) {
      out = FileDescriptor(ends[0]);
      in = FileDescriptor(ends[1]);
    }
  }
  FileDescriptor in, out;
};

TEST(WriteAll, WaitsForAReaderWhereWritingDoesNotBlock) {
  Pipe pipe;
  ASSERT_EQ(::fcntl(pipe.in.number(), F_SETFL, O_NONBLOCK), 0);
  const std::string sent(1 << 20, 'x');  // more than a pipe holds
  std::string got;
  std::thread reader([&] {
    std::array<char, 4096> block{};
    for (ssize_t count = 0; (count = ::read(pipe.out.number(), block.data(), block.size())) > 0;) {
      got.append(block.data(), static_cast<std::size_t>(count));
    }
  });
  EXPECT_EQ(write_all(pipe.in.number(), sent), 0);
  pipe.in.close();
  reader.join();
  EXPECT_EQ(got, sent);
}

TEST(WriteAll, TellsWhyItFailed) {
  EXPECT_EQ(write_all(-1, "x"), EBADF);
  EXPECT_EQ(write_all(-1, ""), 0);
}

}  // namespace
}  // namespace attend::tools
