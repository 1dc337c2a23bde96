#pragma once

#include <ostream>
#include <span>

#include "capture/microphone.hpp"

namespace attend::tools {

/// Prints the devices that sound can come from; returns the exit code. Throws CommandError with a sentence if there are none.
int print_devices(std::ostream& out);

/// The devices as a table.
void print_devices(std::ostream& out, std::span<const capture::Device> devices);

}  // namespace attend::tools
