#pragma once

#include <chrono>
#include <string>

namespace CLI {
class App;
}

namespace attend::tools {

/// An option that takes a duration of at least `least` into `value`, which outlives the command.
void add_duration(CLI::App& command, const std::string& name, std::chrono::milliseconds& value, std::chrono::milliseconds least,
                  const std::string& help, const std::string& group);

}  // namespace attend::tools
