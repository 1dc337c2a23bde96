#pragma once

#include "recogniser.hpp"

namespace attend::tools {

/// Recognisers that leave out words of less confidence than `least`: of committed, tentative and alternative words alike. Events
/// that differ only in such words are still told, so that a final closes every segment that was begun.
OpenRecogniser without_unsure_words(OpenRecogniser open, float least);

}  // namespace attend::tools
