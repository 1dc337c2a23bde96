// What the labels of a model stand for: letters, bytes, or nothing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "decoder/search_config.hpp"

namespace attend::sdk {

/// Immutable; safe to share among threads.
class LabelSet {
 public:
  /// `model`: a serialised sentencepiece model with exactly `labels` pieces.
  static Result<LabelSet> read(std::span<const std::byte> model, int labels);

  /// Whether the label begins a word: its piece begins with U+2581. A mark ("." or "'s") does not, so it belongs to the word before
  /// it.
  const std::vector<bool>& begins_word() const { return begins_word_; }

  /// The bytes that a label writes, without the blank before a new word; empty for control labels. A byte label gives one byte.
  std::string_view letters(decoder::Label label) const;

  /// The labels as text without blanks at its ends: bytes joined, ill-formed UTF-8 replaced by U+FFFD, control labels left out.
  std::string text(std::span<const decoder::Label> labels) const;

 private:
  std::vector<std::string> texts_;  ///< U+2581 as a blank; byte pieces as their byte
  std::vector<bool> begins_word_;
};

}  // namespace attend::sdk
