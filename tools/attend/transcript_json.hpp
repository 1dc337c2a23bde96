/// How words and events look in JSON; docs/transcribe.md describes the fields.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "transcript.hpp"

namespace attend::tools {

/// Seconds (or a probability) to three decimals.
double to_thousandths(double value);

nlohmann::ordered_json words_to_json(std::span<const Word> words, bool with_stability = false);

/// Adds `alternatives` if there are some.
void add_alternatives(nlohmann::ordered_json& object, std::span<const Reading> alternatives);

/// A segment in `segments`.
nlohmann::ordered_json segment_to_json(const Segment& segment);

/// On one line. Bytes that are no UTF-8, as file names may hold them, become U+FFFD.
std::string to_line(const nlohmann::ordered_json& value);

}  // namespace attend::tools
