// Standard input and other pipes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <thread>

#include "frontend/byte_input.hpp"
#include "frontend/open_audio.hpp"
#include "support.hpp"

namespace attend::frontend {
namespace {

using testing::noise;
using testing::read_all;
using testing::read_bytes;
using testing::s16le;
using testing::TemporaryFolder;
using testing::wav_header;
using testing::write_sound;

/// Puts a descriptor in the place of standard input for as long as it lives.
class StandardInput {
 public:
  explicit StandardInput(int descriptor) : before_(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)) {
    if (descriptor >= 0) {
      dup2(descriptor, STDIN_FILENO);
      close(descriptor);
    } else {
      close(STDIN_FILENO);
    }
  }
  ~StandardInput() {
    if (before_ >= 0) {
      dup2(before_, STDIN_FILENO);
      close(before_);
    }
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  int before_;
};

/// A pipe into which a thread writes bytes, in pieces of odd sizes.
class Feeder {
 public:
  explicit Feeder(std::span<const std::byte> bytes) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    output_ = ends[0];
    thread_ = std::thread([bytes, input = ends[1]] {
      std::size_t done = 0;
      for (std::size_t piece = 1; done < bytes.size(); piece = piece * 7 % 8191 + 1) {
        const ssize_t count = ::write(input, bytes.data() + done, std::min(piece, bytes.size() - done));
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
      }
      close(input);
    });
  }
  ~Feeder() { thread_.join(); }
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

  int output() const { return output_; }

 private:
  int output_ = -1;
  std::thread thread_;
};

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

struct Outcome {
  std::string refusal;
  testing::Reading reading;
};

Outcome through_pipe(std::span<const std::byte> bytes) {
  const Feeder feeder(bytes);
  const StandardInput replaced(feeder.output());
  Outcome outcome;
  const auto source = open_stdin();
  if (source) {
    outcome.reading = read_all(**source);
  } else {
    outcome.refusal = source.error().message;
  }
  return outcome;
}

struct Format {
  const char* name;
  int format;
};

class PipedFormat : public ::testing::TestWithParam<Format> {};

TEST_P(PipedFormat, GivesWhatTheFileGives) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "sound";
  write_sound(file, GetParam().format, {16000, 2}, noise(100000, 1));
  const auto expected = read_all(*open_audio(file).value()).samples;
  const auto outcome = through_pipe(read_bytes(file));
  EXPECT_EQ(outcome.refusal, "");
  EXPECT_EQ(outcome.reading.error, "");
  EXPECT_TRUE(testing::same_bits(outcome.reading.samples, expected));
}

INSTANTIATE_TEST_SUITE_P(
    Formats, PipedFormat,
    ::testing::Values(Format{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16}, Format{"wav_float", SF_FORMAT_WAV | SF_FORMAT_FLOAT},
                      Format{"rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16}, Format{"au", SF_FORMAT_AU | SF_FORMAT_PCM_24},
                      Format{"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16}, Format{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
                      Format{"vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS}, Format{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}),
    [](const auto& format) { return std::string(format.param.name); });

TEST(Stdin, DeliversWavBeforeItEnds) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const StandardInput replaced(ends[0]);
  const auto sound = noise(3200, 2);
  const std::string first = wav_header({16000, 1}, 0xFFFFFFFF, 0xFFFFFFFF) + s16le(sound);
  ASSERT_EQ(::write(ends[1], first.data(), first.size()), static_cast<ssize_t>(first.size()));
  const auto source = open_stdin().value();  // would wait for ever if it wanted more than there is
  EXPECT_FALSE(source->frames().has_value());
  std::vector<float> block(1600);
  EXPECT_EQ(source->read(block).value(), 1600U);
  EXPECT_EQ(source->read(block).value(), 1600U);
  EXPECT_NEAR(block[1599], sound[3199], 1e-4);
  close(ends[1]);
  EXPECT_EQ(source->read(block).value(), 0U);
}

TEST(Stdin, ReportsWavThatBreaksOff) {
  const auto whole = wav_header({16000, 1}, 36 + 4000000, 4000000) + s16le(noise(100000, 3));
  const auto outcome = through_pipe(bytes_of(whole));
  EXPECT_EQ(outcome.reading.samples.size(), 100000U);
  EXPECT_EQ(outcome.reading.error.rfind("standard input breaks off after 6.2 s, where its header promises 3800000 bytes more", 0),
            0U)
      << outcome.reading.error;
}

TEST(Stdin, LongerThanItsWindowStaysInOrder) {
  const auto sound = noise(1500000, 4);  // 3 MB
  const auto outcome = through_pipe(bytes_of(wav_header({16000, 1}, 36 + 3000000, 3000000) + s16le(sound)));
  ASSERT_EQ(outcome.reading.samples.size(), sound.size());
  for (std::size_t i = 0; i < sound.size(); i += 997) ASSERT_NEAR(outcome.reading.samples[i], sound[i], 1e-4) << i;
}

TEST(Stdin, SkipsByReading) {
  const auto sound = noise(50000, 5);
  const std::string bytes = wav_header({16000, 1}, 36 + 100000, 100000) + s16le(sound);
  const Feeder feeder(bytes_of(bytes));
  const StandardInput replaced(feeder.output());
  const auto source = open_stdin().value();
  EXPECT_EQ(source->frames(), 50000);
  EXPECT_EQ(source->skip(20000).value(), 20000);
  const auto rest = read_all(*source).samples;
  ASSERT_EQ(rest.size(), 30000U);
  EXPECT_NEAR(rest[0], sound[20000], 1e-4);
}

TEST(Stdin, TakesHeaderlessSamples) {
  const auto sound = noise(30000, 6);
  const std::string bytes = s16le(sound) + "x";
  const Feeder feeder(bytes_of(bytes));
  const StandardInput replaced(feeder.output());
  const auto source = open_stdin_raw({{16000, 1}, SampleFormat::s16le}).value();
  EXPECT_FALSE(source->frames().has_value());
  EXPECT_EQ(source->skip(10000).value(), 10000);
  const auto reading = read_all(*source);
  ASSERT_EQ(reading.samples.size(), 20000U);
  EXPECT_NEAR(reading.samples[0], sound[10000], 1e-4);
  EXPECT_EQ(reading.error.rfind("standard input ends with 1 of the 2 bytes of a frame", 0), 0U) << reading.error;
}

TEST(Stdin, FromAFileBeginsWhereItStands) {
  const TemporaryFolder folder;
  const auto sound = noise(4000, 7);
  const auto file = folder.write("two.wav", std::string(1000, 'x') + wav_header({16000, 1}, 36 + 8000, 8000) + s16le(sound));
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  lseek(descriptor, 1000, SEEK_SET);
  const StandardInput replaced(descriptor);
  EXPECT_EQ(read_all(*open_stdin().value()).samples.size(), 4000U);
}

TEST(Stdin, WithoutARecordingIsRefusedInOneSentence) {
  EXPECT_EQ(through_pipe({}).refusal, "standard input is empty: send a recording through it");
  EXPECT_EQ(through_pipe(bytes_of("minutes of a meeting\n")).refusal,
            "standard input is text, not a recording: name a sound or video file");
  const StandardInput closed(-1);
  const auto source = open_stdin();
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().message.rfind("standard input is closed: ", 0), 0U);
}

TEST(NamedPipe, IsReadLikeAFile) {
  const TemporaryFolder folder;
  const auto fifo = folder.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const auto sound = noise(20000, 8);
  const std::string bytes = wav_header({16000, 1}, 36 + 40000, 40000) + s16le(sound);
  std::thread writer([&] {
    const int descriptor = open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
    for (std::size_t done = 0; done < bytes.size();)
      done += static_cast<std::size_t>(::write(descriptor, bytes.data() + done, bytes.size() - done));
    close(descriptor);
  });
  EXPECT_EQ(read_all(*open_audio(fifo).value()).samples.size(), 20000U);
  writer.join();
}

/// Counts what is taken from it.
class CountingStream final : public ByteStream {
 public:
  explicit CountingStream(std::size_t& taken) : taken_(taken) {}
  std::size_t read(std::span<std::byte> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::byte>(taken_++ % 251);
    return bytes.size();
  }
  int failure() const override { return 0; }

 private:
  std::size_t& taken_;
};

TEST(StreamBytes, DoNotSwallowWhatALookAheadJumpsOver) {
  std::size_t taken = 0;
  StreamBytes bytes(std::make_unique<CountingStream>(taken));
  std::array<std::byte, 8> some{};
  EXPECT_EQ(bytes.read(0, some), 8U);
  EXPECT_EQ(bytes.read(std::int64_t{1} << 31, some), 0U);
  EXPECT_EQ(taken, 8U);
  EXPECT_EQ(bytes.read(4, some), 8U);
  EXPECT_EQ(some[0], std::byte{4});
  EXPECT_EQ(taken, 12U);
  std::vector<std::byte> many(StreamBytes::window + 1000);
  EXPECT_EQ(bytes.read(0, many), many.size());
  EXPECT_EQ(many.back(), static_cast<std::byte>((many.size() - 1) % 251));
  EXPECT_EQ(bytes.read(static_cast<std::int64_t>(many.size()), some), 8U);
  EXPECT_EQ(bytes.read(static_cast<std::int64_t>(StreamBytes::window), some), 0U) << "gone";
  EXPECT_FALSE(bytes.size().has_value());
}

}  // namespace
}  // namespace attend::frontend
