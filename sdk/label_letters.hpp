// The label set as the language room sees it.
#pragma once

#include "decoder/search_config.hpp"
#include "language/label_texts.hpp"
#include "sdk/label_set.hpp"

namespace attend::sdk {

/// Refers to a label set and table that outlive it; immutable.
class LabelLetters final : public language::LabelTexts {
 public:
  LabelLetters(const LabelSet& labels, const decoder::LabelTable& table) : labels_(labels), table_(table) {}

  std::int32_t size() const override { return static_cast<std::int32_t>(labels_.begins_word().size()); }
  decoder::Label end() const override { return table_.end; }
  std::string_view text(decoder::Label label) const override { return labels_.letters(label); }
  bool begins_word(decoder::Label label) const override { return labels_.begins_word()[static_cast<std::size_t>(label)]; }

 private:
  const LabelSet& labels_;
  const decoder::LabelTable& table_;
};

}  // namespace attend::sdk
