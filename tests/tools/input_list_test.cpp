#include "input_list.hpp"

#include <gmock/gmock.h>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> places(const InputList& list) {
  std::vector<std::string> names;
  for (const Input& input : list.inputs) names.push_back(input.place.string());
  return names;
}

TEST(InputList, FoldersAreSearchedForRecordingsInOrder) {
  const TemporaryFolder folder;
  for (const char* name :
       {"b.WAV", "a.wav", "sub/c.opus", "sub/deep/d e\nf.mp3", "ü.flac", "notes.txt", ".hidden.wav", ".git/x.wav", "wav"})
    folder.write(name, "x");
  const InputList list = list_inputs({folder.path().string()}, false);
  EXPECT_THAT(places(list), ElementsAre("a.wav", "b.WAV", "sub/c.opus", "sub/deep/d e\nf.mp3", "ü.flac"));
  EXPECT_TRUE(list.faults.empty());
  EXPECT_EQ(list.inputs[2].path, folder / "sub/c.opus");
  EXPECT_EQ(list.inputs[2].bytes, 1u);
}

TEST(InputList, LinksAreFollowedButNotInCircles) {
  const TemporaryFolder folder;
  folder.write("in/a.wav");
  folder.write("out/b.wav");
  fs::create_directory_symlink(folder / "in", folder / "in/self");
  fs::create_directory_symlink(folder.path(), folder / "in/up");
  fs::create_symlink("nowhere.wav", folder / "in/dangling.wav");
  fs::create_symlink(folder / "out/b.wav", folder / "in/link.wav");
  const InputList list = list_inputs({(folder / "in").string()}, false);
  EXPECT_THAT(places(list), ElementsAre("a.wav", "link.wav", "up/out/b.wav"));
}

TEST(InputList, FilesNamedDirectlyMayHaveAnyName) {
  const TemporaryFolder folder;
  const auto file = folder.write("memo.dat");
  EXPECT_THAT(places(list_inputs({file.string()}, false)), ElementsAre("memo.dat"));
}

TEST(InputList, WhatIsNamedTwiceIsListedOnce) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.wav");
  const InputList list =
      list_inputs({file.string(), folder.path().string(), (folder / "." / "a.wav").string(), folder.path().string()}, false);
  EXPECT_EQ(list.inputs.size(), 1u);
  EXPECT_TRUE(list.faults.empty());
}

TEST(InputList, StandardInputIsAnInput) {
  const InputList list = list_inputs({"-"}, false);
  ASSERT_EQ(list.inputs.size(), 1u);
  EXPECT_TRUE(list.inputs[0].standard_input());
  EXPECT_FALSE(list.inputs[0].bytes);
}

TEST(InputList, FaultsNameTheArgument) {
  const TemporaryFolder folder;
  folder.write("empty/notes.txt");
  const auto file = folder.write("a.wav");
  const InputList list = list_inputs({(folder / "none.wav").string(), file.string(), (folder / "empty").string()}, false);
  EXPECT_EQ(list.inputs.size(), 1u);
  EXPECT_THAT(list.faults, ElementsAre(HasSubstr("none.wav"), HasSubstr("holds no recordings")));
}

TEST(InputList, RawFoldersHoldRawFiles) {
  const TemporaryFolder folder;
  folder.write("a.wav");
  folder.write("b.raw");
  folder.write("c.pcm");
  EXPECT_THAT(places(list_inputs({folder.path().string()}, true)), ElementsAre("b.raw", "c.pcm"));
}

}  // namespace
}  // namespace attend::tools
