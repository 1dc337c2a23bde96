#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend transcribe`; when the command line names it, `chosen` is set.
void add_transcribe_command(CLI::App& program, Run& chosen);

}  // namespace attend::tools
