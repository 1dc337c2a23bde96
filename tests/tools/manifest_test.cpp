#include "manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "attend/attend.hpp"
#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Manifest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& text) { return folder.write("set.jsonl", text); }

  std::string refusal(const std::string& text) {
    try {
      read_manifest(write(text));
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  }

  test::TemporaryFolder folder;
};

TEST_F(Manifest, ReadsWhatItNeeds) {
  const auto file = write(
      "{\"id\": \"a\", \"audio\": \"x/a.opus\", \"text\": \"Hello\", \"speaker\": \"s1\", \"duration\": 1.5, \"more\": [1]}\n"
      "\n"
      "{\"id\": \"b\", \"audio\": \"/abs/b.wav\", \"text\": \"\", \"speaker\": null}\r\n");
  const auto recordings = read_manifest(file);
  ASSERT_EQ(recordings.size(), 2U);
  EXPECT_EQ(recordings[0].id, "a");
  EXPECT_EQ(recordings[0].audio, file.parent_path() / "x/a.opus");
  EXPECT_EQ(recordings[0].text, "Hello");
  EXPECT_EQ(recordings[0].speaker, "s1");
  EXPECT_EQ(recordings[0].duration, 1.5);
  EXPECT_EQ(recordings[1].audio, "/abs/b.wav");
  EXPECT_EQ(recordings[1].speaker, "");
  EXPECT_FALSE(recordings[1].duration);
}

TEST_F(Manifest, RefusalsNameFileLineAndRemedy) {
  const std::string good = R"({"id": "a", "audio": "a.wav", "text": "x"})";
  EXPECT_THAT(refusal(good + "\nnot json\n"), AllOf(HasSubstr(".jsonl, line 2"), HasSubstr("no JSON object")));
  EXPECT_THAT(refusal(good + "\n\n[1]\n"), HasSubstr("line 3"));
  EXPECT_THAT(refusal(R"({"id": "a", "text": "x"})"), AllOf(HasSubstr("line 1"), HasSubstr("'audio'")));
  EXPECT_THAT(refusal(R"({"id": 7, "audio": "a.wav", "text": "x"})"), HasSubstr("'id'"));
  EXPECT_THAT(refusal(R"({"id": "a", "audio": "a.wav", "text": "x", "duration": "long"})"), HasSubstr("'duration'"));
  EXPECT_THAT(refusal(R"({"id": "a", "audio": "a.wav", "text": "x", "duration": -1})"), HasSubstr("'duration'"));
  EXPECT_THAT(refusal(good + "\n" + good), AllOf(HasSubstr("line 2"), HasSubstr("'a'"), HasSubstr("second time")));
  EXPECT_THAT(refusal("\n"), HasSubstr("holds no recording"));
  EXPECT_THAT(refusal("\x1f\x8b\x08"), AllOf(HasSubstr("compressed"), HasSubstr("gunzip")));
  EXPECT_THAT(refusal("{\"id\": \"\xFF\"}"), HasSubstr("no JSON object"));
}

TEST_F(Manifest, AMissingFileAndAFolderAreRefused) {
  EXPECT_THROW(read_manifest("no/such/file.jsonl"), Error);
  EXPECT_THROW(read_manifest(folder.path()), Error);
}

TEST_F(Manifest, TextsAreFoundById) {
  const auto texts = read_texts(write("{\"id\": \"a\", \"text\": \"one\"}\n{\"id\": \"b\", \"text\": \"\"}\n"));
  EXPECT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts.at("a"), "one");
  EXPECT_EQ(texts.at("b"), "");
  EXPECT_THROW(read_texts(write("{\"id\": \"a\", \"text\": \"1\"}\n{\"id\": \"a\", \"text\": \"2\"}\n")), Error);
}

}  // namespace
}  // namespace attend::tools
