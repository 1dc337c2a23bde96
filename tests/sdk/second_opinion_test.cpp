// Second opinions from the sound: which heads of a model speak, how labels are spelt for them, what streams tell of them.
#include <attend/attend.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdk/letter_spelling.hpp"
#include "sdk/stream_settings.hpp"
#include "streams.hpp"

namespace attend {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::recognise;
using testing::recognise_in_blocks;
using testing::sound;
using testing::tiny_model;

class Texts : public language::LabelTexts {
 public:
  explicit Texts(std::vector<std::pair<std::string, bool>> labels) : labels_(std::move(labels)) {}
  std::int32_t size() const override { return static_cast<std::int32_t>(labels_.size()); }
  decoder::Label end() const override { return 0; }
  std::string_view text(decoder::Label label) const override { return labels_[static_cast<std::size_t>(label)].first; }
  bool begins_word(decoder::Label label) const override { return labels_[static_cast<std::size_t>(label)].second; }

 private:
  std::vector<std::pair<std::string, bool>> labels_;
};

TEST(LetterSpelling, LowersFoldsAndDrops) {
  const Texts labels(
      {{"", false}, {"Ab", true}, {"b\u2019a", false}, {",", false}, {"2a", true}, {"\u00e4b", true}, {"a b", false}});
  const decoder::LabelSpelling spelling = sdk::letter_spelling(labels, "a b'");
  EXPECT_EQ(spelling.gap, 2);
  EXPECT_THAT(spelling.symbols, ElementsAre(IsEmpty(), ElementsAre(1, 3), ElementsAre(3, 4, 1), IsEmpty(), ElementsAre(1),
                                            ElementsAre(3), ElementsAre(1, 3)));
  EXPECT_THAT(spelling.begins_word, ElementsAre(false, true, false, false, true, true, false));
  EXPECT_THAT(spelling.doubtful, ElementsAre(false, false, false, false, true, false, false));
  EXPECT_FALSE(sdk::letter_spelling(labels, " a2").doubtful[4]) << "a head may know digits";
}

engine::ModelConfig config_with(std::optional<float> counter, std::optional<float> ctc) {
  engine::ModelConfig config;
  config.stem = {{}};
  config.name = "tiny";
  if (counter) config.heads.counter = engine::HeadConfig{0, *counter, ""};
  if (ctc) config.heads.ctc = engine::HeadConfig{0, *ctc, " a"};
  return config;
}

/// The weights of the heads that are computed, the counter's negative; or the refusal.
std::string heads_of(const engine::ModelConfig& model, const SearchOptions& search) {
  StreamOptions options;
  options.search = search;
  const auto settings = sdk::make_settings(options, model);
  if (!settings) return settings.error().message;
  std::string told;
  for (const sdk::WeightedHead& head : settings->heads) {
    told += (head.kind == engine::HeadKind::counter ? "counter " : "ctc ") + std::to_string(head.weight).substr(0, 4) + ";";
  }
  return told;
}

TEST(SecondOpinion, TheModelDecidesUnlessToldOtherwise) {
  EXPECT_EQ(heads_of(config_with({}, {}), {}), "");
  EXPECT_EQ(heads_of(config_with(0.5F, 0.25F), {}), "counter 0.50;ctc 0.25;");
  EXPECT_EQ(heads_of(config_with(0.0F, 0.25F), {}), "ctc 0.25;") << "what counts nothing is not computed";
  EXPECT_EQ(heads_of(config_with(0.5F, 0.25F), {.opinion = SecondOpinion::none}), "");
  EXPECT_EQ(heads_of(config_with(0.5F, 0.25F), {.opinion = SecondOpinion::counter}), "counter 0.50;");
  EXPECT_EQ(heads_of(config_with(0.5F, 0.0F), {.opinion = SecondOpinion::ctc}), "ctc 0.20;");
  EXPECT_EQ(heads_of(config_with(0.5F, 0.0F), {.opinion = SecondOpinion::ctc, .opinion_weight = 1.5F}), "ctc 1.50;");
  EXPECT_EQ(heads_of(config_with(0.5F, 0.0F), {.opinion_weight = 1.5F}), "counter 1.50;");
  EXPECT_EQ(heads_of(config_with(0.5F, {}), {.opinion = SecondOpinion::counter, .opinion_weight = 0.0F}), "");
  EXPECT_EQ(heads_of(config_with(0.0F, {}), {.explain = true}), "counter 0.00;") << "to be drawn";
}

TEST(SecondOpinion, WhatAModelDoesNotHaveIsRefused) {
  EXPECT_THAT(heads_of(config_with({}, 0.1F), {.opinion = SecondOpinion::counter}), HasSubstr("the model tiny has no counter"));
  EXPECT_THAT(heads_of(config_with(0.1F, {}), {.opinion = SecondOpinion::ctc}), HasSubstr("the model tiny has no CTC head"));
  for (const float weight : {-1.0F, 11.0F, std::nanf("")}) {
    EXPECT_THAT(heads_of(config_with({}, {}), {.opinion_weight = weight}), HasSubstr("SearchOptions::opinion_weight is"));
  }
  EXPECT_THROW(Stream(tiny_model("rotary"), {.search = {.opinion = SecondOpinion::ctc}}), Error);
}

class StreamsWithHeads : public ::testing::TestWithParam<std::string> {
 protected:
  const Model model_ = tiny_model(GetParam());

  /// Whether two searches tell different events of one of some sounds.
  bool differ(const SearchOptions& a, const SearchOptions& b) const {
    for (unsigned seed = 1; seed < 12; ++seed) {
      const auto samples = sound(6, seed);
      if (!(recognise(model_, samples, {.search = a}) == recognise(model_, samples, {.search = b}))) return true;
    }
    return false;
  }
};

TEST_P(StreamsWithHeads, EachOpinionHasItsSay) {
  const SearchOptions none{.beam = 4, .opinion = SecondOpinion::none};
  EXPECT_TRUE(differ(none, {.beam = 4, .opinion = SecondOpinion::ctc, .opinion_weight = 10.0F}));
  EXPECT_TRUE(differ(none, {.beam = 4, .opinion = SecondOpinion::counter, .opinion_weight = 10.0F}));
  EXPECT_FALSE(differ(none, {.beam = 4, .opinion = SecondOpinion::ctc, .opinion_weight = 0.0F}));
}

TEST_P(StreamsWithHeads, BlocksDontMatter) {
  for (const SecondOpinion opinion : {SecondOpinion::counter, SecondOpinion::ctc}) {
    const StreamOptions options{.search = {.beam = 3, .opinion = opinion, .opinion_weight = 1.0F}};
    const auto samples = sound(8, 3);
    const auto whole = recognise(model_, samples, options);
    for (unsigned seed = 0; seed < 3; ++seed) EXPECT_EQ(recognise_in_blocks(model_, samples, options, 3000, seed), whole);
  }
}

TEST_P(StreamsWithHeads, ExplanationsTellWhatEachRowSays) {
  int told = 0;
  for (unsigned seed = 1; seed < 12; ++seed) {
    const auto samples = sound(6, seed);
    const SearchOptions plain{.opinion = SecondOpinion::none};
    SearchOptions explained = plain;
    explained.explain = true;
    const auto events = recognise(model_, samples, {.search = explained});
    EXPECT_EQ(events, recognise(model_, samples, {.search = plain})) << "explaining changes nothing";
    for (const Event& event : events) {
      if (!event.explanation) continue;
      ++told;
      EXPECT_EQ(event.explanation->second_opinion.size(), event.explanation->rows);
      for (const float value : event.explanation->second_opinion) EXPECT_TRUE(value >= 0 && value <= 1) << value;
    }
  }
  EXPECT_GT(told, 0);
}

TEST_P(StreamsWithHeads, TheSameThroughTheCInterface) {
  attend_model* model = nullptr;
  const std::string path = ATTEND_SOURCE_DIR "/tests/data/engine/" + GetParam() + ".safetensors";
  ASSERT_EQ(attend_model_load(path.c_str(), nullptr, &model), ATTEND_OK);
  attend_stream_options options{};
  attend_stream_options_init(&options, sizeof options);
  EXPECT_EQ(options.opinion, ATTEND_OPINION_MODEL);
  EXPECT_LT(options.opinion_weight, 0);
  options.opinion = ATTEND_OPINION_CTC;
  options.opinion_weight = 3;
  attend_stream* stream = nullptr;
  ASSERT_EQ(attend_stream_open(model, &options, &stream), ATTEND_OK) << attend_last_error();
  const auto samples = sound(6, 2);
  ASSERT_EQ(attend_stream_write_f32(stream, samples.data(), samples.size()), ATTEND_OK);
  ASSERT_EQ(attend_stream_finish(stream), ATTEND_OK);
  for (const Event& same : recognise(model_, samples, {.search = {.opinion = SecondOpinion::ctc, .opinion_weight = 3.0F}})) {
    const attend_event* event = nullptr;
    ASSERT_EQ(attend_stream_read(stream, &event), ATTEND_OK);
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(attend_event_committed_count(event), same.committed.size());
  }
  attend_stream_free(stream);
  options.opinion = 9;
  EXPECT_EQ(attend_stream_open(model, &options, &stream), ATTEND_INVALID_ARGUMENT);
  EXPECT_THAT(attend_last_error(), HasSubstr("attend_stream_options::opinion"));
  attend_model_free(model);
}

INSTANTIATE_TEST_SUITE_P(Models, StreamsWithHeads, ::testing::Values("heads", "heads-conformer"),
                         [](const auto& of) { return of.param == "heads" ? "rotary" : "conformer"; });

}  // namespace
}  // namespace attend
