// Phrases, chunks, alternatives, explanations and language models through the C interface: the same as in C++.
#include <attend/attend.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "streams.hpp"

namespace attend {
namespace {

using ::testing::HasSubstr;
using testing::sound;

class CSearch : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(attend_model_load(ATTEND_SOURCE_DIR "/tests/data/engine/rotary.safetensors", nullptr, &model_), ATTEND_OK);
    attend_stream_options_init(&options_, sizeof options_);
  }
  void TearDown() override {
    attend_stream_free(stream_);
    attend_model_free(model_);
  }
  void open() { ASSERT_EQ(attend_stream_open(model_, &options_, &stream_), ATTEND_OK) << attend_last_error(); }
  void hear(std::span<const float> samples) {
    ASSERT_EQ(attend_stream_write_f32(stream_, samples.data(), samples.size()), ATTEND_OK);
    ASSERT_EQ(attend_stream_finish(stream_), ATTEND_OK);
  }

  attend_model* model_ = nullptr;
  attend_stream_options options_{};
  attend_stream* stream_ = nullptr;
};

void expect_same(const attend_word& word, const Word& same) {
  EXPECT_EQ(word.text, same.text);
  EXPECT_EQ(word.start, same.start);
  EXPECT_EQ(word.end, same.end);
}

void expect_same_alternatives(const attend_event* event, const Event& same) {
  ASSERT_EQ(attend_event_alternative_count(event), same.alternatives.size());
  for (std::size_t i = 0; i < same.alternatives.size(); ++i) {
    EXPECT_EQ(attend_event_alternative_score(event, i), same.alternatives[i].score);
    EXPECT_EQ(attend_event_alternative_text(event, i), to_text(same.alternatives[i].words));
    const std::size_t words = same.alternatives[i].words.size();
    ASSERT_EQ(attend_event_alternative_word_count(event, i), words);
    for (std::size_t w = 0; w < words; ++w) expect_same(*attend_event_alternative_word(event, i, w), same.alternatives[i].words[w]);
    EXPECT_EQ(attend_event_alternative_word(event, i, words), nullptr);
  }
  EXPECT_EQ(attend_event_alternative_text(event, same.alternatives.size()), nullptr);
}

void expect_same_explanation(const attend_event* event, const Event& same) {
  const attend_explanation* const of = attend_event_explanation(event);
  ASSERT_EQ(of != nullptr, same.explanation.has_value());
  if (of == nullptr) return;
  EXPECT_EQ(of->row_seconds, same.explanation->row_seconds);
  EXPECT_EQ(of->rows, same.explanation->rows);
  const std::size_t values = of->frames * static_cast<std::size_t>(of->bins);
  EXPECT_EQ(std::vector<float>(of->spectrogram, of->spectrogram + values), same.explanation->spectrogram);
  for (std::size_t w = 0; w < same.explanation->attention.size(); ++w) {
    const WordAttention& word = same.explanation->attention[w];
    const float* const weights = attend_event_attention(event, w);
    ASSERT_NE(weights, nullptr);
    EXPECT_EQ(std::vector<float>(weights, weights + of->rows), word.weights);
    ASSERT_EQ(attend_event_considered_count(event, w), word.considered.size());
    for (std::size_t i = 0; i < word.considered.size(); ++i) {
      EXPECT_EQ(attend_event_considered_text(event, w, i), word.considered[i].first);
      EXPECT_EQ(attend_event_considered_probability(event, w, i), word.considered[i].second);
    }
    EXPECT_EQ(attend_event_considered_text(event, w, word.considered.size()), nullptr);
  }
  EXPECT_EQ(attend_event_attention(event, same.explanation->attention.size()), nullptr);
}

TEST_F(CSearch, GivesTheSameAlternativesAndExplanations) {
  const auto samples = sound(10, 2);
  options_.beam = 3;
  options_.alternatives = 2;
  options_.explain = 1;
  open();
  hear(samples);
  StreamOptions same;
  same.search.beam = 3;
  same.search.alternatives = 2;
  same.search.explain = true;
  const auto expected = testing::recognise(testing::tiny_model("rotary"), samples, same);
  ASSERT_FALSE(expected.empty());
  std::size_t index = 0;
  const attend_event* event = nullptr;
  while (attend_stream_read(stream_, &event) == ATTEND_OK && event != nullptr) {
    ASSERT_LT(index, expected.size());
    expect_same_alternatives(event, expected[index]);
    expect_same_explanation(event, expected[index]);
    ++index;
  }
  EXPECT_EQ(index, expected.size());
}

TEST_F(CSearch, TellsWhichPhrasesAreSkipped) {
  open();
  const char* const texts[] = {"a", "", "b"};
  const float weights[] = {1, 1, -1};
  ASSERT_EQ(attend_stream_set_phrases(stream_, texts, weights, 3), ATTEND_OK) << attend_last_error();
  ASSERT_EQ(attend_stream_skipped_count(stream_), 2U);
  EXPECT_EQ(attend_stream_skipped_phrase(stream_, 0), 1U);
  EXPECT_EQ(attend_stream_skipped_phrase(stream_, 1), 2U);
  EXPECT_THAT(attend_stream_skipped_reason(stream_, 1), HasSubstr("\"b\""));
  EXPECT_EQ(attend_stream_skipped_reason(stream_, 2), nullptr);
  EXPECT_EQ(attend_stream_skipped_phrase(nullptr, 0), SIZE_MAX);
  EXPECT_EQ(attend_stream_skipped_reason(nullptr, 0), nullptr);
  EXPECT_EQ(attend_stream_set_phrases(stream_, texts, nullptr, 1), ATTEND_OK);
  EXPECT_EQ(attend_stream_skipped_count(stream_), 0U);
  EXPECT_EQ(attend_stream_set_phrases(stream_, nullptr, nullptr, 0), ATTEND_OK);
  const char* const hole[] = {nullptr};
  EXPECT_EQ(attend_stream_set_phrases(stream_, hole, nullptr, 1), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_set_phrases(stream_, nullptr, nullptr, 1), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_set_phrases(nullptr, texts, nullptr, 1), ATTEND_INVALID_ARGUMENT);
}

TEST_F(CSearch, ChangesTheChunk) {
  open();
  EXPECT_EQ(attend_stream_set_chunk(stream_, 0), ATTEND_INVALID_ARGUMENT);
  EXPECT_THAT(attend_last_error(), HasSubstr("set_chunk was given 0 ms"));
  EXPECT_EQ(attend_stream_set_chunk(nullptr, 100), ATTEND_INVALID_ARGUMENT);
  ASSERT_EQ(attend_stream_set_chunk(stream_, 1000), ATTEND_OK);
  ASSERT_EQ(attend_stream_set_chunk_at(stream_, 500, 2), ATTEND_OK);
  const auto samples = sound(6, 3);
  Stream same(testing::tiny_model("rotary"));
  same.set_chunk(std::chrono::milliseconds(1000));
  same.set_chunk(std::chrono::milliseconds(500), 2);
  hear(samples);
  same.write(samples);
  same.finish();
  const auto expected = testing::drain(same);
  std::size_t events = 0;
  const attend_event* event = nullptr;
  while (attend_stream_read(stream_, &event) == ATTEND_OK && event != nullptr) ++events;
  EXPECT_EQ(events, expected.size());
  EXPECT_EQ(attend_stream_steps(stream_), same.steps());
  EXPECT_EQ(attend_stream_steps(nullptr), 0);
}

TEST_F(CSearch, LoadsLanguageModels) {
  attend_language_model* words = nullptr;
  EXPECT_EQ(attend_language_model_load("/nowhere/a.arpa", &words), ATTEND_NOT_FOUND);
  EXPECT_THAT(attend_last_error(), HasSubstr("/nowhere/a.arpa"));
  EXPECT_EQ(attend_language_model_load(nullptr, &words), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(words, nullptr);

  const auto file = std::filesystem::path(::testing::TempDir()) / "attend_c_search_test.arpa";
  std::ofstream(file) << "\\data\\\nngram 1=4\n\n\\1-grams:\n-1\t<unk>\n-99\t<s>\n-0.5\t</s>\n-0.7\ta\n\n\\end\\\n";
  ASSERT_EQ(attend_language_model_load(file.c_str(), &words), ATTEND_OK) << attend_last_error();
  EXPECT_EQ(attend_language_model_order(words), 1);
  EXPECT_EQ(attend_language_model_words(words), LanguageModel::load(file).words());
  options_.language_model = words;
  options_.language_weight = 0.5F;
  open();
  attend_language_model_free(words);  // the stream keeps what it needs
  hear(sound(4, 4));
  const attend_event* event = nullptr;
  while (attend_stream_read(stream_, &event) == ATTEND_OK && event != nullptr) continue;
  attend_language_model_free(nullptr);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace attend
