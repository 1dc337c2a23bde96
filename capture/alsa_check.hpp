// A look at ALSA's configuration before PortAudio sees it.
#pragma once

#include "base/result.hpp"

namespace attend::capture {

/// Refuses a configuration without a device "default" or "dmix", at which PortAudio 19.6 ends the process by a wrong assertion
/// (BuildDeviceList in pa_linux_alsa.c compares the devices other than those two with the number of all). Elsewhere than on ALSA:
/// nothing.
Status check_alsa();

}  // namespace attend::capture
