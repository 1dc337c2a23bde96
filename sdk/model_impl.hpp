// What a Model holds, for the Stream that runs on it.
#pragma once

#include <memory>

#include "attend/attend.hpp"
#include "decoder/label_spelling.hpp"
#include "decoder/search_config.hpp"
#include "engine/network.hpp"
#include "sdk/label_letters.hpp"
#include "sdk/label_set.hpp"

namespace attend {

struct Model::Impl {
  ModelInfo info;
  engine::ModelConfig config;
  sdk::LabelSet labels;
  decoder::LabelTable label_table;
  sdk::LabelLetters letters{labels, label_table};
  decoder::LabelSpelling spelling = {};  ///< in the symbols of the head that hears letters, if there is one
  std::shared_ptr<const engine::Network> network;
};

}  // namespace attend
