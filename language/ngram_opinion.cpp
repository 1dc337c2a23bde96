#include "language/ngram_opinion.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "language/spoken_words.hpp"

namespace attend::language {
namespace {

/// A place in a text: behind complete words, within one being written.
struct Place {
  NgramState history;      ///< of the complete words
  std::string unfinished;  ///< what labels wrote since a word began
  float advanced = 0;      ///< said of it already
};

class NgramOpinion : public decoder::LabelOpinion {
 public:
  NgramOpinion(NgramModel model, const LabelTexts& texts) : model_(std::move(model)), texts_(texts) {
    places_.emplace(start, Place{model_.begin(), {}, 0});
  }

  decoder::OpinionState begin() override { return start; }

  decoder::OpinionState after(decoder::OpinionState state, decoder::Label label) override {
    Place next = places_.at(state);
    follow(next, label);
    places_.emplace(++last_, std::move(next));
    return last_;
  }

  void judge(decoder::OpinionState state, std::span<const decoder::Label> candidates, std::span<float> deltas) override {
    const Place& place = places_.at(state);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      Place next = place;
      deltas[i] = follow(next, candidates[i]);
    }
  }

  void keep(std::span<const decoder::OpinionState> states) override {
    std::unordered_map<decoder::OpinionState, Place> kept;
    for (const decoder::OpinionState state : states) {
      if (auto entry = places_.extract(state)) kept.insert(std::move(entry));
    }
    if (auto entry = places_.extract(start)) kept.insert(std::move(entry));
    places_ = std::move(kept);
  }

 private:
  static constexpr decoder::OpinionState start = 0;

  /// Moves along a label; returns what is to be said of it.
  float follow(Place& place, decoder::Label label) const {
    const bool ends = label == texts_.end();
    float said = -place.advanced;
    if (ends || texts_.begins_word(label)) {
      said += complete(place);
      place.unfinished.clear();
    }
    place.unfinished += texts_.text(label);
    place.advanced = ends ? model_.score_end(place.history) : advance(place);
    return said + place.advanced;
  }

  /// The score of what is written as complete words, which become history.
  float complete(Place& place) const {
    float sum = 0;
    for (const std::string& word : spoken_words(place.unfinished)) sum += score(place.history, word);
    return sum;
  }

  /// The score of what is written so far: its last word may still grow.
  float advance(const Place& place) const {
    const auto words = spoken_words(place.unfinished);
    if (words.empty()) return 0;
    NgramState history = place.history;
    float sum = 0;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) sum += score(history, words[i]);
    return sum + model_.score_prefix(words.back());
  }

  float score(NgramState& history, const std::string& word) const {
    const bool number = word.find_first_of("0123456789") != std::string::npos;
    return model_.score(history, number ? 0 : model_.find(word));
  }

  NgramModel model_;
  const LabelTexts& texts_;
  std::unordered_map<decoder::OpinionState, Place> places_;
  decoder::OpinionState last_ = start;
};

}  // namespace

std::unique_ptr<decoder::LabelOpinion> ngram_opinion(const NgramModel& model, const LabelTexts& texts) {
  return std::make_unique<NgramOpinion>(model, texts);
}

}  // namespace attend::language
