#pragma once

#include <string>
#include <string_view>

namespace attend::tools {

/// The first step of the normaliser: one way to write every letter and mark. UTF-8 in and out; no locale.
/// - Letters of Latin-1 and Latin Extended-A become lower-case a to z (é → e, æ → ae, ß → ss); other letters stay as they are.
/// - Apostrophes of all shapes become ', full stops '.', and what ends a clause (, ; ! ?) becomes ",".
/// - Quotation marks, brackets, hyphens, dashes, slashes, all blanks and all other ASCII marks without a spoken name become blanks.
/// - What is read aloud stays: & + = @ # $ % and, after a blank, £ € ¥ ¢ °. A minus sign (U+2212) becomes "minus", ½ ¼ ¾ become
/// words.
/// - Invisible signs and combining accents vanish; bytes that are no UTF-8 become blanks.
std::string fold_text(std::string_view text);

}  // namespace attend::tools
