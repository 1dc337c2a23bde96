#pragma once

#include <string>

namespace attend::tools {

/// A number with so many decimals and a point, whatever the locale: fixed(5.678, 2) → "5.68".
std::string fixed(double value, int decimals);

}  // namespace attend::tools
