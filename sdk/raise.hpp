// Where errors as values become exceptions: the edge of the C++ interface.
#pragma once

#include <utility>

#include "attend/attend.hpp"
#include "base/result.hpp"

namespace attend::sdk {

[[noreturn]] inline void raise(const Failure& failure) {
  throw Error(static_cast<Fault>(failure.code), failure.message);
}

template <class T>
T value_or_raise(Result<T>&& result) {
  if (!result) raise(result.error());
  return std::move(*result);
}

}  // namespace attend::sdk
