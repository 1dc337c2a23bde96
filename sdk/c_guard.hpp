// The wall between C++ and C: whatever is thrown becomes a status and a sentence.
#pragma once

#include <exception>
#include <new>
#include <string_view>

#include "attend/attend.h"
#include "attend/attend.hpp"

namespace attend::sdk {

/// Keeps the sentence for this thread's `last_error`, cut to what a fixed buffer holds, so that it works without memory.
attend_status remember(attend_status status, std::string_view sentence) noexcept;
const char* last_error() noexcept;

/// Refuses NULL, naming function and argument.
void require(const void* pointer, const char* function, const char* argument);

template <class Body>
attend_status guarded(Body&& body) noexcept {
  try {
    body();
    return ATTEND_OK;
  } catch (const Error& error) {
    return remember(static_cast<attend_status>(error.fault()), error.what());
  } catch (const std::bad_alloc&) {
    return remember(ATTEND_OUT_OF_MEMORY, "no memory was left for the call; free some and try again");
  } catch (const std::exception& error) {
    return remember(ATTEND_INTERNAL, error.what());
  } catch (...) {
    return remember(ATTEND_INTERNAL, "something unknown was thrown inside Attend; report it");
  }
}

}  // namespace attend::sdk
