#pragma once

#include <string>

#include "input_list.hpp"
#include "transcribe_options.hpp"

namespace attend::tools {

/// What decides a transcript, as one hash: name, size and time of change of the input, the model, the options of recognition, and
/// the program's version. Empty for inputs that cannot be read a second time (standard input, devices).
std::string fingerprint_of(const Input& input, const std::string& model_sha256, const TranscribeOptions& options);

}  // namespace attend::tools
