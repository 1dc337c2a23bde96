#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend model info` and `attend model list`; when the command line names one, `chosen` is set.
void add_model_command(CLI::App& program, Run& chosen);

}  // namespace attend::tools
