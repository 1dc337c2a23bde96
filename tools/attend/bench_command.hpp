#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend bench`: what recognition costs and how long it lets one wait, on this machine.
void add_bench_command(CLI::App& program, Run& chosen);

}  // namespace attend::tools
