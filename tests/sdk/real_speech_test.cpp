// The default model on the recordings of examples/: that speech becomes its text, and the promises on real speech.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "streams.hpp"

namespace attend {
namespace {

using testing::recognise;
using testing::recognise_in_blocks;
using namespace std::chrono_literals;

const std::filesystem::path model_file = ATTEND_SOURCE_DIR "/models/attend-small-en.safetensors";
const std::filesystem::path audio_folder = ATTEND_SOURCE_DIR "/examples/audio";

struct Recording {
  std::vector<float> samples;
  int sample_rate = 0;
  std::string text;
};

std::vector<Recording> recordings() {
  std::vector<Recording> all;
  std::ifstream manifest(audio_folder / "manifest.jsonl");
  for (std::string line; std::getline(manifest, line);) {
    const auto entry = nlohmann::json::parse(line);
    AudioFile file = AudioFile::open(audio_folder / entry["audio"].get<std::string>());
    Recording recording{{}, file.sample_rate(), entry["text"]};
    std::vector<float> block(16000);
    while (const std::size_t count = file.read(block))
      recording.samples.insert(recording.samples.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    all.push_back(std::move(recording));
  }
  return all;
}

/// Lower-case letters and apostrophes of each word.
std::vector<std::string> plain_words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    std::string plain;
    for (const char c : word) {
      if (std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '\'')
        plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    if (!plain.empty()) words.push_back(plain);
  }
  return words;
}

std::size_t edits(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string final_text(const std::vector<Event>& events) {
  std::vector<Word> words;
  for (const Event& event : events) {
    if (event.kind == EventKind::final) words.insert(words.end(), event.committed.begin(), event.committed.end());
  }
  return to_text(words);
}

class RealSpeech : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model_file)) GTEST_SKIP() << "no model at " << model_file << ", so speech cannot be understood";
    model_.emplace(Model::load(model_file));
    recordings_ = recordings();
    ASSERT_FALSE(recordings_.empty());
  }

  StreamOptions options(const Recording& recording) const {
    StreamOptions made;
    made.sample_rate = recording.sample_rate;
    return made;
  }

  std::optional<Model> model_;
  std::vector<Recording> recordings_;
};

TEST_F(RealSpeech, BecomesItsText) {
  for (const bool whole : {false, true}) {
    std::size_t wrong = 0;
    std::size_t words = 0;
    for (const Recording& recording : recordings_) {
      StreamOptions made = options(recording);
      made.whole = whole;
      const auto expected = plain_words(recording.text);
      wrong += edits(expected, plain_words(final_text(recognise(*model_, recording.samples, made))));
      words += expected.size();
    }
    EXPECT_LE(wrong, words / 5) << (whole ? "whole" : "streaming") << ": " << wrong << " of " << words << " words";
  }
}

TEST_F(RealSpeech, BlocksDoNotMatter) {
  const Recording& recording = recordings_.front();
  const auto expected = recognise(*model_, recording.samples, options(recording));
  EXPECT_EQ(recognise_in_blocks(*model_, recording.samples, options(recording), 4000, 1), expected);
}

// Words of one segment lie between the cuts on both sides of it, and joining recordings loses none at the cuts.
TEST_F(RealSpeech, CutsInLongRecordingsLoseNoWords) {
  std::vector<float> joined;
  std::vector<std::string> expected;
  for (const Recording& recording : recordings_) {
    joined.insert(joined.end(), recording.samples.begin(), recording.samples.end());
    joined.resize(joined.size() + static_cast<std::size_t>(recording.sample_rate), 0.0F);
    for (std::string& word : plain_words(final_text(recognise(*model_, recording.samples, options(recording)))))
      expected.push_back(std::move(word));
  }
  StreamOptions made = options(recordings_.front());
  made.endpoint.longest = 8000ms;
  const auto events = recognise(*model_, joined, made);
  EXPECT_GE(std::ranges::count(events, EventKind::final, &Event::kind), std::ssize(recordings_));
  EXPECT_LE(edits(expected, plain_words(final_text(events))), expected.size() / 5);
}

}  // namespace
}  // namespace attend
