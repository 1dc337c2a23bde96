#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attend::tools {

/// Names the rules below; changes whenever a result of `normal_words` can change.
inline constexpr std::string_view normaliser_name = "attend-en-1";

/// The words of an English text, each written in the one way that error rates are counted in: lower case, no punctuation, numbers
/// spelled out, common contractions and abbreviations in one form. docs/eval.md lists the rules. Pure: no locale, no state; the
/// words of its own result joined with blanks give the same words again. Invalid UTF-8 counts as blanks.
std::vector<std::string> normal_words(std::string_view text);

/// The same, joined with blanks.
std::string normalise(std::string_view text);

}  // namespace attend::tools
