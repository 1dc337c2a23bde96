#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/microphone.hpp"

namespace attend::capture {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::vector<Device> desk = {
    {0, "HDA Intel: ALC257 Analog (hw:0,0)", "ALSA", 2, 44100, false},
    {3, "USB Audio: Jabra SPEAK 410 (hw:1,0)", "ALSA", 1, 16000, false},
    {4, "USB Audio: Blue Yeti (hw:2,0)", "ALSA", 2, 48000, false},
    {7, "pulse", "ALSA", 32, 44100, false},
    {9, "default: USB Audio", "ALSA", 32, 44100, true},
};

int chosen(const std::string& wanted) {
  return choose_device(desk, wanted).value().number;
}

Failure refused(std::span<const Device> devices, const std::string& wanted) {
  return choose_device(devices, wanted).error();
}

TEST(ChooseDevice, NothingWantedMeansTheDefault) {
  EXPECT_EQ(chosen(""), 9);
}

TEST(ChooseDevice, ANumberMeansTheDeviceOfThatNumber) {
  for (const Device& device : desk) {
    EXPECT_EQ(chosen(std::to_string(device.number)), device.number);
  }
}

TEST(ChooseDevice, APartOfTheNameInAnyCase) {
  EXPECT_EQ(chosen("Jabra"), 3);
  EXPECT_EQ(chosen("bLuE yEt"), 4);
  EXPECT_EQ(chosen("alc257"), 0);
}

TEST(ChooseDevice, TheDefaultBeforeOthersThenTheFirst) {
  EXPECT_EQ(chosen("usb audio"), 9);
  EXPECT_EQ(chosen("hw:"), 0);
}

TEST(ChooseDevice, ANumberIsNotLookedForInNames) {
  EXPECT_THAT(refused(desk, "410").message, HasSubstr("\"410\""));
  EXPECT_EQ(chosen("410 "), chosen("410 ("));  // whoever means the name writes more of it
}

TEST(ChooseDevice, TellsWhatThereIs) {
  for (const auto* wanted : {"webcam", "1", "-1", "99999999999999999999"}) {
    const auto failure = refused(desk, wanted);
    EXPECT_EQ(failure.code, ErrorCode::not_found);
    EXPECT_THAT(failure.message,
                AllOf(HasSubstr(wanted), HasSubstr("3 \"USB Audio: Jabra SPEAK 410 (hw:1,0)\""), HasSubstr("7 \"pulse\"")));
  }
}

TEST(ChooseDevice, NoDefaultIsAReasonToChoose) {
  const auto failure = refused(std::span(desk).first(2), "");
  EXPECT_EQ(failure.code, ErrorCode::not_found);
  EXPECT_THAT(failure.message, AllOf(HasSubstr("choose"), HasSubstr("0 \"HDA"), HasSubstr("3 \"USB")));
}

TEST(ChooseDevice, NoDeviceAtAll) {
  for (const auto* wanted : {"", "0", "Yeti"}) {
    const auto failure = refused({}, wanted);
    EXPECT_EQ(failure.code, ErrorCode::not_found);
    EXPECT_THAT(failure.message, HasSubstr("connect a microphone"));
  }
}

}  // namespace
}  // namespace attend::capture
