// Files: every format, and every way in which a file can be wrong.
#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "frontend/feature_pipeline.hpp"
#include "frontend/open_audio.hpp"
#include "support.hpp"

namespace attend::frontend {
namespace {

using testing::noise;
using testing::read_all;
using testing::read_bytes;
using testing::s16le;
using testing::sine;
using testing::TemporaryFolder;
using testing::wav_header;
using testing::write_sound;

std::string refusal(const std::filesystem::path& file) {
  const auto opened = open_audio(file);
  return opened ? std::string() : opened.error().message;
}

bool is_one_sentence_about(const std::string& message, const std::filesystem::path& file) {
  return message.rfind(file.string() + " ", 0) == 0 && message.find(": ") != std::string::npos &&
         message.find('\n') == std::string::npos && message.find(". ") == std::string::npos;
}

struct Format {
  const char* name;
  int format;
  AudioFormat audio;
  float tolerance;  // of a sample; 0: lossy, only length and level are looked at
};

class SoundFile : public ::testing::TestWithParam<Format> {
 protected:
  std::vector<float> sound_ = make_sound();
  TemporaryFolder folder_;
  std::filesystem::path file_ = make_file();

 private:
  static std::vector<float> make_sound() {
    const auto& audio = GetParam().audio;
    std::vector<float> sound;
    // Long enough, and with something to code in it, so that every format has several blocks or pages.
    const auto frames = static_cast<std::size_t>(audio.sample_rate) * 4;
    const auto tone = sine(frames, 440, audio.sample_rate, 0.4F), hiss = noise(frames, 9, 0.05F);
    for (std::size_t i = 0; i < frames; ++i) sound.insert(sound.end(), static_cast<std::size_t>(audio.channels), tone[i] + hiss[i]);
    return sound;
  }
  std::filesystem::path make_file() const {
    auto file = folder_.path() / "sound";  // without a name that helps
    write_sound(file, GetParam().format, GetParam().audio, sound_);
    return file;
  }
};

TEST_P(SoundFile, IsReadWhole) {
  const auto source = open_audio(file_).value();
  EXPECT_EQ(source->format().sample_rate, GetParam().audio.sample_rate);
  EXPECT_EQ(source->format().channels, GetParam().audio.channels);
  const auto length = source->frames();
  const auto reading = read_all(*source);
  EXPECT_EQ(reading.error, "");
  ASSERT_EQ(reading.samples.size(), sound_.size());
  EXPECT_EQ(length, static_cast<std::int64_t>(sound_.size()) / GetParam().audio.channels);
  double difference = 0, energy = 0;
  for (std::size_t i = 0; i < sound_.size(); ++i) {
    if (GetParam().tolerance > 0) {
      ASSERT_NEAR(reading.samples[i], sound_[i], GetParam().tolerance) << i;
    }
    difference += std::pow(reading.samples[i] - sound_[i], 2);
    energy += std::pow(sound_[i], 2);
  }
  EXPECT_LT(difference, 0.05 * energy) << "the sound itself, not moved in time";
}

TEST_P(SoundFile, SkipsToTheFrame) {
  const auto whole = read_all(*open_audio(file_).value()).samples;
  const auto channels = static_cast<std::size_t>(GetParam().audio.channels);
  const auto source = open_audio(file_).value();
  std::vector<float> first(100 * channels);
  ASSERT_TRUE(source->read(first));
  EXPECT_EQ(source->skip(5000).value(), 5000);
  const auto rest = read_all(*source);
  EXPECT_EQ(rest.error, "");
  EXPECT_TRUE(testing::same_bits(rest.samples, std::span(whole).subspan(5100 * channels)));
  const auto beyond = open_audio(file_).value();
  EXPECT_EQ(beyond->skip(1 << 30).value(), static_cast<std::int64_t>(whole.size() / channels));
  EXPECT_EQ(beyond->read(first).value(), 0U);
}

TEST_P(SoundFile, CutInHalfGivesItsHalfAndThenTheReason) {
  const auto bytes = read_bytes(file_);
  const auto cut = folder_.write("half", std::span(bytes).first(bytes.size() / 2 - 1));
  const auto source = open_audio(cut);
  ASSERT_TRUE(source) << source.error().message;
  const auto reading = read_all(**source);
  EXPECT_GT(reading.samples.size(), sound_.size() / 5);
  EXPECT_LT(reading.samples.size(), sound_.size() * 3 / 4);
  EXPECT_TRUE(is_one_sentence_about(reading.error, cut)) << reading.error;
  EXPECT_NE(reading.error.find("breaks off"), std::string::npos);
  EXPECT_FALSE((*source)->read(std::span(sound_).first(100))) << "the error stays";
}

INSTANTIATE_TEST_SUITE_P(Formats, SoundFile,
                         ::testing::Values(Format{"wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, {16000, 1}, 1e-4F},
                                           Format{"wav_float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, {44100, 2}, 1e-7F},
                                           Format{"wav_24", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, {48000, 6}, 1e-6F},
                                           Format{"wav_mulaw", SF_FORMAT_WAV | SF_FORMAT_ULAW, {8000, 1}, 0.02F},
                                           Format{"rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, {16000, 2}, 1e-4F},
                                           Format{"aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, {22050, 1}, 1e-4F},
                                           Format{"au", SF_FORMAT_AU | SF_FORMAT_PCM_16, {11025, 2}, 1e-4F},
                                           Format{"w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16, {16000, 1}, 1e-4F},
                                           Format{"flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, {16000, 1}, 1e-4F},
                                           Format{"flac_stereo", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, {96000, 2}, 1e-6F},
                                           Format{"vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, {44100, 2}, 0},
                                           Format{"opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, {48000, 1}, 0},
                                           Format{"mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, {16000, 1}, 0},
                                           Format{"mp3_stereo", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, {44100, 2}, 0}),
                         [](const auto& format) { return std::string(format.param.name); });

TEST(AudioFile, WithNothingToReadIsRefusedInOneSentence) {
  const TemporaryFolder folder;
  const auto text = folder.write("text.wav", "These are the minutes of the meeting.\nWir grüßen Sie.\n");
  EXPECT_TRUE(is_one_sentence_about(refusal(text), text)) << refusal(text);
  EXPECT_NE(refusal(text).find("is text"), std::string::npos);
  const auto empty = folder.write("empty.wav", "");
  EXPECT_TRUE(is_one_sentence_about(refusal(empty), empty)) << refusal(empty);
  EXPECT_NE(refusal(empty).find("is empty"), std::string::npos);
  const auto missing = folder.path() / "missing.wav";
  EXPECT_TRUE(is_one_sentence_about(refusal(missing), missing)) << refusal(missing);
  EXPECT_NE(refusal(missing).find("does not exist"), std::string::npos);
  EXPECT_TRUE(is_one_sentence_about(refusal(folder.path()), folder.path())) << refusal(folder.path());
  EXPECT_NE(refusal(folder.path()).find("is a folder"), std::string::npos);
  const auto header = folder.write("header.wav", wav_header({16000, 1}, 36, 0).substr(0, 30));
  EXPECT_TRUE(is_one_sentence_about(refusal(header), header)) << refusal(header);
}

TEST(AudioFile, ThatMayNotBeReadSaysSo) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFolder folder;
  const auto file = folder.write("secret.wav", "RIFF");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  EXPECT_TRUE(is_one_sentence_about(refusal(file), file));
  EXPECT_NE(refusal(file).find("permissions"), std::string::npos);
}

TEST(AudioFile, WithAnImpossibleRateIsRefused) {
  const TemporaryFolder folder;
  const auto file = folder.write("odd.wav", wav_header({1, 1}, 36 + 2000, 2000) + std::string(2000, 'x'));
  EXPECT_NE(refusal(file).find("sample rate of 1 Hz"), std::string::npos) << refusal(file);
}

TEST(AudioFile, WhoseWriterDidNotKnowItsLengthIsReadToItsEnd) {
  const TemporaryFolder folder;
  const auto sound = noise(20000, 1);
  for (const auto& [riff, data] : {std::pair{0U, 0U}, std::pair{36U, 0U}, std::pair{0xFFFFFFFFU, 0xFFFFFFFFU},
                                   std::pair{0x7FFFF024U, 0x7FFFF000U}, std::pair{0x80000024U, 0x80000000U}}) {
    const auto file = folder.write("recorder.wav", wav_header({16000, 1}, riff, data) + s16le(sound));
    const auto reading = read_all(*open_audio(file).value());
    EXPECT_EQ(reading.samples.size(), sound.size()) << std::hex << riff << ' ' << data;
    EXPECT_EQ(reading.error, "");
  }
}

TEST(AudioFile, ThatIsEmptyByItsHeaderHasNoSound) {
  const TemporaryFolder folder;
  const auto file =
      folder.write("none.wav", wav_header({16000, 1}, 36 + 34, 0) + "LIST" + std::string("\x1a\0\0\0", 4) + std::string(26, 'x'));
  const auto reading = read_all(*open_audio(file).value());
  EXPECT_TRUE(reading.samples.empty());
  EXPECT_EQ(reading.error, "");
}

TEST(AudioFile, OfMoreThanFourGigabytesIsReadBehindThem) {
  // The data are holes in the file; the header's sizes have wrapped, as those of writers do that do not look.
  const TemporaryFolder folder;
  constexpr std::int64_t data = (std::int64_t{1} << 32) + 2000000;
  const auto file = folder.write("long.wav", wav_header({16000, 1}, 2000000 + 36, 2000000));
  std::filesystem::resize_file(file, 44 + data);
  std::ofstream(file, std::ios::binary | std::ios::app) << s16le(std::vector<float>(100, 0.5F));
  const auto claimed = folder.write("stream.wav", wav_header({16000, 1}, 0xFFFFFFFF, 0xFFFFFFFF));
  std::filesystem::resize_file(claimed, 44 + data);
  std::filesystem::resize_file(file, 44 + data);
  for (const auto& long_file : {file, claimed}) {
    const auto source = open_audio(long_file).value();
    EXPECT_EQ(source->frames(), data / 2);
    EXPECT_EQ(source->skip(data / 2 - 10).value(), data / 2 - 10);
    const auto reading = read_all(*source);
    EXPECT_EQ(reading.samples.size(), 10U);
    EXPECT_EQ(reading.error, "");
  }
}

TEST(AudioFile, JoinedMp3AreReadToTheEnd) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "part.mp3";
  write_sound(file, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, {16000, 1}, sine(32000, 300, 16000));
  auto bytes = read_bytes(file);
  const auto part = bytes;
  bytes.insert(bytes.end(), part.begin(), part.end());
  const auto reading = read_all(*open_audio(folder.write("joined.mp3", bytes)).value());
  EXPECT_GE(reading.samples.size(), 64000U);
  EXPECT_EQ(reading.error, "");
}

TEST(AudioFile, ChainedOggIsReadToTheEnd) {
  const TemporaryFolder folder;
  const auto part = [&](const char* name, int rate) {
    write_sound(folder.path() / name, SF_FORMAT_OGG | SF_FORMAT_VORBIS, {rate, 1}, sine(20000, 300, rate));
    return read_bytes(folder.path() / name);
  };
  const auto one = part("one.ogg", 16000), other = part("other.ogg", 22050);
  auto bytes = one;
  bytes.insert(bytes.end(), one.begin(), one.end());
  const auto twice = folder.write("twice.ogg", bytes);
  const auto reading = read_all(*open_audio(twice).value());
  EXPECT_EQ(reading.error, "");
  EXPECT_EQ(reading.samples.size(), 40000U);
  const auto source = open_audio(twice).value();
  EXPECT_EQ(source->skip(25000).value(), 25000);
  EXPECT_TRUE(testing::same_bits(read_all(*source).samples, std::span(reading.samples).subspan(25000)));
  bytes.insert(bytes.end(), other.begin(), other.end());
  const auto mixed = folder.write("mixed.ogg", bytes);
  const auto until_change = read_all(*open_audio(mixed).value());
  EXPECT_EQ(until_change.samples.size(), 40000U);
  EXPECT_TRUE(is_one_sentence_about(until_change.error, mixed)) << until_change.error;
  EXPECT_NE(until_change.error.find("goes on after 2.5 s in another format"), std::string::npos);
}

TEST(AudioFile, DamagedMp3AreReadBehindTheDamageAndReported) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "whole.mp3";
  write_sound(file, SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, {16000, 1}, noise(160000, 2));
  auto bytes = read_bytes(file);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 3),
            bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 3 + 5000), std::byte{0});
  const auto damaged = folder.write("damaged.mp3", bytes);
  ::testing::internal::CaptureStderr();
  const auto reading = read_all(*open_audio(damaged).value());
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "nothing is printed";
  EXPECT_GT(reading.samples.size(), 110000U);
  EXPECT_LT(reading.samples.size(), 160000U);
  EXPECT_TRUE(is_one_sentence_about(reading.error, damaged)) << reading.error;
}

TEST(AudioFile, SamplesThatAreNoNumbersBecomeSilence) {
  const TemporaryFolder folder;
  auto sound = noise(16000, 3);
  sound[5000] = std::nanf("");
  sound[9000] = INFINITY;
  const auto file = folder.path() / "nan.wav";
  write_sound(file, SF_FORMAT_WAV | SF_FORMAT_FLOAT, {16000, 1}, sound);
  auto pipeline = FeaturePipeline::create({16000, 1}, {}).value();
  std::vector<float> rows;
  pipeline.push(read_all(*open_audio(file).value()).samples, rows);
  for (const float value : rows) ASSERT_TRUE(std::isfinite(value));
}

TEST(AudioFile, SourcesDoNotMeet) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "sound.flac";
  write_sound(file, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, {16000, 1}, noise(40000, 4));
  const auto text = folder.write("text.wav", "not a sound\n");
  const auto expected = read_all(*open_audio(file).value()).samples;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 5; ++k) {
        EXPECT_TRUE(testing::same_bits(read_all(*open_audio(file).value()).samples, expected));
        EXPECT_FALSE(open_audio(text));
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace attend::frontend
