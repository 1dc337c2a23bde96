// What can be said of Microphone without a sound card; test_microphone.py records through it.
#include "capture/microphone.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace attend::capture {
namespace {

using ::testing::HasSubstr;

/// A process whose ALSA reads `text` and nothing else as its configuration.
class AlsaConfiguration : public ::testing::Test {
 protected:
  void configure(const char* text) {
    std::ofstream(path_) << text;
    setenv("ALSA_CONFIG_PATH", path_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("ALSA_CONFIG_PATH");
    std::remove(path_.c_str());
  }

 private:
  std::string path_ = ::testing::TempDir() + "attend_alsa_" + std::to_string(getpid()) + ".conf";
};

class NoSoundCard : public AlsaConfiguration {
 protected:
  void SetUp() override {
    configure("pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n");
    if (!list_devices().value().empty()) GTEST_SKIP() << "another sound system than ALSA offers devices here";
  }
};

TEST_F(AlsaConfiguration, WithoutADefaultIsRefusedBeforePortAudioAborts) {
  configure("pcm.spare { type hw card 99 }\n");
  const auto devices = list_devices();
  ASSERT_FALSE(devices);
  EXPECT_THAT(devices.error().message, HasSubstr("names no default device"));
}

TEST_F(NoSoundCard, OpeningSaysWhatToDo) {
  const auto microphone = Microphone::open({}, nullptr);
  ASSERT_FALSE(microphone);
  EXPECT_EQ(microphone.error().code, ErrorCode::not_found);
  EXPECT_THAT(microphone.error().message, HasSubstr("connect a microphone"));
}

TEST_F(NoSoundCard, NothingIsPrinted) {
  ::testing::internal::CaptureStderr();
  ::testing::internal::CaptureStdout();
  (void)list_devices();
  (void)Microphone::open({}, nullptr);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
}

TEST_F(NoSoundCard, ThreadsMayAskAtTheSameTime) {
  std::vector<std::thread> threads;
  std::atomic<int> lists = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5; ++round) lists += list_devices().has_value() ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(lists, 20);
}

TEST(MicrophoneOptions, WhatMakesNoSenseIsRefused) {
  const auto refuses = [](const MicrophoneOptions& options, const char* word) {
    const auto microphone = Microphone::open(options, nullptr);
    return !microphone && microphone.error().code == ErrorCode::invalid_argument &&
           microphone.error().message.find(word) != std::string::npos;
  };
  for (const double rate : {0.0, -16000.0, 1e9, std::nan("")}) {
    EXPECT_TRUE(refuses({.device = "", .rate = rate, .channel = {}}, "rate")) << rate;
  }
  for (const double seconds : {0.0, -1.0, 1e9, std::nan("")}) {
    EXPECT_TRUE(refuses({.device = "", .rate = {}, .channel = {}, .buffer_seconds = seconds}, "buffer")) << seconds;
  }
}

}  // namespace
}  // namespace attend::capture
