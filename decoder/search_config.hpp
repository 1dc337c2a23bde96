// What the search can be told: sizes in encoder rows, and what it must know of the labels.
#pragma once

#include <cstdint>
#include <vector>

#include "decoder/attention_scorer.hpp"

namespace attend::decoder {

/// What the search knows of the labels: not their letters.
struct LabelTable {
  std::int32_t size = 0;
  Label begin = 1;
  Label end = 2;
  std::vector<bool> begins_word = {};  ///< [size]: the label starts a new word
};

/// Defaults are for rows of 24 ms. What each number does, exactly, and the figures behind it: docs/search.md.
struct SearchConfig {
  // Beam
  std::int32_t beam = 8;          ///< hypotheses kept from step to step; 1: greedy
  float window = 2;               ///< a hypothesis whose log-score lies this far behind the best is dropped
  float agree_within = 0;         ///< hypotheses this near the best must share a word before it is committed
  float end_within = 0;           ///< the end may be said this far behind the best label, by score or by attention alone
  float label_bonus = 0;          ///< added to a hypothesis' log-score for each of its labels
  std::int32_t alternatives = 0;  ///< other readings that results carry
  bool keep_attention = false;    ///< words carry the attention and the alternatives of their labels
  // Extend
  std::int32_t edge_guard = 5;       ///< a label that peaks in the last rows is not accepted yet
  std::int32_t jump_back = 60;       ///< a label may not peak this many rows before the furthest peak
  std::int32_t repeat_longest = 16;  ///< labels in the longest phrase whose repetition is looked for
  std::int32_t repeat_advance = 3;   ///< a repeated phrase must be heard this many rows later
  std::int32_t stall = 16;           ///< so many labels in a row may not leave the furthest peak where it is
  float labels_per_row = 0.2F;       ///< bound on the length of a segment's text
  std::int32_t candidates = 8;       ///< labels that second opinions are asked about
  // Verify
  std::int32_t refresh = 336;  ///< committed labels that peak in the last rows are scored again each step
  // Commit
  std::int32_t commit_guard = 0;  ///< a committed word peaks this many rows before the horizon, or more
  float commit_sure = 0.85F;      ///< a word of less stability is committed only where rows have settled
  std::int32_t opening = 10;      ///< rows from the first label's peak to the horizon before a segment's first commitment
  float doubt = 0.3F;             ///< a segment that ends before its first commitment keeps words of this mean probability
  std::int32_t patience = 84;     ///< a word that stays tentative this many rows beyond commit_guard is committed anyway; 0: never
  // Show
  std::int32_t show_guard = 6;  ///< a word is shown when it peaks this far from the end and is this stable,
  float show_sure = 0.6F;       ///< or was there a step before
  float show_within = 1;        ///< a hypothesis this near the best is shown instead if it goes on from what was shown
  // Times
  std::int32_t word_lead = 3;  ///< a word begins this long before the path row of its first label
  std::int32_t word_gap = 37;  ///< and ends where the word behind it begins, if that is less than this behind its last path row
  std::int32_t last_tail = 9;  ///< else so long behind its last path row
  std::int32_t word_tail = 4;  ///< silence may begin this long behind a word's last path row
  // Endpoint
  std::int32_t silence = 33;       ///< rows behind the last word that end a segment
  std::int32_t longest = 1042;     ///< rows of the longest segment
  std::int32_t widest_gap = 20;    ///< gap between words that is worth a cut where a segment begins to be long
  std::int32_t nothing_said = 84;  ///< a segment without a word begins anew after so many rows
  std::int32_t lead = 20;          ///< rows before the edge guard that a cut in silence leaves to the next segment
};

}  // namespace attend::decoder
