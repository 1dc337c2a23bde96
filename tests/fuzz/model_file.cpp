// Any bytes as a model file: parsed or refused with a sentence, and what is accepted can be read to its last byte.
#include "engine/model_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = attend::engine::ModelFile::parse(std::as_bytes(std::span(data, size)), "fuzz");
  if (!file) {
    if (file.error().message.empty()) std::abort();
    return 0;
  }
  std::size_t sum = 0;
  for (const std::string& name : file->tensor_names()) {
    for (const std::byte value : file->find(name)->data) sum += std::to_integer<std::size_t>(value);
  }
  if (file->parameters() < 0 || file->label_set().empty()) std::abort();
  return sum == 1 ? -1 : 0;  // uses the sum, so that the reads stay
}
