#include "wer.hpp"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace attend::tools {
namespace {

using Ids = std::vector<std::int32_t>;

/// Equal words get equal numbers, which compare faster.
class Numbering {
 public:
  Ids number(std::span<const std::string> words) {
    Ids ids;
    ids.reserve(words.size());
    for (const auto& word : words)
      ids.push_back(numbers_.try_emplace(word, static_cast<std::int32_t>(numbers_.size())).first->second);
    return ids;
  }

 private:
  std::unordered_map<std::string_view, std::int32_t> numbers_;
};

/// Errors in the upper half of a word, substitutions in the lower: the smaller word is the better alignment.
using Cost = std::uint64_t;
constexpr Cost gap = Cost{1} << 32U;
constexpr Cost substitution = gap + 1;
constexpr Cost unreachable = std::numeric_limits<Cost>::max() / 2;
constexpr std::int64_t errors_of(Cost cost) {
  return static_cast<std::int64_t>(cost >> 32U);
}
constexpr std::int64_t substitutions_of(Cost cost) {
  return static_cast<std::int64_t>(cost & (gap - 1));
}

/// Levenshtein's recurrence over the cells at most `band` off the diagonal, two rows at a time. An alignment of at most `band`
/// errors never leaves them (Ukkonen 1985), so a result within the band is the best of all.
Cost banded_cost(const Ids& reference, const Ids& hypothesis, std::int64_t band) {
  const auto columns = static_cast<std::int64_t>(hypothesis.size());
  std::vector<Cost> above(hypothesis.size() + 1, unreachable);
  std::vector<Cost> row(hypothesis.size() + 1, unreachable);
  for (std::int64_t j = 0; j <= std::min(band, columns); ++j) above[j] = gap * j;
  for (std::int64_t i = 1; i <= static_cast<std::int64_t>(reference.size()); ++i) {
    const auto first = std::max<std::int64_t>(0, i - band);
    const auto last = std::min(columns, i + band);
    Cost left = unreachable;
    for (auto j = first; j <= last; ++j) {
      Cost best = std::min(above[j], left) + gap;
      if (j > 0) best = std::min(best, above[j - 1] + (reference[i - 1] == hypothesis[j - 1] ? 0 : substitution));
      row[j] = left = best;
    }
    // The next row reads one cell to the right of this band.
    if (last < columns) row[last + 1] = unreachable;
    std::swap(above, row);
  }
  return above[hypothesis.size()];
}

}  // namespace

double WordErrors::rate() const {
  if (words == 0) return errors() == 0 ? 0.0 : 100.0;
  return 100.0 * static_cast<double>(errors()) / static_cast<double>(words);
}

WordErrors& WordErrors::operator+=(const WordErrors& other) {
  words += other.words;
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  return *this;
}

WordErrors word_errors(std::span<const std::string> reference, std::span<const std::string> hypothesis) {
  Numbering numbering;
  const Ids expected = numbering.number(reference);
  const Ids heard = numbering.number(hypothesis);
  const auto longer = static_cast<std::int64_t>(std::max(expected.size(), heard.size()));
  const auto missing = static_cast<std::int64_t>(expected.size()) - static_cast<std::int64_t>(heard.size());
  auto band = std::max<std::int64_t>(32, std::abs(missing));
  Cost cost = banded_cost(expected, heard, band);
  while (errors_of(cost) > band && band < longer) {
    band *= 2;
    cost = banded_cost(expected, heard, band);
  }
  // deletions − insertions is the difference in length, and deletions + insertions what substitutions leave of the errors.
  const auto gaps = errors_of(cost) - substitutions_of(cost);
  return {.words = static_cast<std::int64_t>(expected.size()),
          .substitutions = substitutions_of(cost),
          .deletions = (gaps + missing) / 2,
          .insertions = (gaps - missing) / 2};
}

}  // namespace attend::tools
