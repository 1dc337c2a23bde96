#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend explain`; docs/explain.md describes it.
void add_explain_command(CLI::App& program, Run& chosen);

}  // namespace attend::tools
