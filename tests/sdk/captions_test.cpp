#include "sdk/captions.hpp"

#include <gtest/gtest.h>

#include "../engine/model_file_builder.hpp"

namespace attend::sdk {
namespace {

/// Pieces "▁a", "▁b", "." and a control label, as a serialised model.
LabelSet letters() {
  const auto piece = [](std::string text, char type) {
    text = std::string("\x0a") + static_cast<char>(text.size()) + text + "\x18" + type;
    return std::string("\x0a") + static_cast<char>(text.size()) + text;
  };
  const std::string model = piece("\u2581a", 1) + piece("\u2581b", 1) + piece(".", 1) + piece("</s>", 3);
  return LabelSet::read(std::as_bytes(std::span(model)), 4).value();
}

decoder::Word word(std::vector<decoder::Label> labels, std::int32_t first_row, std::int32_t end_row) {
  return {std::move(labels), first_row, end_row, 0.5F, 0.25F};
}

decoder::StepResult said(std::vector<decoder::Word> committed, std::vector<decoder::Word> tentative) {
  decoder::StepResult step;
  step.committed = std::move(committed);
  step.tentative = std::move(tentative);
  return step;
}

class CaptionsOfRows : public ::testing::Test {
 protected:
  static constexpr std::int64_t much = 1 << 30;
  const LabelSet labels_ = letters();
  const RowClock clock_{engine::parse_model_config(engine::testing::tiny_config().dump()).value()};  // rows of 384 samples
  Captions captions_{labels_, clock_, 100};
};

TEST_F(CaptionsOfRows, GiveLettersAndSeconds) {
  captions_.begin(30);
  EXPECT_TRUE(captions_.take(said({word({0, 2}, 1, 3)}, {word({1}, 4, 6)}), much));
  ASSERT_EQ(captions_.committed().size(), 1U);
  EXPECT_EQ(captions_.committed()[0].text, "a.");
  EXPECT_DOUBLE_EQ(captions_.committed()[0].start, 100 + (30 * 128 + 384) / 16000.0);
  EXPECT_DOUBLE_EQ(captions_.committed()[0].end, 100 + (30 * 128 + 3 * 384) / 16000.0);
  EXPECT_EQ(captions_.committed()[0].confidence, 0.5F);
  ASSERT_EQ(captions_.tentative().size(), 1U);
  EXPECT_EQ(captions_.tentative()[0].text, "b");
  EXPECT_EQ(captions_.tentative()[0].stability, 0.25F);
}

TEST_F(CaptionsOfRows, TellWhatChanged) {
  EXPECT_FALSE(captions_.take({}, much));
  EXPECT_TRUE(captions_.take(said({}, {word({0}, 1, 3)}), much));
  EXPECT_FALSE(captions_.take(said({}, {word({0}, 2, 4)}), much)) << "only its time changed";
  EXPECT_TRUE(captions_.take(said({}, {word({1}, 2, 4)}), much));
  EXPECT_TRUE(captions_.take(said({}, {}), much)) << "withdrawn";
  EXPECT_TRUE(captions_.take(said({word({0}, 1, 3)}, {}), much));
  EXPECT_FALSE(captions_.take({}, much));
  EXPECT_EQ(captions_.committed().size(), 1U);
  captions_.begin(0);
  EXPECT_TRUE(captions_.committed().empty());
}

TEST_F(CaptionsOfRows, KeepWhereWordsListenedAndOtherReadings) {
  captions_.begin(0);
  decoder::StepResult step = said({word({0}, 1, 3), word({3}, 3, 4), word({1}, 4, 5)}, {});
  step.committed[0].attention = {0.25F, 0.75F};
  step.committed[0].considered = {{0, 0.9F}, {3, 0.05F}, {1, 0.01F}};
  step.committed[1].attention = {1, 0};  // of a word without letters
  step.committed[2].attention = {0.5F, 0.5F, 0};
  step.alternatives = {{-1.5F, {word({1, 2}, 1, 3), word({3}, 3, 4)}}};
  captions_.take(step, much);
  ASSERT_EQ(captions_.attention().size(), 2U);
  EXPECT_EQ(captions_.attention()[0].weights, (std::vector<float>{0.25F, 0.75F}));
  const std::vector<std::pair<std::string, float>> considered{{"a", 0.9F}, {"b", 0.01F}};
  EXPECT_EQ(captions_.attention()[0].considered, considered);
  EXPECT_EQ(captions_.attention()[1].weights.size(), 3U);
  ASSERT_EQ(captions_.alternatives().size(), 1U);
  EXPECT_EQ(captions_.alternatives()[0].score, -1.5F);
  EXPECT_EQ(to_text(captions_.alternatives()[0].words), "b.");
  captions_.take(said({}, {}), much);
  EXPECT_TRUE(captions_.alternatives().empty());
  EXPECT_EQ(captions_.attention().size(), 2U);
  captions_.begin(3);
  EXPECT_TRUE(captions_.attention().empty());
}

TEST_F(CaptionsOfRows, WordsWithoutLettersAreNotShown) {
  EXPECT_FALSE(captions_.take(said({word({3}, 1, 2)}, {word({3}, 3, 4)}), much));
  EXPECT_TRUE(captions_.committed().empty());
  EXPECT_TRUE(captions_.tentative().empty());
}

TEST_F(CaptionsOfRows, NoWordEndsBehindTheSoundHeard) {
  captions_.take(said({word({0}, 1, 9)}, {word({1}, 20, 30)}), 1600);
  EXPECT_DOUBLE_EQ(captions_.committed()[0].end, 100.1);
  EXPECT_DOUBLE_EQ(captions_.tentative()[0].start, 100.1);
}

}  // namespace
}  // namespace attend::sdk
