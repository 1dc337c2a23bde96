#include "subtitle_cues.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "utf8.hpp"

namespace attend::tools {
namespace {

// Costs of a cue, in cues: what may be avoided by making one cue more.
constexpr double break_after_clause = 0.3;
constexpr double break_at_pause = 0.2;
constexpr double break_anywhere = 1.2;
constexpr double long_pause_inside = 2.0;
constexpr double flash = 0.6;

constexpr double pause_seconds = 0.3;
constexpr double long_pause_seconds = 1.0;
constexpr double flash_seconds = 1.0;

/// A word, or a part of one that is longer than a line.
struct Piece {
  std::string_view text;
  std::size_t characters = 0;
  double start = 0, end = 0;
};

bool ends_with_any(std::string_view text, std::string_view marks) {
  return !text.empty() && marks.find(text.back()) != std::string_view::npos;
}

std::vector<Piece> cut_to_width(const std::vector<Word>& words, std::size_t width) {
  std::vector<Piece> pieces;
  for (const Word& word : words) {
    const std::size_t characters = count_characters(word.text);
    std::string_view rest = word.text;
    for (std::size_t done = 0; done < characters; done += width) {
      const std::string_view text = first_characters(rest, width);
      const std::size_t count = count_characters(text);
      const double second = (word.end - word.start) / static_cast<double>(characters);
      pieces.push_back(
          {text, count, word.start + second * static_cast<double>(done), word.start + second * static_cast<double>(done + count)});
      rest.remove_prefix(text.size());
    }
  }
  return pieces;
}

std::size_t length_of(std::span<const Piece> pieces) {
  std::size_t length = pieces.empty() ? 0 : pieces.size() - 1;
  for (const Piece& piece : pieces) length += piece.characters;
  return length;
}

std::string text_of(std::span<const Piece> pieces) {
  std::string text;
  for (const Piece& piece : pieces) {
    if (!text.empty()) text += ' ';
    text += piece.text;
  }
  return text;
}

/// How bad it is to go to the next cue (or line) between two pieces.
double break_cost(const Piece& last, const Piece& next) {
  if (ends_with_any(last.text, ".?!")) return 0;
  if (next.start - last.end >= pause_seconds) return break_at_pause;
  if (ends_with_any(last.text, ",;:")) return break_after_clause;
  return break_anywhere;
}

class CueBreaker {
 public:
  CueBreaker(std::span<const Piece> pieces, std::size_t prefix) : pieces_(pieces), first_width_(cue_line_characters - prefix) {}

  /// The first piece of each cue, by dynamic programming over the last piece of each.
  std::vector<std::size_t> best_starts() const {
    const std::size_t count = pieces_.size();
    std::vector<double> best(count + 1, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> from(count + 1, 0);
    best[0] = 0;
    for (std::size_t end = 1; end <= count; ++end) {
      for (std::size_t begin = end; begin-- > 0 && fits(begin, end);) {
        const double cost = best[begin] + cue_cost(begin, end);
        if (cost < best[end]) {
          best[end] = cost;
          from[end] = begin;
        }
      }
    }
    std::vector<std::size_t> starts;
    for (std::size_t end = count; end > 0; end = from[end]) starts.push_back(from[end]);
    std::ranges::reverse(starts);
    return starts;
  }

  std::vector<std::string> lines(std::size_t begin, std::size_t end) const {
    const auto cue = pieces_.subspan(begin, end - begin);
    if (length_of(cue) <= first_width_) return {text_of(cue)};
    const std::size_t cut = *line_break(cue);
    return {text_of(cue.first(cut)), text_of(cue.subspan(cut))};
  }

 private:
  bool fits(std::size_t begin, std::size_t end) const {
    const auto cue = pieces_.subspan(begin, end - begin);
    const bool short_enough = cue.size() == 1 || cue.back().end - cue.front().start <= cue_longest;
    return short_enough && (length_of(cue) <= first_width_ || line_break(cue).has_value());
  }

  double cue_cost(std::size_t begin, std::size_t end) const {
    double cost = 1;
    if (end < pieces_.size()) cost += break_cost(pieces_[end - 1], pieces_[end]);
    if (pieces_[end - 1].end - pieces_[begin].start < flash_seconds) cost += flash;
    for (std::size_t i = begin + 1; i < end; ++i) {
      if (pieces_[i].start - pieces_[i - 1].end >= long_pause_seconds) cost += long_pause_inside;
    }
    return cost;
  }

  /// Where the second line begins: after a mark if possible, else so that the lines are of like length.
  std::optional<std::size_t> line_break(std::span<const Piece> cue) const {
    std::optional<std::size_t> best;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t cut = 1; cut < cue.size(); ++cut) {
      const std::size_t first = length_of(cue.first(cut));
      const std::size_t second = length_of(cue.subspan(cut));
      if (first > first_width_ || second > cue_line_characters) continue;
      const double unevenness = std::abs(static_cast<double>(first) - static_cast<double>(second)) / cue_line_characters;
      const double cost = unevenness + break_cost(cue[cut - 1], cue[cut]) / 2;
      if (cost < least) {
        least = cost;
        best = cut;
      }
    }
    return best;
  }

  std::span<const Piece> pieces_;
  std::size_t first_width_;
};

}  // namespace

std::vector<Cue> break_into_cues(const Passage& passage, const std::string& prefix) {
  const std::size_t taken = std::min(count_characters(prefix), cue_line_characters / 2);
  const std::vector<Piece> pieces = cut_to_width(passage.words, cue_line_characters - taken);
  const CueBreaker breaker(pieces, taken);
  const std::vector<std::size_t> starts = breaker.best_starts();
  std::vector<Cue> cues;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : pieces.size();
    Cue cue{pieces[starts[i]].start, pieces[end - 1].end, breaker.lines(starts[i], end)};
    cue.end = std::min(cue.end, cue.start + cue_longest);
    cue.lines.front().insert(0, prefix);
    cues.push_back(std::move(cue));
  }
  return cues;
}

}  // namespace attend::tools
