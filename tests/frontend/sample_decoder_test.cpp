// Sample formats against libsndfile, which reads the same bytes as headerless files.
#include "frontend/sample_decoder.hpp"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <cmath>
#include <cstring>
#include <numeric>

#include "frontend/pcm_source.hpp"
#include "support.hpp"

namespace attend::frontend {
namespace {

struct Case {
  const char* name;
  SampleFormat format;
  int sndfile_format;
};

class SampleDecoder : public ::testing::TestWithParam<Case> {};

std::vector<float> by_libsndfile(const std::filesystem::path& file, int format) {
  SF_INFO info{};
  info.samplerate = 16000;
  info.channels = 1;
  info.format = SF_FORMAT_RAW | SF_ENDIAN_LITTLE | format;
  SNDFILE* handle = sf_open(file.c_str(), SFM_READ, &info);
  std::vector<float> samples(static_cast<std::size_t>(info.frames));
  EXPECT_EQ(sf_readf_float(handle, samples.data(), info.frames), info.frames);
  sf_close(handle);
  return samples;
}

TEST_P(SampleDecoder, ReadsAsLibsndfileDoes) {
  // Every byte value in every place of a sample.
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < 12 * 4096; ++i) bytes.push_back(static_cast<std::byte>((i * 2654435761U) >> 13 & 0xFFU));
  const testing::TemporaryFolder folder;
  const auto expected = by_libsndfile(folder.write("noise.bin", bytes), GetParam().sndfile_format);
  ASSERT_EQ(expected.size(), bytes.size() / sample_size(GetParam().format));
  std::vector<float> samples(expected.size());
  decode_samples(GetParam().format, bytes, samples);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (std::isnan(expected[i])) {
      ASSERT_TRUE(std::isnan(samples[i]));
    } else {
      ASSERT_EQ(samples[i], expected[i]) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Formats, SampleDecoder,
    ::testing::Values(Case{"s16le", SampleFormat::s16le, SF_FORMAT_PCM_16}, Case{"s24le", SampleFormat::s24le, SF_FORMAT_PCM_24},
                      Case{"s32le", SampleFormat::s32le, SF_FORMAT_PCM_32}, Case{"f32le", SampleFormat::f32le, SF_FORMAT_FLOAT},
                      Case{"u8", SampleFormat::u8, SF_FORMAT_PCM_U8}, Case{"mulaw", SampleFormat::mulaw, SF_FORMAT_ULAW},
                      Case{"alaw", SampleFormat::alaw, SF_FORMAT_ALAW}),
    [](const auto& format) { return std::string(format.param.name); });

std::unique_ptr<AudioSource> pcm(std::span<const std::byte> bytes, const RawFormat& format) {
  return open_pcm(std::make_shared<MemoryBytes>(bytes), format, "talk.raw").value();
}

TEST(PcmSource, DeliversFramesAndKnowsItsLength) {
  const auto samples = testing::noise(9000, 1);
  const auto bytes = std::as_bytes(std::span(samples));
  const auto source = pcm(bytes, {{48000, 3}, SampleFormat::f32le});
  EXPECT_EQ(source->format().sample_rate, 48000);
  EXPECT_EQ(source->frames(), 3000);
  const auto reading = testing::read_all(*source, 777);
  EXPECT_TRUE(testing::same_bits(reading.samples, samples));
  EXPECT_EQ(reading.error, "");
}

TEST(PcmSource, ReportsBytesThatAreNoFrame) {
  const std::vector<std::byte> bytes(4003);
  const auto reading = testing::read_all(*pcm(bytes, {{16000, 2}, SampleFormat::s16le}));
  EXPECT_EQ(reading.samples.size(), 2000U);
  EXPECT_NE(reading.error.find("talk.raw ends with 3 of the 4 bytes of a frame"), std::string::npos) << reading.error;
}

TEST(PcmSource, SkipsExactly) {
  const auto samples = testing::noise(5000, 2);
  const auto source = pcm(std::as_bytes(std::span(samples)), {{16000, 1}, SampleFormat::f32le});
  EXPECT_EQ(source->skip(1234).value(), 1234);
  EXPECT_TRUE(testing::same_bits(testing::read_all(*source).samples, std::span(samples).subspan(1234)));
  EXPECT_EQ(source->skip(10).value(), 0);
}

TEST(PcmSource, RefusesFormatsThatNobodyUses) {
  const std::vector<std::byte> bytes(100);
  for (const AudioFormat audio :
       {AudioFormat{0, 1}, AudioFormat{999, 1}, AudioFormat{16000, 0}, AudioFormat{16000, 1025}, AudioFormat{1000000, 1}}) {
    const auto opened = open_pcm(std::make_shared<MemoryBytes>(bytes), {audio, SampleFormat::u8}, "talk.raw");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().message.rfind("talk.raw states ", 0), 0U);
  }
}

}  // namespace
}  // namespace attend::frontend
