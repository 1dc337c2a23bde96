// How labels are written in the symbols that a head over the sound knows: letters, or the labels themselves.
#pragma once

#include <cstdint>
#include <vector>

#include "decoder/attention_scorer.hpp"

namespace attend::decoder {

/// A column of `Posteriors`.
using Symbol = std::int32_t;

/// Indices are labels; a label beyond the vectors, as one that is doubtful, can't be spelt.
struct LabelSpelling {
  std::vector<std::vector<Symbol>> symbols;  ///< empty: a label that nobody speaks, such as a mark
  std::vector<bool> begins_word;             ///< its symbols follow a gap, unless they are the text's first
  std::vector<bool> doubtful;                ///< how it is spoken is not known, such as a number in digits
  Symbol gap = -1;                           ///< the symbol between two words; negative: there is none

  /// Every label is a symbol of its own.
  static LabelSpelling plain(std::size_t labels) {
    LabelSpelling spelling;
    for (std::size_t i = 0; i < labels; ++i) spelling.symbols.push_back({static_cast<Symbol>(i)});
    spelling.begins_word.resize(labels);
    spelling.doubtful.resize(labels);
    return spelling;
  }
};

}  // namespace attend::decoder
