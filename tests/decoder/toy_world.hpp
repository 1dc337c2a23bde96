// A world in which it is known what was said, and when: labels at rows, heard clearly before the horizon and badly behind it.
#pragma once

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include "decoder/search.hpp"
#include "tree_scorer.hpp"

namespace attend::decoder {

/// A label and the row where it is spoken.
struct Spoken {
  Label label = 0;
  std::int32_t row = 0;
};

struct Hearing {
  double wrong_in_preview = 0;  ///< probability that a label in preview rows is heard as another one, anew in each step
  bool babble_at_edge = false;  ///< where nothing more has been heard, a word is imagined in the last rows instead of an end
  unsigned seed = 1;
};

/// Hears `world` from its row 0 on.
class WorldScorer : public TreeScorer {
 public:
  WorldScorer(std::vector<Spoken> world, Hearing hearing) : world_(std::move(world)), hearing_(hearing) {}

 protected:
  Answer answer(std::span<const Label> labels) override {
    const std::size_t next = labels.size();
    if (next >= world_.size() || world_[next].row >= rows_) return silence();
    const Spoken& spoken = world_[next];
    return {favour(heard(spoken, next), 0.8F, 40), attend_to(spoken.row, rows_)};
  }

 private:
  Answer silence() const {
    if (!hearing_.babble_at_edge || horizon_ == rows_) return {favour(2, 0.9F, 40), attend_to(rows_ - 1, rows_)};
    return {favour(4 + 2 * (rows_ % 7), 0.4F, 40), attend_to(rows_ - 1 - rows_ % 3, rows_)};
  }

  // A wrong label begins a word if the right one does, so that the borders of words are heard rightly.
  Label heard(const Spoken& spoken, std::size_t place) const {
    if (spoken.row < horizon_) return spoken.label;
    std::seed_seq seed{hearing_.seed, static_cast<unsigned>(place), static_cast<unsigned>(rows_)};
    std::mt19937 random(seed);
    if (std::uniform_real_distribution<>(0, 1)(random) >= hearing_.wrong_in_preview) return spoken.label;
    return 4 + spoken.label % 2 + 2 * std::uniform_int_distribution<Label>(0, 16)(random);
  }

  std::vector<Spoken> world_;
  Hearing hearing_;
};

/// Hears `world`, but says something else where `mishear` wants it: that may change the log-probabilities of what follows `place`
/// labels, when so many rows have been heard.
class MisheardWorld : public WorldScorer {
 public:
  using Mishear = std::function<void(std::vector<float>& log_probs, std::size_t place, std::int32_t rows)>;

  MisheardWorld(std::vector<Spoken> world, Mishear mishear) : WorldScorer(std::move(world), {}), mishear_(std::move(mishear)) {}

 protected:
  Answer answer(std::span<const Label> labels) override {
    Answer heard = WorldScorer::answer(labels);
    mishear_(heard.log_probs, labels.size(), rows_);
    return heard;
  }

 private:
  Mishear mishear_;
};

/// One word a line in words: labels of one word, by the label table of the tests.
using ToyWord = std::vector<Label>;

inline std::vector<ToyWord> words_of(const std::vector<Spoken>& world) {
  std::vector<ToyWord> words;
  for (const Spoken& spoken : world) {
    if (words.empty() || spoken.label % 2 == 0) words.emplace_back();
    words.back().push_back(spoken.label);
  }
  return words;
}

inline std::vector<ToyWord> words_of(const std::vector<Word>& words) {
  std::vector<ToyWord> labels;
  for (const Word& word : words) labels.push_back(word.labels);
  return labels;
}

/// Random speech: words of one to three labels, 4 to 7 rows from label to label within a word, 6 to `widest_gap` between words.
inline std::vector<Spoken> random_speech(std::mt19937& random, std::size_t words, std::int32_t widest_gap,
                                         std::int32_t first_row = 8) {
  const auto pick = [&](std::int32_t low, std::int32_t high) {
    return std::uniform_int_distribution<std::int32_t>(low, high)(random);
  };
  std::vector<Spoken> world;
  std::int32_t row = first_row;
  for (std::size_t i = 0; i < words; ++i) {
    world.push_back({4 + 2 * pick(0, 16), row});
    for (std::int32_t more = pick(0, 2); more > 0; --more) world.push_back({5 + 2 * pick(0, 16), row += pick(4, 7)});
    row += pick(6, widest_gap);
  }
  return world;
}

/// The rows of each step: after step i, the horizon is at `horizon[i]` and `total[i]` are heard; in the last both are all.
struct Schedule {
  std::vector<std::int32_t> horizon, total;
};

inline Schedule steps_of(std::int32_t rows, std::int32_t chunk, std::int32_t lookahead) {
  Schedule schedule;
  std::int32_t horizon = 0;
  for (; horizon + chunk + lookahead <= rows; horizon += chunk) {
    schedule.horizon.push_back(horizon + chunk);
    schedule.total.push_back(horizon + chunk + lookahead);
  }
  schedule.horizon.push_back(rows);
  schedule.total.push_back(rows);
  return schedule;
}

/// Steps through a schedule, the last step being the final; says after each what came.
inline std::vector<StepResult> play(Search& search, TreeScorer& scorer, const Schedule& schedule) {
  std::vector<StepResult> results;
  for (std::size_t i = 0; i < schedule.total.size(); ++i) {
    scorer.hear(schedule.total[i], schedule.horizon[i]);
    results.push_back(i + 1 < schedule.total.size() ? search.step(scorer) : search.finish(scorer));
  }
  return results;
}

inline std::vector<Word> all_committed(const std::vector<StepResult>& results) {
  std::vector<Word> words;
  for (const StepResult& result : results) words.insert(words.end(), result.committed.begin(), result.committed.end());
  return words;
}

/// A configuration without endpoints, without a wait at the opening and without doubt, for worlds of one segment.
inline SearchConfig one_segment() {
  SearchConfig config;
  config.silence = config.nothing_said = config.longest = 1 << 20;
  config.opening = 0;
  config.doubt = 0;
  return config;
}

}  // namespace attend::decoder
