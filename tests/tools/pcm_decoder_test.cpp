#include "pcm_decoder.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string_view>

namespace attend::tools {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

std::vector<std::int16_t> decode(const RawFormat& format, std::span<const std::byte> bytes) {
  std::vector<std::int16_t> samples;
  PcmDecoder(format).decode(bytes, samples);
  return samples;
}

using Samples = std::vector<std::int16_t>;

TEST(PcmDecoder, ReadsEveryFormat) {
  EXPECT_EQ(decode({8000, 1, SampleFormat::s16le}, bytes_of({0x34, 0x12, 0xff, 0xff, 0x00, 0x80})), (Samples{0x1234, -1, -32768}));
  EXPECT_EQ(decode({8000, 1, SampleFormat::s24le}, bytes_of({0x00, 0x34, 0x12, 0xff, 0xff, 0xff, 0, 0, 0x80})),
            (Samples{0x1234, 0, -32768}));
  EXPECT_EQ(decode({8000, 1, SampleFormat::s32le}, bytes_of({0, 0, 0x34, 0x12, 0, 0, 0, 0x80})), (Samples{0x1234, -32768}));
  EXPECT_EQ(decode({8000, 1, SampleFormat::u8}, bytes_of({128, 0, 255})), (Samples{0, -32768, 127 * 256}));
  // The outermost and innermost values of ITU-T G.711.
  EXPECT_EQ(decode({8000, 1, SampleFormat::mulaw}, bytes_of({0xff, 0x7f, 0x00, 0x80, 0xfe})), (Samples{0, 0, -32124, 32124, 8}));
  EXPECT_EQ(decode({8000, 1, SampleFormat::alaw}, bytes_of({0xd5, 0x55, 0x2a, 0xaa, 0xd4})), (Samples{8, -8, -32256, 32256, 24}));
}

TEST(PcmDecoder, TakesWhatIsNoNumberForSilenceAndCutsWhatIsTooLoud) {
  std::vector<std::byte> bytes;
  for (const std::uint32_t bits : {0x7fc00000U, std::bit_cast<std::uint32_t>(2.0F), std::bit_cast<std::uint32_t>(-2.0F),
                                   std::bit_cast<std::uint32_t>(0.5F), 0xff800000U}) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::byte>(bits >> (8 * i)));
  }
  EXPECT_EQ(decode({8000, 1, SampleFormat::f32le}, bytes), (Samples{0, 32767, -32768, 16384, -32768}));
}

TEST(PcmDecoder, MixesChannelsByTheirMean) {
  EXPECT_EQ(decode({8000, 2, SampleFormat::s16le}, bytes_of({100, 0, 50, 0, 0, 0x80, 0, 0x80})), (Samples{75, -32768}));
}

TEST(PcmDecoder, GivesTheSameHoweverBytesAreCut) {
  std::mt19937 random(1);
  std::vector<std::byte> bytes(3 * 6 * 50 + 5);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  const RawFormat format{8000, 2, SampleFormat::s24le};
  const Samples whole = decode(format, bytes);
  EXPECT_EQ(whole.size(), bytes.size() / 6);
  for (int trial = 0; trial < 20; ++trial) {
    PcmDecoder decoder(format);
    Samples samples;
    for (std::span<const std::byte> rest = bytes; !rest.empty();) {
      const std::size_t count = std::min<std::size_t>(rest.size(), random() % 9);
      decoder.decode(rest.first(count), samples);
      rest = rest.subspan(count);
    }
    EXPECT_EQ(samples, whole);
  }
}

TEST(PcmDecoder, KnowsFilesWithHeaders) {
  const auto looks = [](std::string_view text) { return looks_like_container(std::as_bytes(std::span(text))); };
  EXPECT_TRUE(looks("RIFF....WAVE"));
  EXPECT_TRUE(looks("fLaC"));
  EXPECT_FALSE(looks("RIF"));
  EXPECT_FALSE(looks(""));
  EXPECT_FALSE(looks(std::string_view("\0\0\1\0\2\0", 6)));
}

}  // namespace
}  // namespace attend::tools
