#include "atomic_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;
using test::read_file;
using test::TemporaryFolder;

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(AtomicFile, AppearsWhenItIsCommitted) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a b\n.txt");
  file.stream() << "words";
  file.stream().flush();
  EXPECT_FALSE(fs::exists(folder / "a b\n.txt"));
  file.commit();
  EXPECT_EQ(read_file(folder / "a b\n.txt"), "words");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(AtomicFile, DroppedItLeavesWhatWasThere) {
  const TemporaryFolder folder;
  folder.write("talk.txt", "before");
  {
    AtomicFile file(folder / "talk.txt");
    file.stream() << std::string(1 << 20, 'x');
  }
  EXPECT_EQ(read_file(folder / "talk.txt"), "before");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(AtomicFile, OverwritesThePartOfADeadProcess) {
  const TemporaryFolder folder;
  folder.write(".talk.txt.attend-part", std::string(1 << 20, 'x'));
  AtomicFile file(folder / "talk.txt");
  file.stream() << "short";
  file.commit();
  EXPECT_EQ(read_file(folder / "talk.txt"), "short");
  EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(AtomicFile, KeepsBytesOfAnyNumber) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 300000; ++i) text += static_cast<char>(i * 7);
  AtomicFile file(folder / "x");
  for (std::size_t i = 0; i < text.size(); i += 977) file.stream() << text.substr(i, 977);
  file.stream().put('!');
  file.commit();
  EXPECT_EQ(read_file(folder / "x"), text + "!");
}

TEST(AtomicFile, RefusesAFolderThatIsNotThere) {
  const TemporaryFolder folder;
  try {
    AtomicFile file(folder / "none" / "talk.txt");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("talk.txt"), std::string::npos);
  }
}

TEST(OutputStream, TellsWhyAWriteFailed) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "This system has no /dev/full.";
  const FileDescriptor full(::open("/dev/full", O_WRONLY));
  OutputStream stream(full.number());
  stream << "words" << std::flush;
  EXPECT_FALSE(stream);
  EXPECT_EQ(stream.fault(), ENOSPC);
}

}  // namespace
}  // namespace attend::tools
