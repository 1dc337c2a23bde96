#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "attend/attend.hpp"

namespace attend::tools {

/// A model file and what it says about itself.
struct ModelReport {
  std::filesystem::path file;
  std::string sha256;
  std::uintmax_t bytes = 0;
  ModelInfo info;
};

/// Loads and checks the model. Throws attend::Error, or std::runtime_error if the file cannot be read.
ModelReport report_on_model(const std::filesystem::path& file);

/// What `attend model info --json` prints; docs/eval.md describes its fields.
nlohmann::ordered_json to_json(const ModelReport& report);

void print(std::ostream& out, const ModelReport& report);

/// The model in one line: name, size, languages, measured error rates.
std::string one_line(const ModelReport& report);

}  // namespace attend::tools
