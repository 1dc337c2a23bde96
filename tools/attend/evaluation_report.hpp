#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "evaluation.hpp"

namespace attend::tools {

/// What was measured.
struct EvaluatedModel {
  std::string file, name, version, sha256, precision;
  std::optional<int> chunk_ms;  ///< unset: a segment is decoded at once when it ends
  int lookahead_ms = 0;
  int jobs = 1;
};

/// A set of texts scored in one way.
struct Result {
  Summary summary;
  Cost cost;
};

struct Report {
  std::string manifest;
  std::optional<EvaluatedModel> model;  ///< unset: the texts came from elsewhere
  Result separate;
  std::optional<Result> joined;
};

/// The one object that `attend eval --json` prints; docs/eval.md describes its fields, which are stable.
nlohmann::ordered_json to_json(const Report& report);

/// One scored text: id, speaker, reference, hypothesis, text, counts, seconds; or id and failure.
nlohmann::ordered_json to_json(const Score& score);

/// The report in a few lines for a person.
void print(std::ostream& out, const Report& report);

/// One scored text as a line of columns, errors first, so that sorting brings the worst to an end.
void print(std::ostream& out, const Score& score);

}  // namespace attend::tools
