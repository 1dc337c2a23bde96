#pragma once

#include <optional>
#include <string>

#include "attend/attend.hpp"
#include "recogniser_options.hpp"

namespace attend::tools {

/// What was measured.
struct EvaluatedModel {
  std::string file, name, version, sha256, precision;
  std::optional<int> chunk_ms;  ///< unset: a segment is decoded at once when it ends
  int lookahead_ms = 0, hindsight_ms = 0;
  int jobs = 1;
  SearchChoice search = {};
};

/// The model as these options use it.
EvaluatedModel describe_model(const RecogniserOptions& options, const Model& model, int jobs);

}  // namespace attend::tools
