#include "decoder/spelling_trie.hpp"

#include <algorithm>

namespace attend::decoder {

SpellingTrie::SpellingTrie(const LabelSpelling& spelling) : nodes_(2) {
  for (std::size_t label = 0; label < spelling.symbols.size(); ++label) {
    if (spelling.symbols[label].empty() || spelling.doubtful[label]) continue;
    Place place = root(spelling.begins_word[label]);
    for (const Symbol symbol : spelling.symbols[label]) place = longer(place, symbol);
    nodes_[static_cast<std::size_t>(place)].labels.push_back(static_cast<Label>(label));
  }
}

SpellingTrie::Place SpellingTrie::longer(Place place, Symbol symbol) {
  std::vector<Branch>& branches = nodes_[static_cast<std::size_t>(place)].branches;
  const auto found = std::find_if(branches.begin(), branches.end(), [&](const Branch& branch) { return branch.symbol == symbol; });
  if (found != branches.end()) return found->place;
  const auto next = static_cast<Place>(nodes_.size());
  branches.push_back({symbol, next});
  nodes_.emplace_back();
  return next;
}

}  // namespace attend::decoder
