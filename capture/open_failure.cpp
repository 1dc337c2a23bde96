#include "capture/open_failure.hpp"

#include <portaudio.h>

#include <cmath>

namespace attend::capture {
namespace {

std::string hertz(double rate) {
  return std::to_string(std::lround(rate));
}

}  // namespace

Failure open_failure(int error, const Device& device, const std::string& detail) {
  const std::string name = "the device \"" + device.name + "\"";
  switch (error) {
    case paDeviceUnavailable:
      return {ErrorCode::unreadable, name + " is in use or gone: close the program that records from it, or choose another device"};
    case paInvalidDevice:
    case paHostApiNotFound:
      return {ErrorCode::not_found, name + " is gone: connect it again, or choose another device"};
    case paInvalidChannelCount:
      return {ErrorCode::unsupported, name + " does not give the channels that were asked for: choose another channel or device"};
    case paInsufficientMemory:
      return {ErrorCode::out_of_memory, "there is not enough memory to record from " + name};
    default:
      return {ErrorCode::unreadable, name + " does not open (" + (detail.empty() ? Pa_GetErrorText(error) : detail) +
                                         "): check that the sound server runs and that you may record, or choose another device"};
  }
}

Failure rate_failure(double rate, const Device& device, const std::vector<double>& possible) {
  std::string rates;
  for (const double one : possible) {
    rates += (rates.empty() ? "" : ", ") + hertz(one);
  }
  return {ErrorCode::unsupported, "the device \"" + device.name + "\" cannot record at " + hertz(rate) + " Hz; " +
                                      (rates.empty() ? "leave the rate to the device" : "it can at " + rates + " Hz")};
}

}  // namespace attend::capture
