// What a LanguageModel holds, for the Stream that asks it.
#pragma once

#include "attend/attend.hpp"
#include "language/ngram_model.hpp"

namespace attend {

struct LanguageModel::Impl {
  language::NgramModel model;
};

}  // namespace attend
