#include "word_matches.hpp"

#include <algorithm>
#include <tuple>

namespace attend::tools {
namespace {

struct Cost {
  int errors = 0, substitutions = 0;

  friend bool operator==(const Cost&, const Cost&) = default;
  friend bool operator<(const Cost& a, const Cost& b) {
    return std::tie(a.errors, a.substitutions) < std::tie(b.errors, b.substitutions);
  }
  friend Cost operator+(Cost a, Cost b) { return {a.errors + b.errors, a.substitutions + b.substitutions}; }
};

constexpr Cost gap{1, 0}, substitution{1, 1};

/// The cheapest way to turn the first i words of the reference into the first j of the hypothesis, for all i and j.
class CostTable {
 public:
  CostTable(std::span<const std::string> reference, std::span<const std::string> hypothesis)
      : reference_(reference), hypothesis_(hypothesis), costs_((reference.size() + 1) * (hypothesis.size() + 1)) {
    for (std::size_t i = 0; i <= reference.size(); ++i) {
      for (std::size_t j = 0; j <= hypothesis.size(); ++j) at(i, j) = cheapest(i, j);
    }
  }

  Cost& at(std::size_t i, std::size_t j) { return costs_[i * (hypothesis_.size() + 1) + j]; }
  bool equal(std::size_t i, std::size_t j) const { return reference_[i - 1] == hypothesis_[j - 1]; }
  Cost diagonal(std::size_t i, std::size_t j) { return at(i - 1, j - 1) + (equal(i, j) ? Cost{} : substitution); }

 private:
  Cost cheapest(std::size_t i, std::size_t j) {
    if (i == 0 && j == 0) return {};
    if (i == 0) return at(0, j - 1) + gap;
    if (j == 0) return at(i - 1, 0) + gap;
    return std::min({diagonal(i, j), at(i - 1, j) + gap, at(i, j - 1) + gap});
  }

  std::span<const std::string> reference_, hypothesis_;
  std::vector<Cost> costs_;
};

}  // namespace

std::vector<WordMatch> matched_words(std::span<const std::string> reference, std::span<const std::string> hypothesis) {
  CostTable table(reference, hypothesis);
  std::vector<WordMatch> matches;
  auto i = reference.size();
  auto j = hypothesis.size();
  while (i > 0 && j > 0) {
    if (table.at(i, j) == table.diagonal(i, j)) {
      if (table.equal(i, j)) matches.push_back({i - 1, j - 1});
      --i, --j;
    } else if (table.at(i, j) == table.at(i, j - 1) + gap) {
      --j;
    } else {
      --i;
    }
  }
  std::ranges::reverse(matches);
  return matches;
}

}  // namespace attend::tools
