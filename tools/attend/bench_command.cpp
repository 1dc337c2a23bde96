#include "bench_command.hpp"

#include <CLI/CLI.hpp>

#include "bench_latency.hpp"

namespace attend::tools {

void add_bench_command(CLI::App& program, Run& chosen) {
  auto* command = program.add_subcommand("bench", "Measure how long recognition lets one wait, on this machine");
  command->require_subcommand(1);
  add_bench_latency(*command, chosen);
}

}  // namespace attend::tools
