#pragma once

#include <string_view>

namespace attend::tools {

/// Writes all of it to a descriptor. Waits where that does not block: standard input may be the same socket, and whoever reads that
/// makes both non-blocking. Returns 0, or the errno of what failed.
int write_all(int descriptor, std::string_view bytes);

}  // namespace attend::tools
