#include "growing_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <csignal>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using test::read_file;
using test::TemporaryFolder;
using testing::HasSubstr;

/// While it lives, no file of this process grows beyond so many bytes: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*signal_)(int);
};

std::string failure_of(GrowingFile& file, std::string_view for_good, std::string_view end) {
  try {
    file.grow(for_good, end);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

TEST(GrowingFile, ReplacesItsEnd) {
  const TemporaryFolder folder;
  GrowingFile file(folder / "a", false);
  file.grow("one", " (to be continued)");
  EXPECT_EQ(read_file(folder / "a"), "one (to be continued)");
  file.grow(", two", "!");
  EXPECT_EQ(read_file(folder / "a"), "one, two!");
  file.grow("", "");
  EXPECT_EQ(read_file(folder / "a"), "one, two");
  EXPECT_EQ(file.size(), 8U);
}

TEST(GrowingFile, StaysAsItWasWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  GrowingFile file(folder / "a", false);
  file.grow("[1", "]\n");
  std::string sentence;
  {
    const FullDisk disk(6);
    sentence = failure_of(file, ",22222", "]\n");
  }
  EXPECT_THAT(sentence, HasSubstr((folder / "a").string() + " cannot be written ("));
  EXPECT_EQ(read_file(folder / "a"), "[1]\n");
  file.grow(",3", "]\n");
  EXPECT_EQ(read_file(folder / "a"), "[1,3]\n");
}

TEST(GrowingFile, IsWholeBeforeALongerEndIsCutOff) {
  const int memory = ::memfd_create("growing", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ASSERT_GE(memory, 0);
  const std::filesystem::path path = "/proc/self/fd/" + std::to_string(memory);
  GrowingFile file(path, true);
  file.grow("[1", ", \"more follows\"]");
  ASSERT_EQ(::fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK),
            0);  // as if the process ended here
  file.grow("]");
  EXPECT_EQ(read_file(path), "[1]" + std::string(16, '\n'));
  ::close(memory);
}

TEST(GrowingFile, GoesIfItIsNewAndNobodyKeptIt) {
  const TemporaryFolder folder;
  folder.write("old", "before");
  {
    GrowingFile made(folder / "new", false), replaced(folder / "old", true), kept(folder / "kept", false);
    made.grow("head");
    kept.keep();
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "new"));
  EXPECT_TRUE(std::filesystem::exists(folder / "old"));
  EXPECT_TRUE(std::filesystem::exists(folder / "kept"));
}

TEST(GrowingFile, RefusesWhatExists) {
  const TemporaryFolder folder;
  folder.write("old", "before");
  EXPECT_THROW(GrowingFile(folder / "old", false), std::runtime_error);
  EXPECT_EQ(read_file(folder / "old"), "before");
  EXPECT_THROW(GrowingFile(folder.path(), true), std::runtime_error);
}

}  // namespace
}  // namespace attend::tools
