#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include "capture/microphone.hpp"

namespace attend::capture {
namespace {

// Names come from drivers in whatever encoding; only ASCII letters have a case here.
std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return result;
}

std::optional<int> as_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string listed(std::span<const Device> devices) {
  std::string list;
  for (const Device& device : devices) {
    list += (list.empty() ? "" : ", ") + std::to_string(device.number) + " \"" + device.name + "\"";
  }
  return list;
}

const Device* find_device(std::span<const Device> devices, const std::string& wanted) {
  const Device* found = nullptr;
  const auto number = as_number(wanted);
  for (const Device& device : devices) {
    const bool fits = wanted.empty() ? device.is_default
                      : number       ? device.number == *number
                                     : lower(device.name).find(lower(wanted)) != std::string::npos;
    if (fits && (found == nullptr || (device.is_default && !found->is_default))) {
      found = &device;
    }
  }
  return found;
}

}  // namespace

Result<Device> choose_device(std::span<const Device> devices, const std::string& wanted) {
  if (devices.empty()) {
    return fail(ErrorCode::not_found,
                "there is no device to record from: connect a microphone or start the sound server (PulseAudio or PipeWire), then "
                "try again");
  }
  if (const Device* device = find_device(devices, wanted)) {
    return *device;
  }
  if (wanted.empty()) {
    return fail(ErrorCode::not_found, "the sound system names no default device to record from; choose one of: " + listed(devices));
  }
  return fail(ErrorCode::not_found,
              "no device to record from is called or numbered \"" + wanted + "\"; there are: " + listed(devices));
}

}  // namespace attend::capture
