#pragma once

#include <string>

#include "listen_output.hpp"

namespace attend::tools {

/// How things stand, as one line for a person: time heard, level, lag, chunk, and what was lost.
std::string status_line(const ListenStatus& status);

/// A bar of so many cells, from -60 dB of full scale to 0, in eighths of a cell.
std::string level_bar(double dbfs, int cells);

}  // namespace attend::tools
