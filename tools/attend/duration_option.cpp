#include "duration_option.hpp"

#include <CLI/CLI.hpp>

#include "duration.hpp"

namespace attend::tools {

void add_duration(CLI::App& command, const std::string& name, std::chrono::milliseconds& value, std::chrono::milliseconds least,
                  const std::string& help, const std::string& group) {
  const auto set = [&value, name, least](const std::string& text) {
    const auto duration = parse_duration(text);
    if (!duration) throw CLI::ValidationError(name, "'" + text + "' is not " + std::string(duration_forms) + ".");
    if (*duration < least) {
      throw CLI::ValidationError(name, text + " is too short; give at least " + std::to_string(least.count()) + "ms.");
    }
    value = *duration;
  };
  command.add_option_function<std::string>(name, set, help)->option_text("TIME")->group(group);
}

}  // namespace attend::tools
