// Attention that says anything, the same whenever it is asked: worlds whose best text can be found by trying all.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tree_scorer.hpp"

namespace attend::decoder {

/// Probabilities drawn anew at every place, the same whenever the place is asked about; label after label is heard 10 rows later.
/// Labels from 4 on are words; a text ends after `longest` of them at the latest.
class RandomTexts : public TreeScorer {
 public:
  RandomTexts(unsigned seed, std::int32_t labels, std::size_t labels_in_a_text)
      : size(labels), longest(labels_in_a_text), seed_(seed) {}

  std::vector<float> log_probs_after(std::span<const Label> labels) const {
    if (labels.size() >= longest) return favour(2, 0.999F, size);
    std::vector<unsigned> question(labels.begin(), labels.end());
    question.push_back(seed_);
    std::seed_seq seed(question.begin(), question.end());
    std::mt19937 random(seed);
    std::vector<float> probs(static_cast<std::size_t>(size), 1e-6F);
    float sum = 0;
    for (Label label = 2; label < size; ++label) {
      const float draw = std::uniform_real_distribution<float>(0, 1)(random);
      probs[static_cast<std::size_t>(label)] = label == 3 ? 1e-6F : draw * draw;
    }
    for (const float prob : probs) sum += prob;
    for (float& prob : probs) prob = std::log(prob / sum);
    return probs;
  }

  const std::int32_t size;
  const std::size_t longest;

 protected:
  Answer answer(std::span<const Label> labels) override {
    return {log_probs_after(labels), attend_to(std::min(5 + 10 * static_cast<std::int32_t>(labels.size()), rows_ - 1), rows_)};
  }

 private:
  unsigned seed_;
};

}  // namespace attend::decoder
