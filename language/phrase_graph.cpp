#include "language/phrase_graph.hpp"

#include <algorithm>
#include <numeric>

#include "language/letters.hpp"

namespace attend::language {
namespace {

constexpr std::uint64_t key(PhraseGraph::Node node, char32_t letter) {
  return static_cast<std::uint64_t>(node) << 32 | static_cast<std::uint64_t>(letter);
}

/// What a phrase is worth in all: its weight for each letter.
float phrase_bonus(const SpelledPhrase& phrase) {
  const auto gaps = std::ranges::count(phrase.letters, gap);
  return phrase.weight * static_cast<float>(static_cast<std::ptrdiff_t>(phrase.letters.size()) - gaps);
}

}  // namespace

PhraseGraph::PhraseGraph(std::span<const SpelledPhrase> phrases) : nodes_(1) {
  for (const SpelledPhrase& phrase : phrases) nodes_[static_cast<std::size_t>(insert(phrase))].earned += phrase_bonus(phrase);
  link();
}

PhraseGraph::Node PhraseGraph::insert(const SpelledPhrase& phrase) {
  Node node = 0;
  for (const char32_t letter : phrase.letters) {
    State& state = nodes_[static_cast<std::size_t>(node)];
    state.heaviest = std::max(state.heaviest, phrase.weight);
    const State below{
        .parent = node, .letter = letter, .depth = state.depth + 1, .letters = state.letters + (letter == gap ? 0 : 1)};
    const auto [entry, added] = children_.try_emplace(key(node, letter), static_cast<Node>(nodes_.size()));
    if (added) nodes_.push_back(below);
    node = entry->second;
  }
  return node;
}

/// Fallbacks lead to shallower nodes, so nodes are completed in the order of their depth.
void PhraseGraph::link() {
  std::vector<Node> by_depth(nodes_.size());
  std::iota(by_depth.begin(), by_depth.end(), 0);
  std::ranges::stable_sort(by_depth, {}, [this](Node node) { return nodes_[static_cast<std::size_t>(node)].depth; });
  for (const Node node : by_depth) {
    State& state = nodes_[static_cast<std::size_t>(node)];
    if (state.depth > 1) state.fallback = next(nodes_[static_cast<std::size_t>(state.parent)].fallback, state.letter);
    const State& fallback = nodes_[static_cast<std::size_t>(state.fallback)];
    state.advanced = state.heaviest * static_cast<float>(state.letters);
    if (node == 0) continue;
    state.earned += fallback.earned;
    state.advanced = std::max(state.advanced, fallback.advanced);
  }
}

PhraseGraph::Node PhraseGraph::next(Node node, char32_t letter) const {
  while (true) {
    if (const Node found = child(node, letter); found != 0) return found;
    if (node == 0) return 0;
    node = nodes_[static_cast<std::size_t>(node)].fallback;
  }
}

PhraseGraph::Node PhraseGraph::child(Node node, char32_t letter) const {
  const auto found = children_.find(key(node, letter));
  return found == children_.end() ? 0 : found->second;
}

}  // namespace attend::language
