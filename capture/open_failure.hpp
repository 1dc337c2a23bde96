// Why a device did not open, for a person.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "capture/microphone.hpp"

namespace attend::capture {

/// One sentence for `error`, a PaError from opening or starting `device`; `detail` is what the sound system beneath said, or empty.
Failure open_failure(int error, const Device& device, const std::string& detail);

/// One sentence for a rate in Hz that `device` cannot give, with those of `possible` that it can.
Failure rate_failure(double rate, const Device& device, const std::vector<double>& possible);

}  // namespace attend::capture
