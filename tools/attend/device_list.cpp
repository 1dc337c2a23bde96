#include "device_list.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <string>

#include "command.hpp"
#include "display_text.hpp"

namespace attend::tools {

int print_devices(std::ostream& out) {
  const auto devices = capture::list_devices();
  if (!devices) throw CommandError(exit_failure, devices.error().message);
  if (devices->empty()) {
    throw CommandError(
        exit_failure,
        "No device gives sound here; plug a microphone in, start the sound system, or take sound from a pipe or socket "
        "with --from.");
  }
  print_devices(out, *devices);
  return exit_success;
}

void print_devices(std::ostream& out, std::span<const capture::Device> devices) {
  int widest = 4;
  for (const capture::Device& device : devices) widest = std::max(widest, display_width(displayable(device.name)));
  const auto padded = [widest](const std::string& text) {
    return text + std::string(static_cast<std::size_t>(widest - display_width(text) + 2), ' ');
  };
  out << "  number  " << padded("name") << "channels    rate  through\n";
  for (const capture::Device& device : devices) {
    out << (device.is_default ? "* " : "  ") << std::setw(6) << device.number << "  " << padded(displayable(device.name))
        << std::setw(8) << device.channels << std::setw(8) << std::lround(device.default_rate) << "  " << displayable(device.host)
        << '\n';
  }
  out << "* the default device\n";
}

}  // namespace attend::tools
