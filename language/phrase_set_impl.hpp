// What a PhraseSet holds; for its opinion.
#pragma once

#include <cstddef>

#include "language/phrase_graph.hpp"
#include "language/phrase_set.hpp"

namespace attend::language {

class PhraseSet::Impl {
 public:
  PhraseGraph graph;
  std::size_t size = 0;  ///< phrases
};

}  // namespace attend::language
