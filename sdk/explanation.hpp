// What a final is explained by: collected while words are committed, put together when the segment ends.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "attend/attend.hpp"
#include "decoder/word.hpp"
#include "sdk/feature_store.hpp"
#include "sdk/label_set.hpp"
#include "sdk/row_clock.hpp"

namespace attend::sdk {

/// Where a word listened, from what the search kept of it. Labels without letters are left out of what was considered.
WordAttention word_attention(const decoder::Word& word, const LabelSet& labels);

/// Of a segment of `rows` encoder rows whose features begin at `first_feature`: each word's weights are brought to that many rows
/// and to a sum of 1, and the spectrogram is what the features say of these rows.
Explanation explain(std::span<const WordAttention> words, std::int64_t first_feature, std::int64_t rows,
                    const FeatureStore& features, const RowClock& clock);

}  // namespace attend::sdk
