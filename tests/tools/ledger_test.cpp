#include "ledger.hpp"

#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using test::read_file;
using test::TemporaryFolder;

TEST(Ledger, KnowsWhatAnEarlierRunFinished) {
  const TemporaryFolder folder;
  const auto talk = folder.write("talk ü\n.txt");
  Ledger().record(talk, {"print", true});
  Ledger later;
  EXPECT_TRUE(later.is_finished(talk, "print"));
  EXPECT_TRUE(later.knows(talk));
  EXPECT_FALSE(later.is_finished(talk, "other"));
  EXPECT_FALSE(later.knows(folder / "other.txt"));
}

TEST(Ledger, AFileThatWasDeletedIsNotFinished) {
  const TemporaryFolder folder;
  Ledger ledger;
  ledger.record(folder / "talk.txt", {"print", true});
  EXPECT_FALSE(ledger.is_finished(folder / "talk.txt", "print"));
}

TEST(Ledger, TheLastRecordHolds) {
  const TemporaryFolder folder;
  const auto talk = folder.write("talk.txt");
  Ledger ledger;
  ledger.record(talk, {"one", true});
  ledger.record(talk, {"two", false});
  EXPECT_FALSE(Ledger().is_finished(talk, "one"));
  EXPECT_FALSE(Ledger().is_finished(talk, "two"));
  EXPECT_TRUE(Ledger().knows(talk));
}

TEST(Ledger, TornAtEveryByteLosesTheLastRecordAtMost) {
  const TemporaryFolder folder;
  const auto a = folder.write("a.txt");
  const auto b = folder.write("b.txt");
  Ledger().record(a, {"print", true});
  const std::size_t first = read_file(folder / ".attend-finished").size();
  Ledger().record(b, {"print", true});
  const std::string whole = read_file(folder / ".attend-finished");
  for (std::size_t size = first; size <= whole.size(); ++size) {
    folder.write(".attend-finished", whole.substr(0, size));
    EXPECT_TRUE(Ledger().is_finished(a, "print"));
    Ledger().record(b, {"new", true});
    EXPECT_TRUE(Ledger().is_finished(a, "print")) << size;
    EXPECT_TRUE(Ledger().is_finished(b, "new")) << size;
  }
}

TEST(Ledger, GarbageIsPassedOver) {
  const TemporaryFolder folder;
  const auto talk = folder.write("talk.txt");
  using namespace std::string_literals;
  folder.write(".attend-finished", "\0\0\n[]\n{\"output\":3}\n\xff\n"s);
  EXPECT_FALSE(Ledger().knows(talk));
  Ledger().record(talk, {"print", true});
  EXPECT_TRUE(Ledger().is_finished(talk, "print"));
}

}  // namespace
}  // namespace attend::tools
