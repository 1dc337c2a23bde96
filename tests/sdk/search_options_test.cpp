// What a stream may know beforehand, and what its events tell beyond words: phrases, language model, beam, alternatives,
// explanation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <numeric>

#include "streams.hpp"

namespace attend {
namespace {

using testing::drain;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::recognise;
using testing::recognise_in_blocks;
using testing::sound;
using testing::tiny_model;
using namespace std::chrono_literals;

/// A sound in which the model hears words.
std::vector<float> heard(const Model& model, const StreamOptions& options = {}) {
  for (unsigned seed = 1; seed < 40; ++seed) {
    auto samples = sound(10, seed);
    const auto events = recognise(model, samples, options);
    if (std::ranges::any_of(events, [](const Event& event) { return event.kind == EventKind::final; })) return samples;
  }
  ADD_FAILURE() << "no sound gives a word, so nothing is tested";
  return {};
}

std::string refusal(const Model& model, const SearchOptions& search) {
  StreamOptions options;
  options.search = search;
  try {
    const Stream stream(model, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::invalid_argument);
    return error.what();
  }
  return "accepted";
}

class SearchOptionsOfStream : public ::testing::Test {
 protected:
  const Model model_ = tiny_model("rotary");
};

TEST_F(SearchOptionsOfStream, OutOfBoundsAreRefusedWithASentence) {
  const auto told = [&](auto&& change) {
    SearchOptions search;
    change(search);
    return refusal(model_, search);
  };
  EXPECT_EQ(told([](SearchOptions& o) { o.beam = o.alternatives = 16; }), "accepted");
  EXPECT_THAT(told([](SearchOptions& o) { o.beam = 0; }), HasSubstr("beam is 0"));
  EXPECT_THAT(told([](SearchOptions& o) { o.beam = 17; }), HasSubstr("beam is 17"));
  EXPECT_THAT(told([](SearchOptions& o) { o.alternatives = -1; }), HasSubstr("alternatives is -1"));
  EXPECT_THAT(told([](SearchOptions& o) { o.language_weight = -1; }), HasSubstr("language_weight"));
  EXPECT_THAT(told([](SearchOptions& o) { o.language_weight = std::nanf(""); }), HasSubstr("language_weight"));
}

TEST_F(SearchOptionsOfStream, WithoutAskingEventsCarryNothingMore) {
  for (const Event& event : recognise(model_, heard(model_))) {
    EXPECT_THAT(event.alternatives, IsEmpty());
    EXPECT_FALSE(event.explanation);
  }
}

TEST_F(SearchOptionsOfStream, ExplanationsFitTheirSegment) {
  StreamOptions options;
  options.search.explain = true;
  const auto samples = heard(model_);
  const auto plain = recognise(model_, samples);
  const auto explained = recognise(model_, samples, options);
  EXPECT_EQ(explained, plain) << "explaining changes nothing";
  int finals = 0;
  for (const Event& event : explained) {
    ASSERT_EQ(event.explanation.has_value(), event.kind == EventKind::final);
    if (!event.explanation) continue;
    ++finals;
    const Explanation& of = *event.explanation;
    EXPECT_NEAR(of.row_seconds, model_.info().row_seconds, 1e-9);
    const double seconds = event.segment_end - event.segment_start;
    EXPECT_NEAR(static_cast<double>(of.rows) * of.row_seconds, seconds, 0.2);
    ASSERT_GT(of.bins, 0);
    EXPECT_EQ(of.spectrogram.size() % static_cast<std::size_t>(of.bins), 0U);
    EXPECT_NEAR(static_cast<double>(of.spectrogram.size() / static_cast<std::size_t>(of.bins)) * of.frame_seconds, seconds, 0.2);
    ASSERT_EQ(of.attention.size(), event.committed.size());
    for (std::size_t i = 0; i < of.attention.size(); ++i) {
      const auto& weights = of.attention[i].weights;
      ASSERT_EQ(weights.size(), of.rows);
      EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-4);
      float before = 1;
      for (const auto& [text, probability] : of.attention[i].considered) {
        EXPECT_FALSE(text.empty());
        EXPECT_LE(probability, before + 1e-6F);
        before = probability;
      }
    }
  }
  EXPECT_GT(finals, 0);
}

TEST_F(SearchOptionsOfStream, AlternativesAreOtherReadingsInOrder) {
  StreamOptions options;
  options.search.beam = 4;
  options.search.alternatives = 3;
  std::size_t told = 0;
  for (const Event& event : recognise(model_, heard(model_, options), options)) {
    EXPECT_LE(event.alternatives.size(), 3U);
    std::vector<Word> words = event.committed;
    words.insert(words.end(), event.tentative.begin(), event.tentative.end());
    float before = 0;
    for (const Reading& reading : event.alternatives) {
      ++told;
      EXPECT_LE(reading.score, before);
      before = reading.score;
      EXPECT_NE(to_text(reading.words), to_text(words));
    }
  }
  EXPECT_GT(told, 0U);
}

TEST_F(SearchOptionsOfStream, PhrasesThatCannotBeExpectedAreNamed) {
  Stream stream(model_);
  const std::vector<Phrase> phrases{{"", 1}, {"a", 1}, {"no weight", 0}, {"not a number", std::nanf("")}};
  const auto skipped = stream.set_phrases(phrases);
  ASSERT_EQ(skipped.size(), 3U);
  EXPECT_EQ(skipped[0].index, 0U);
  EXPECT_EQ(skipped[1].index, 2U);
  EXPECT_THAT(skipped[1].reason, HasSubstr("no weight"));
  EXPECT_EQ(skipped[2].index, 3U);
  EXPECT_THAT(stream.set_phrases({}), IsEmpty());
}

/// Every letter for a phrase, with a weight that a model of chance cannot resist.
std::vector<Phrase> loud_phrases() {
  std::vector<Phrase> phrases;
  for (char letter = 'a'; letter <= 'z'; ++letter) phrases.push_back({std::string(1, letter), 100});
  return phrases;
}

TEST_F(SearchOptionsOfStream, PhrasesHoldFromTheNextSegmentOn) {
  StreamOptions plain;
  plain.endpoint.longest = 4000ms;
  const auto samples = heard(model_, plain);
  const auto phrases = loud_phrases();
  StreamOptions from_the_start = plain;
  from_the_start.search.phrases = phrases;
  const auto with = recognise(model_, samples, from_the_start);
  ASSERT_NE(with, recognise(model_, samples, plain)) << "the phrases change nothing, so nothing is tested";

  Stream before_reading(model_, plain);
  before_reading.write(samples);
  before_reading.set_phrases(phrases);
  before_reading.finish();
  EXPECT_EQ(drain(before_reading), with);

  // Set while the first segment is on its way, they change nothing before its final.
  const auto without = recognise(model_, samples, plain);
  Stream later(model_, plain);
  later.write(samples);
  later.finish();
  bool set = false;
  bool in_first = true;
  std::size_t index = 0;
  while (auto event = later.read()) {
    if (!std::exchange(set, true)) later.set_phrases(phrases);
    if (in_first) {
      ASSERT_LT(index, without.size());
      EXPECT_EQ(*event, without[index++]);
    }
    if (event->kind == EventKind::final) in_first = false;
  }
  EXPECT_TRUE(set);
}

TEST_F(SearchOptionsOfStream, BlocksDoNotMatterWithAllOfIt) {
  StreamOptions options;
  options.search.beam = 4;
  options.search.alternatives = 2;
  options.search.explain = true;
  const auto samples = heard(model_);
  options.search.phrases = loud_phrases();
  const auto whole = recognise(model_, samples, options);
  EXPECT_EQ(recognise_in_blocks(model_, samples, options, 3000, 5), whole);
}

class LanguageModelFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "two.arpa") << "\\data\\\nngram 1=4\nngram 2=2\n\n\\1-grams:\n-6.0\t<unk>\n-99\t<s>\t-0.3\n-0.5\t</s>\n"
                                           "-0.7\ta\t-0.2\n\n\\2-grams:\n-0.2\t<s> a\n-0.4\ta </s>\n\n\\end\\\n";
    std::ofstream(folder_ / "broken.arpa") << "\\data\\\nngram 1=400\n\n\\1-grams:\n-1.0\t<unk>\n\n\\end\\\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("attend-lm-" + std::to_string(std::random_device()()));
};

TEST_F(LanguageModelFile, IsReadSavedAndUsed) {
  const auto read = LanguageModel::load(folder_ / "two.arpa");
  EXPECT_EQ(read.order(), 2);
  EXPECT_THAT(read.ngrams(), ::testing::SizeIs(2));
  read.save(folder_ / "two.bin");
  const auto compact = LanguageModel::load(folder_ / "two.bin");
  EXPECT_EQ(compact.order(), read.order());
  EXPECT_EQ(compact.words(), read.words());

  const Model model = tiny_model("rotary");
  const auto samples = heard(model);
  StreamOptions options;
  options.search.phrases = loud_phrases();  // for letters, of which the model of chance knows few
  const auto without = recognise(model, samples, options);
  options.search.language_model = compact;
  options.search.language_weight = 0;
  EXPECT_EQ(recognise(model, samples, options), without);
  options.search.language_weight = 10;
  EXPECT_NE(recognise(model, samples, options), without);
}

TEST_F(LanguageModelFile, FaultsNameTheFile) {
  for (const char* const name : {"broken.arpa", "missing.arpa"}) {
    try {
      LanguageModel::load(folder_ / name);
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(name));
    }
  }
}

}  // namespace
}  // namespace attend
