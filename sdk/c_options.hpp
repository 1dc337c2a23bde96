// Structs of options that begin with their size, so that programs and libraries of different age understand each other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "attend/attend.hpp"

namespace attend::sdk {

/// Writes the defaults as far as the caller's struct of `size` bytes reaches.
template <class Options>
void write_defaults(Options* options, std::size_t size, Options defaults) noexcept {
  if (options == nullptr || size < sizeof(defaults.size)) return;
  defaults.size = size;
  std::memset(options, 0, size);
  std::memcpy(options, &defaults, std::min(size, sizeof(Options)));
}

/// The caller's struct as far as it reaches, defaults beyond. Members that this library does not know must be zero, since it could
/// not do what they ask for.
template <class Options>
Options read_options(const Options* given, Options defaults, const char* name) {
  if (given == nullptr) return defaults;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(given);
  if (given->size < sizeof(given->size) || given->size > 4096) {
    throw Error(Fault::invalid_argument, std::string(name) + "::size is not the struct's size; fill it with " + name + "_init");
  }
  if (given->size > sizeof(Options) &&
      std::any_of(bytes + sizeof(Options), bytes + given->size, [](unsigned char byte) { return byte != 0; })) {
    throw Error(Fault::unsupported,
                std::string(name) + " asks for something that this version of the library does not know; use a newer library");
  }
  std::memcpy(&defaults, given, std::min(given->size, sizeof(Options)));
  return defaults;
}

}  // namespace attend::sdk
