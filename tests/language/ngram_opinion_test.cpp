#include "language/ngram_opinion.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "arpa_text.hpp"
#include "language/spoken_words.hpp"
#include "toy_texts.hpp"

namespace attend::language {
namespace {

const ToyTexts texts({"_a", "_b", "a", "b", "_A", "B", ",", ".", "-", "'", "_7", "_", "\xE2\x80\x99", "_\xC3\x89", "\xC3", "\xA9"});
constexpr decoder::Label end = 0;

ArpaText small_arpa() {
  return {.ngrams = {{{"<s>"}, {-99, -0.5F}},
                     {{"</s>"}, {-1, 0}},
                     {{"<unk>"}, {-3, -0.25F}},
                     {{"a"}, {-1, -0.125F}},
                     {{"ab"}, {-1.5F, -0.25F}},
                     {{"b"}, {-1.25F, 0}},
                     {{"\xC3\xA9"}, {-2, 0}},
                     {{"a'b"}, {-2, 0}},
                     {{"<s>", "a"}, {-0.5F, 0}},
                     {{"a", "b"}, {-0.25F, 0}},
                     {{"b", "</s>"}, {-0.375F, 0}},
                     {{"ab", "ab"}, {-0.625F, 0}}},
          .order = 2};
}

double along(const NgramModel& model, const std::vector<decoder::Label>& labels) {
  const auto opinion = ngram_opinion(model, texts);
  const auto said = said_along(*opinion, labels);
  return std::accumulate(said.begin(), said.end(), 0.0);
}

/// What the text says of these words and the end behind them.
double by_definition(const Words& words) {
  const ArpaText arpa = small_arpa();
  Words history = {"<s>"};
  double sum = 0;
  for (const std::string& word : words) {
    sum += arpa.score(history, word);
    history.push_back(word);
  }
  return (sum + arpa.score(history, "</s>")) * 2.302585092994046;
}

// Labels by name, for the cases below.
enum : decoder::Label { A_ = 1, B_, a, b, big_A_, big_B, comma, stop, hyphen, quote, seven_, bare_, curly, big_E_, byte1, byte2 };

TEST(NgramOpinion, SaysOfATextWhatTheModelSaysOfItsWords) {
  const NgramModel model = model_of(small_arpa().text());
  const std::vector<std::pair<std::vector<decoder::Label>, Words>> cases = {
      {{end}, {}},
      {{A_, end}, {"a"}},
      {{A_, B_, end}, {"a", "b"}},
      {{A_, b, end}, {"ab"}},
      {{big_A_, big_B, A_, b, end}, {"ab", "ab"}},                      // case
      {{A_, comma, B_, stop, end}, {"a", "b"}},                         // marks
      {{A_, hyphen, b, end}, {"a", "b"}},                               // hyphens part words
      {{A_, quote, b, end}, {"a'b"}},                                   // apostrophes do not
      {{A_, curly, b, end}, {"a'b"}},                                   // of any shape
      {{A_, quote, B_, end}, {"a", "b"}},                               // but at ends they are marks
      {{bare_, a, b, bare_, comma, B_, end}, {"ab", "b"}},              // a bare beginning; marks alone
      {{seven_, B_, end}, {"<unk>", "b"}},                              // a number
      {{B_, b, b, end}, {"bbb"}},                                       // unknown
      {{big_E_, bare_, byte1, byte2, end}, {"\xC3\xA9", "\xC3\xA9"}}};  // lower case beyond ASCII; a letter byte by byte
  for (const auto& [labels, words] : cases)
    EXPECT_NEAR(along(model, labels), by_definition(words), 1e-4) << testing::PrintToString(labels);
}

/// The words of a text of labels, as the model is asked about them.
Words words_of(const std::vector<decoder::Label>& labels) {
  Words words;
  std::string written;
  const auto close = [&] {
    for (const std::string& word : spoken_words(written)) {
      words.push_back(word.find('7') == std::string::npos ? word : "<unk>");
    }
    written.clear();
  };
  for (const decoder::Label label : labels) {
    if (label == end || texts.begins_word(label)) close();
    written += texts.text(label);
  }
  return words;
}

TEST(NgramOpinion, LookAheadMovesWhatIsSaidButNotItsSum) {
  const NgramModel model = model_of(small_arpa().text());
  std::mt19937 random(4);
  for (int text = 0; text < 300; ++text) {
    std::vector<decoder::Label> labels;
    for (int i = 0; i < 8; ++i) labels.push_back(static_cast<decoder::Label>(1 + random() % 16));
    labels.push_back(end);
    EXPECT_NEAR(along(model, labels), by_definition(words_of(labels)), 1e-3) << testing::PrintToString(labels);
  }
  EXPECT_LT(said_along(*ngram_opinion(model, texts), {A_})[0], 0);  // before the word is complete
}

TEST(NgramOpinion, SaysOfACandidateTheSameWhateverTheOthers) {
  const NgramModel model = model_of(small_arpa().text());
  const auto opinion = ngram_opinion(model, texts);
  const auto state = opinion->after(opinion->begin(), A_);
  const std::vector<decoder::Label> all = {end, A_, B_, a, b, comma, seven_};
  std::vector<float> together(all.size());
  opinion->judge(state, all, together);
  for (std::size_t i = 0; i < all.size(); ++i) {
    float alone = 0;
    opinion->judge(state, {&all[i], 1}, {&alone, 1});
    EXPECT_EQ(alone, together[i]);
  }
}

TEST(NgramOpinion, KeepsWhatItIsToldToKeep) {
  const NgramModel model = model_of(small_arpa().text());
  const auto opinion = ngram_opinion(model, texts);
  const auto first = opinion->after(opinion->begin(), A_);
  const auto second = opinion->after(first, b);
  float before = 0, after = 0;
  const decoder::Label next = B_;
  opinion->judge(second, {&next, 1}, {&before, 1});
  const std::vector<decoder::OpinionState> twice = {second, second};
  opinion->keep(twice);
  opinion->judge(second, {&next, 1}, {&after, 1});
  EXPECT_EQ(before, after);
  opinion->judge(opinion->begin(), {&next, 1}, {&after, 1});
  EXPECT_LT(after, 0);
}

}  // namespace
}  // namespace attend::language
