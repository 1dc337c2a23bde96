// The labels of a model in the letters that its head over the sound knows.
#pragma once

#include <string_view>

#include "decoder/label_spelling.hpp"
#include "language/label_texts.hpp"

namespace attend::sdk {

/// The blank of the head comes before its symbols: symbol i of `symbols` is number 1 + i. Labels are spelt in lower case; what is
/// not among the symbols is left out, and a label with a digit that is not is doubtful.
decoder::LabelSpelling letter_spelling(const language::LabelTexts& labels, std::string_view symbols);

}  // namespace attend::sdk
