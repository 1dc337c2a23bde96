// The sample formats of the public interface as the frontend calls them.
#pragma once

#include "attend/attend.hpp"
#include "frontend/open_audio.hpp"

namespace attend::sdk {

/// Throws attend::Error if it is none of the formats.
frontend::SampleFormat inner(SampleFormat format);

}  // namespace attend::sdk
