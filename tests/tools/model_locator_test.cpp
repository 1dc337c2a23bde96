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

}  // namespace
}  // namespace attend::tools
