#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend eval`; when the command line names it, `chosen` is set. docs/eval.md describes what it prints.
void add_eval_command(CLI::App& program, Run& chosen);

}  // namespace attend::tools
