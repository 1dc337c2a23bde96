#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend lm build` and `attend lm info`; when the command line names one, `chosen` is set.
void add_lm_command(CLI::App& program, Run& chosen);

}  // namespace attend::tools
