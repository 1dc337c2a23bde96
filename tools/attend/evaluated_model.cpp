#include "evaluated_model.hpp"

#include "file_digest.hpp"

namespace attend::tools {

EvaluatedModel describe_model(const RecogniserOptions& options, const Model& model, int jobs) {
  const auto file = model_file(options);
  const auto& info = model.info();
  EvaluatedModel described{.file = file.string(),
                           .name = info.name,
                           .version = info.version,
                           .sha256 = sha256_of_file(file),
                           .precision = info.precision,
                           .chunk_ms = {},
                           .lookahead_ms = 0,
                           .hindsight_ms = 0,
                           .jobs = jobs,
                           .search = options.search};
  if (!options.whole) {
    described.chunk_ms = static_cast<int>(options.chunk.value_or(info.chunk).count());
    described.lookahead_ms = static_cast<int>(options.lookahead.value_or(info.lookahead).count());
    described.hindsight_ms = static_cast<int>(options.hindsight.value_or(info.hindsight).count());
  }
  return described;
}

}  // namespace attend::tools
