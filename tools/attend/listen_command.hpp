#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend listen`; when the command line names it, `chosen` is set. docs/listen.md describes it.
void add_listen_command(CLI::App& program, Run& chosen);

}  // namespace attend::tools
