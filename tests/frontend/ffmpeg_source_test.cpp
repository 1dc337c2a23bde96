// The child process behind formats that no library here reads.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "frontend/child_process.hpp"
#include "frontend/open_audio.hpp"
#include "support.hpp"

namespace attend::frontend {
namespace {

using testing::has_program;
using testing::read_all;
using testing::read_bytes;
using testing::sine;
using testing::TemporaryFolder;

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string all_of(ChildProcess& child) {
  std::string text;
  std::array<std::byte, 1000> block{};
  while (const std::size_t count = child.read(block)) text += text_of(std::span(block).first(count));
  return text;
}

TEST(ChildProcess, GivesOutputStatusAndLastWords) {
  const auto child = ChildProcess::start({"sh", "-c", "echo out; echo one >&2; echo two >&2; exit 3"}).value();
  EXPECT_EQ(all_of(*child), "out\n");
  EXPECT_FALSE(child->succeeded());
  EXPECT_EQ(child->last_words(), "two");
  const auto silent = ChildProcess::start({"true"}).value();
  EXPECT_EQ(all_of(*silent), "");
  EXPECT_TRUE(silent->succeeded());
  EXPECT_EQ(silent->last_words(), "");
}

TEST(ChildProcess, IsNotStoppedByComplaintsThatNobodyReads) {
  const auto child = ChildProcess::start({"sh", "-c", "yes complaint | head -c 1000000 >&2; echo done"}).value();
  EXPECT_EQ(all_of(*child), "done\n");
  EXPECT_TRUE(child->succeeded());
  EXPECT_EQ(child->last_words(), "complaint");
}

TEST(ChildProcess, LeavesNothingBehindWhenGivenUp) {
  { const auto child = ChildProcess::start({"sh", "-c", "exec sleep 1000"}).value(); }
  { const auto child = ChildProcess::start({"yes"}).value(); }
  const auto stopped = ChildProcess::start({"yes"}).value();
  EXPECT_FALSE(stopped->succeeded()) << "its reader has gone";
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(ChildProcess, StartsWithSignalsAsUsual) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const auto child = ChildProcess::start({"sh", "-c", "kill -PIPE $$; echo ignored"}).value();
  EXPECT_EQ(all_of(*child), "");
  EXPECT_FALSE(child->succeeded());
  EXPECT_EQ(std::signal(SIGPIPE, before), SIG_IGN) << "the host's own setting is left alone";
}

TEST(ChildProcess, ThatDoesNotExistIsNotFound) {
  const auto child = ChildProcess::start({"attend-no-such-program"});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::not_found);
}

class Ffmpeg : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_program("ffmpeg")) GTEST_SKIP() << "ffmpeg is not installed";
    const auto wav = folder_.path() / "sound.wav";
    testing::write_sound(wav, SF_FORMAT_WAV | SF_FORMAT_PCM_16, {44100, 2}, sound_);
    video_ = folder_.path() / "a film; with 'quotes'.mkv";
    const auto child = ChildProcess::start({"ffmpeg", "-v", "error", "-i", wav, "-f", "lavfi", "-i", "color=s=32x32:d=1", "-c:a",
                                            "pcm_s16le", video_})
                           .value();
    ASSERT_TRUE(child->succeeded()) << child->last_words();
  }

  std::vector<float> sound_ = sine(176400, 500, 44100);
  TemporaryFolder folder_;
  std::filesystem::path video_;
};

TEST_F(Ffmpeg, ReadsTheSoundOfAVideo) {
  const auto source = open_audio(video_).value();
  EXPECT_EQ(source->format().sample_rate, 44100);
  EXPECT_EQ(source->format().channels, 2);
  const auto reading = read_all(*source);
  EXPECT_EQ(reading.error, "");
  ASSERT_EQ(reading.samples.size(), sound_.size());
  for (std::size_t i = 0; i < sound_.size(); ++i) ASSERT_NEAR(reading.samples[i], sound_[i], 1e-4);
}

TEST_F(Ffmpeg, SkipsAndCanBeGivenUp) {
  const auto source = open_audio(video_).value();
  EXPECT_EQ(source->skip(80000).value(), 80000);
  EXPECT_EQ(read_all(*source).samples.size(), sound_.size() - 160000);
  const auto given_up = open_audio(video_).value();
  std::vector<float> block(100);
  EXPECT_TRUE(given_up->read(block));
}

TEST_F(Ffmpeg, ReportsAFileThatBreaksOff) {
  const auto bytes = read_bytes(video_);
  const auto half = folder_.write("half.mkv", std::span(bytes).first(bytes.size() / 2));
  const auto reading = read_all(*open_audio(half).value());
  EXPECT_GT(reading.samples.size(), sound_.size() / 4);
  EXPECT_LT(reading.samples.size(), sound_.size() * 3 / 4);
  EXPECT_EQ(reading.error.rfind(half.string() + " is damaged or breaks off", 0), 0U) << reading.error;
  EXPECT_NE(reading.error.find("ffmpeg: "), std::string::npos) << reading.error;
}

TEST_F(Ffmpeg, RefusesWhatItCannotReadInOneSentence) {
  const auto file = folder_.write("nothing.wav", std::string(8000, '\0'));
  const auto opened = open_audio(file);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message.rfind(file.string() + " holds no sound that Attend or ffmpeg can read", 0), 0U)
      << opened.error().message;
  EXPECT_EQ(opened.error().message.find('\n'), std::string::npos);
}

TEST_F(Ffmpeg, IsNamedWhenItIsNotInstalled) {
  const std::string path = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "";  // NOLINT(concurrency-mt-unsafe)
  setenv("PATH", folder_.path().c_str(), 1);                                           // NOLINT(concurrency-mt-unsafe)
  const auto opened = open_audio(video_);
  setenv("PATH", path.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unsupported);
  EXPECT_NE(opened.error().message.find("ffmpeg"), std::string::npos);
  EXPECT_NE(opened.error().message.find("apt install ffmpeg"), std::string::npos);
  EXPECT_EQ(opened.error().message.rfind(video_.string(), 0), 0U);
}

}  // namespace
}  // namespace attend::frontend
