#include "model_locator.hpp"

#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using test::TemporaryFolder;

TEST(ModelLocator, LooksInTheInstalledAndTheSourceTree) {
  const auto folders = model_folders("/tree/build/release/bin");
  ASSERT_EQ(folders.size(), 2u);
  EXPECT_EQ(folders[0], "/tree/build/release/share/attend/models");
  EXPECT_EQ(folders[1], "/tree/models");
}

TEST(ModelLocator, TakesTheDefaultModelFirst) {
  const TemporaryFolder folder;
  folder.write("a/another.safetensors");
  folder.write("a/card.md");
  folder.write("b/attend-small-en.safetensors");
  folder.write("b/aaa.safetensors");
  EXPECT_EQ(find_model({folder / "none", folder / "a", folder / "b"}), folder / "a/another.safetensors");
  EXPECT_EQ(find_model({folder / "b"}), folder / "b/attend-small-en.safetensors");
  EXPECT_EQ(find_model({folder / "none"}), std::nullopt);
}

TEST(ModelLocator, FindsAModelByItsName) {
  const TemporaryFolder folder;
  folder.write("a/attend-small-en.safetensors");
  folder.write("b/attend-base-en.safetensors");
  folder.write("b/attend-base-en");
  EXPECT_EQ(find_model({folder / "none", folder / "a", folder / "b"}, "attend-base-en"), folder / "b/attend-base-en.safetensors");
  EXPECT_EQ(find_model({folder / "a"}, "attend-base-en"), std::nullopt);
}

TEST(ModelLocator, LeavesPathsAsTheyAre) {
  const TemporaryFolder folder;
  folder.write("attend-small-en.safetensors");
  EXPECT_EQ(find_named_model(folder / "attend-small-en.safetensors"), folder / "attend-small-en.safetensors");
  EXPECT_EQ(find_named_model(folder / "nothing"), folder / "nothing");
  EXPECT_EQ(find_named_model("no-such-model"), "no-such-model");
}

}  // namespace
}  // namespace attend::tools
