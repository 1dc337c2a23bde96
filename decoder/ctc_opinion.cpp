#include "decoder/ctc_opinion.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

namespace attend::decoder {

namespace {

constexpr OpinionState silent = -1;       // of a text with a doubtful label
constexpr SpellingTrie::Place done = -1;  // in place of a trie's: the text is not to go on
constexpr float least = -1000;            // what an impossible label loses: a number, so that a weight of 0 makes it nothing

// A state is a place, and whether a word has begun of which no symbol has come yet.
bool word_begins(OpinionState state) {
  return state % 2 == 1;
}

constexpr auto less_likely = [](const auto& a, const auto& b) { return a.log_prob < b.log_prob; };

}  // namespace

CtcOpinion::CtcOpinion(const Posteriors& posteriors, const LabelSpelling& spelling, Label end, const SpellingTrie* trie)
    : spelling_(spelling), end_(end), trie_(trie), rows_(posteriors) {
  prefixes_[0] = {};
}

bool CtcOpinion::spelt(Label label) const {
  const auto index = static_cast<std::size_t>(label);
  return label >= 0 && index < spelling_.symbols.size() && !spelling_.doubtful[index];
}

OpinionState CtcOpinion::after(OpinionState state, Label label) {
  if (state == silent || !spelt(label)) return silent;
  const auto index = static_cast<std::size_t>(label);
  Place place = place_of(state);
  const bool begins = word_begins(state) || spelling_.begins_word[index];
  if (spelling_.symbols[index].empty()) return 2 * place + (begins ? 1 : 0);
  if (needs_gap(state, begins)) place = longer(place, spelling_.gap);
  for (const Symbol symbol : spelling_.symbols[index]) place = longer(place, symbol);
  return 2 * place;
}

bool CtcOpinion::needs_gap(OpinionState state, bool begins_word) const {
  return (word_begins(state) || begins_word) && place_of(state) != 0 && spelling_.gap >= 0;
}

CtcOpinion::Place CtcOpinion::longer(Place place, Symbol symbol) {
  const auto [found, is_new] = longer_.try_emplace({place, symbol}, next_);
  if (is_new) prefixes_.emplace(next_++, CtcPrefix(place, symbol));
  return found->second;
}

void CtcOpinion::judge(OpinionState state, std::span<const Label> candidates, std::span<float> deltas) {
  const double here = log_prefix(state);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i] == end_) {
      deltas[i] = clipped(log_whole(state), here);
    } else {
      const OpinionState next = after(state, candidates[i]);
      deltas[i] = next == silent || place_of(next) == place_of(state) ? 0 : clipped(log_prefix(next), here);
    }
  }
}

// A symbol more never makes a prefix more likely. So the likeliest place reached is the next best of all, however many labels there
// are: only what is likely is ever spelt out.
void CtcOpinion::propose(OpinionState state, std::size_t count, std::vector<Label>& labels) {
  if (trie_ == nullptr || state == silent) return;
  std::vector<Reached> frontier = roots(state);
  for (std::size_t left = count; left > 0 && !frontier.empty();) {
    std::pop_heap(frontier.begin(), frontier.end(), less_likely);
    const Reached best = frontier.back();
    frontier.pop_back();
    const std::span<const Label> spelt = best.node == done ? std::span(&end_, 1) : trie_->labels(best.node);
    const auto taken = spelt.first(std::min(left, spelt.size()));
    labels.insert(labels.end(), taken.begin(), taken.end());
    left -= taken.size();
    if (best.node == done) continue;
    for (const SpellingTrie::Branch& branch : trie_->branches(best.node)) {
      reach(frontier, longer(best.place, branch.symbol), branch.place);
    }
  }
}

std::vector<CtcOpinion::Reached> CtcOpinion::roots(OpinionState state) {
  std::vector<Reached> frontier;
  reach(frontier, place_of(state), done);
  for (const bool begins_word : {false, true}) {
    const Place place = needs_gap(state, begins_word) ? longer(place_of(state), spelling_.gap) : place_of(state);
    reach(frontier, place, SpellingTrie::root(begins_word));
  }
  return frontier;
}

void CtcOpinion::reach(std::vector<Reached>& frontier, Place place, SpellingTrie::Place node) {
  const CtcPrefix& prefix = brought_up(place);
  const double log_prob = node == done ? prefix.log_whole() : prefix.log_begun();
  if (!(log_prob > -std::numeric_limits<double>::infinity())) return;
  frontier.push_back({log_prob, place, node});
  std::push_heap(frontier.begin(), frontier.end(), less_likely);
}

float CtcOpinion::clipped(double there, double here) const {
  if (here == -std::numeric_limits<double>::infinity()) return 0;
  return std::max(static_cast<float>(there - here), least);
}

void CtcOpinion::keep(std::span<const OpinionState> states) {
  std::set<Place> kept = {0};
  for (const OpinionState state : states) {
    if (state == silent) continue;
    for (Place place = place_of(state); kept.insert(place).second;) place = prefixes_.at(place).before();
  }
  std::erase_if(prefixes_, [&](const auto& entry) { return !kept.contains(entry.first); });
  std::erase_if(longer_, [&](const auto& entry) { return !kept.contains(entry.second); });
}

double CtcOpinion::log_prefix(OpinionState state) {
  return state == silent ? 0 : brought_up(place_of(state)).log_begun();
}

double CtcOpinion::log_whole(OpinionState state) {
  return state == silent ? 0 : brought_up(place_of(state)).log_whole();
}

// The prefix, after all before it have seen the rows as they are now.
CtcPrefix& CtcOpinion::brought_up(Place place) {
  rows_.bring_up();
  std::vector<CtcPrefix*> chain;
  for (Place at = place; at != CtcPrefix::none; at = chain.back()->before()) {
    chain.push_back(&prefixes_.at(at));
    if (chain.back()->is_up_to_date(rows_)) break;
  }
  for (std::size_t i = chain.size(); i-- > 0;) {
    const Place before = chain[i]->before();
    chain[i]->bring_up(rows_, before == CtcPrefix::none ? nullptr : &prefixes_.at(before));
  }
  return *chain.front();
}

}  // namespace attend::decoder
