// How surely a word is right, and how surely a shown word stays.
#pragma once

#include <cstddef>
#include <cstdint>

#include "decoder/label_groups.hpp"

namespace attend::decoder {

/// Of a word of so many labels with this log-probability together.
float confidence(double log_prob, std::size_t labels);

/// Of a tentative word, at a step with `total` rows.
float stability(float confidence, const LabelGroup& group, std::int32_t total);

}  // namespace attend::decoder
