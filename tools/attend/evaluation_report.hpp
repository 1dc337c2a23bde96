#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <span>
#include <string>

#include "evaluated_model.hpp"
#include "evaluation.hpp"

namespace attend::tools {

/// A set of texts scored in one way.
struct Result {
  Summary summary;
  Cost cost;
  std::optional<StreamingMeasures> streaming;
};

Result result_of(const Evaluation& evaluation);

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

/// Tells what failed, a line each; false if nothing did.
bool complain(std::ostream& out, std::span<const Score> scores);

/// The report in a few lines for a person.
void print(std::ostream& out, const Report& report);

/// One scored text as a line of columns, errors first, so that sorting brings the worst to an end.
void print(std::ostream& out, const Score& score);

}  // namespace attend::tools
