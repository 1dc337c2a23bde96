// Label sets for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "language/label_texts.hpp"

namespace attend::language {

/// Labels from strings: a leading '_' begins a word; label 0 is the end.
class ToyTexts : public LabelTexts {
 public:
  explicit ToyTexts(const std::vector<std::string>& labels) {
    for (const std::string& label : labels) {
      begins_.push_back(label.starts_with('_'));
      texts_.push_back(begins_.back() ? label.substr(1) : label);
    }
  }

  std::int32_t size() const override { return static_cast<std::int32_t>(texts_.size()); }
  decoder::Label end() const override { return 0; }
  std::string_view text(decoder::Label label) const override { return texts_.at(static_cast<std::size_t>(label)); }
  bool begins_word(decoder::Label label) const override { return begins_.at(static_cast<std::size_t>(label)); }

 private:
  std::vector<std::string> texts_{""};
  std::vector<bool> begins_{false};
};

/// What an opinion says along a text, label by label.
inline std::vector<float> said_along(decoder::LabelOpinion& opinion, const std::vector<decoder::Label>& labels) {
  std::vector<float> said;
  decoder::OpinionState state = opinion.begin();
  for (const decoder::Label label : labels) {
    float delta = 0;
    opinion.judge(state, {&label, 1}, {&delta, 1});
    said.push_back(delta);
    state = opinion.after(state, label);
    opinion.keep({&state, 1});
  }
  return said;
}

}  // namespace attend::language
