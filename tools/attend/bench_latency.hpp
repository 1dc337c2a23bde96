#pragma once

#include "command.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

/// Adds `attend bench latency`: recordings with known word times, played in real time.
void add_bench_latency(CLI::App& bench, Run& chosen);

}  // namespace attend::tools
