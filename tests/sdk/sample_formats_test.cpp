#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "attend/attend.h"
#include "attend/attend.hpp"

namespace attend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

std::vector<float> decoded(SampleFormat format, const std::vector<std::byte>& bytes) {
  std::vector<float> samples(bytes.size() / sample_bytes(format));
  decode_samples(format, bytes, samples);
  return samples;
}

TEST(SampleFormats, AreDecoded) {
  EXPECT_THAT(decoded(SampleFormat::s16le, bytes_of({0x00, 0x40, 0x00, 0x80})), ElementsAre(0.5F, -1.0F));
  EXPECT_THAT(decoded(SampleFormat::s24le, bytes_of({0, 0, 0x40, 0, 0, 0x80})), ElementsAre(0.5F, -1.0F));
  EXPECT_THAT(decoded(SampleFormat::s32le, bytes_of({0, 0, 0, 0x40, 0, 0, 0, 0x80})), ElementsAre(0.5F, -1.0F));
  EXPECT_THAT(decoded(SampleFormat::f32le, bytes_of({0, 0, 0, 0x3f, 0, 0, 0, 0xc0})), ElementsAre(0.5F, -2.0F));
  EXPECT_THAT(decoded(SampleFormat::u8, bytes_of({192, 0})), ElementsAre(0.5F, -1.0F));
  // The loudest values of ITU-T G.711.
  EXPECT_THAT(decoded(SampleFormat::mulaw, bytes_of({0x00, 0x80})), ElementsAre(-32124 / 32768.0F, 32124 / 32768.0F));
  EXPECT_THAT(decoded(SampleFormat::alaw, bytes_of({0x2a, 0xaa})), ElementsAre(-32256 / 32768.0F, 32256 / 32768.0F));
}

TEST(SampleFormats, WrongLengthsAndFormatsAreRefusedWithASentence) {
  std::array<float, 2> samples{};
  const auto sentence = [&](SampleFormat format, std::size_t bytes) {
    try {
      decode_samples(format, std::vector<std::byte>(bytes), samples);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::invalid_argument);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(sentence(SampleFormat::s16le, 4), "");
  EXPECT_THAT(sentence(SampleFormat::s16le, 3), HasSubstr("3 bytes for 2 samples"));
  EXPECT_THAT(sentence(static_cast<SampleFormat>(7), 2), HasSubstr("none of SampleFormat"));
}

TEST(SampleFormats, AreTheSameInC) {
  EXPECT_EQ(attend_sample_bytes(ATTEND_S24LE), 3U);
  EXPECT_EQ(attend_sample_bytes(-1), 0U);
  EXPECT_EQ(attend_sample_bytes(7), 0U);
  const std::array<std::uint8_t, 4> bytes{0x00, 0x40, 0x00, 0x80};
  std::array<float, 2> samples{};
  ASSERT_EQ(attend_decode_samples(ATTEND_S16LE, bytes.data(), 2, samples.data()), ATTEND_OK);
  EXPECT_THAT(samples, ElementsAre(0.5F, -1.0F));
  EXPECT_EQ(attend_decode_samples(ATTEND_S16LE, nullptr, 0, nullptr), ATTEND_OK);
  EXPECT_EQ(attend_decode_samples(ATTEND_S16LE, nullptr, 2, samples.data()), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_decode_samples(9, bytes.data(), 2, samples.data()), ATTEND_INVALID_ARGUMENT);
  EXPECT_THAT(attend_last_error(), HasSubstr("attend_sample_format"));
  EXPECT_EQ(attend_decode_samples(ATTEND_S32LE, bytes.data(), std::numeric_limits<std::size_t>::max(), samples.data()),
            ATTEND_INVALID_ARGUMENT);
  EXPECT_THAT(samples, ElementsAre(0.5F, -1.0F));
}

}  // namespace
}  // namespace attend
