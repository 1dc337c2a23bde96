#include <cstdint>
#include <memory>
#include <span>

#include "language/letters.hpp"
#include "language/phrase_set.hpp"
#include "language/phrase_set_impl.hpp"

namespace attend::language {
namespace {

/// A place in a text as the graph sees it. Small enough to be an opinion's state itself, so that nothing need be kept.
struct Place {
  PhraseGraph::Node node = 0;
  PartialCharacter partial;
  bool after_gap = false;
};

decoder::OpinionState pack(const Place& place) {
  std::uint64_t state = static_cast<std::uint32_t>(place.node);
  for (const std::uint8_t byte : place.partial.bytes) state = state << 8 | byte;
  return static_cast<decoder::OpinionState>(state << 3 | std::uint64_t{place.partial.count} << 1 | (place.after_gap ? 1U : 0U));
}

Place unpack(decoder::OpinionState packed) {
  auto state = static_cast<std::uint64_t>(packed);
  Place place;
  place.after_gap = (state & 1U) != 0;
  place.partial.count = static_cast<std::uint8_t>(state >> 1 & 3U);
  state >>= 3;
  for (std::size_t i = place.partial.bytes.size(); i-- > 0; state >>= 8)
    place.partial.bytes[i] = static_cast<std::uint8_t>(state & 0xFFU);
  place.node = static_cast<PhraseGraph::Node>(state);
  return place;
}

class PhraseOpinion : public decoder::LabelOpinion {
 public:
  PhraseOpinion(const PhraseGraph& graph, const LabelTexts& texts) : graph_(graph), texts_(texts) { walk(start_, gap); }

  decoder::OpinionState begin() override { return pack(start_); }

  decoder::OpinionState after(decoder::OpinionState state, decoder::Label label) override {
    Place place = unpack(state);
    follow(place, label);
    return pack(place);
  }

  void judge(decoder::OpinionState state, std::span<const decoder::Label> candidates, std::span<float> deltas) override {
    const Place from = unpack(state);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      Place place = from;
      const float earned = follow(place, candidates[i]);
      // At the end nothing is under way any more.
      const float advanced = candidates[i] == texts_.end() ? 0 : graph_.advanced(place.node);
      deltas[i] = earned + advanced - graph_.advanced(from.node);
    }
  }

  void keep(std::span<const decoder::OpinionState>) override {}

 private:
  /// Moves along a label's letters; returns the bonus of the phrases completed on the way.
  float follow(Place& place, decoder::Label label) const {
    float earned = 0;
    if (label == texts_.end() || texts_.begins_word(label)) {
      place.partial = {};
      earned += walk(place, gap);
    }
    for_letters(place.partial, texts_.text(label), [&](char32_t letter) { earned += walk(place, letter); });
    return earned;
  }

  float walk(Place& place, char32_t letter) const {
    if (letter == gap && place.after_gap) return 0;  // gaps beside each other are one
    place.after_gap = letter == gap;
    place.node = graph_.next(place.node, letter);
    return graph_.earned(place.node);
  }

  const PhraseGraph& graph_;
  const LabelTexts& texts_;
  Place start_;
};

}  // namespace

std::unique_ptr<decoder::LabelOpinion> phrase_opinion(const PhraseSet& set, const LabelTexts& texts) {
  return std::make_unique<PhraseOpinion>(set.impl()->graph, texts);
}

}  // namespace attend::language
