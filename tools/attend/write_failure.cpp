#include "write_failure.hpp"

#include <system_error>

namespace attend::tools {

std::string write_failure(const std::filesystem::path& file, int fault) {
  return file.string() + " cannot be written (" + std::generic_category().message(fault) + "); make room or choose another folder.";
}

}  // namespace attend::tools
