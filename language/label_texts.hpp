// What the language room must know of labels: their letters.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decoder/attention_scorer.hpp"

namespace attend::language {

/// The label set as text. Implemented by the sdk over its label set; immutable.
class LabelTexts {
 public:
  virtual ~LabelTexts() = default;
  virtual std::int32_t size() const = 0;
  virtual decoder::Label end() const = 0;
  /// The bytes that a label writes, without the blank before a new word; empty for control labels. A byte label gives one byte,
  /// which may be a part of a character.
  virtual std::string_view text(decoder::Label label) const = 0;
  virtual bool begins_word(decoder::Label label) const = 0;
};

}  // namespace attend::language
