#include "capture/open_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <portaudio.h>

namespace attend::capture {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const Device yeti = {4, "Blue Yeti (hw:2,0)", "ALSA", 2, 48000, false};

TEST(OpenFailure, EachNamesTheDeviceAndARemedy) {
  const std::vector<std::tuple<int, ErrorCode, std::string>> cases = {
      {paDeviceUnavailable, ErrorCode::unreadable, "close the program"},
      {paInvalidDevice, ErrorCode::not_found, "connect it again"},
      {paInvalidChannelCount, ErrorCode::unsupported, "another channel"},
      {paInsufficientMemory, ErrorCode::out_of_memory, "memory"},
      {paUnanticipatedHostError, ErrorCode::unreadable, "sound server"},
      {paInternalError, ErrorCode::unreadable, "sound server"},
  };
  for (const auto& [error, code, remedy] : cases) {
    const Failure failure = open_failure(error, yeti, "");
    EXPECT_EQ(failure.code, code);
    EXPECT_THAT(failure.message, AllOf(HasSubstr("Blue Yeti (hw:2,0)"), HasSubstr(remedy), Not(HasSubstr(". "))));
  }
}

TEST(OpenFailure, QuotesTheSystemBeneathOrPortAudio) {
  EXPECT_THAT(open_failure(paUnanticipatedHostError, yeti, "Permission denied").message, HasSubstr("(Permission denied)"));
  EXPECT_THAT(open_failure(paInternalError, yeti, "").message, HasSubstr("(Internal PortAudio error)"));
}

TEST(RateFailure, TellsWhichRatesThereAre) {
  const Failure failure = rate_failure(11025, yeti, {44100, 48000});
  EXPECT_EQ(failure.code, ErrorCode::unsupported);
  EXPECT_THAT(failure.message, AllOf(HasSubstr("11025 Hz"), HasSubstr("44100, 48000 Hz"), HasSubstr("Blue Yeti")));
  EXPECT_THAT(rate_failure(11025, yeti, {}).message, HasSubstr("leave the rate to the device"));
}

}  // namespace
}  // namespace attend::capture
