// Errors as values: what every room returns instead of throwing.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace attend {

/// Why something was refused. The numbers are part of the C ABI and never change.
enum class ErrorCode : int {
  invalid_argument = 1,  ///< the caller asked for something that makes no sense
  not_found = 2,         ///< no such file, device or program
  unreadable = 3,        ///< the system refused to read or write
  malformed = 4,         ///< the bytes are not what they claim to be
  unsupported = 5,       ///< well formed, but not something this build can do
  out_of_memory = 6,
  internal = 7,  ///< a defect of Attend
};

/// One sentence for a person: which file or argument, which place in it, what to do about it. (The sdk's exception is
/// attend::Error; two classes of one name in one namespace would share their linker symbols.)
struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Failure>;
using Status = Result<void>;

inline tl::unexpected<Failure> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Failure>(Failure{code, std::move(message)});
}

}  // namespace attend
