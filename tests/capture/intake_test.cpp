// From the audio thread to the reader: channels, order, losses, two threads at once, no allocation.
#include "capture/intake.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <new>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

namespace {
thread_local std::size_t allocations = 0;
}

// Counts what this thread allocates. Not inlined, else GCC takes the pair for mismatched.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace attend::capture {
namespace {

using ::testing::ElementsAre;

std::vector<float> count_from(float first, std::size_t count) {
  std::vector<float> samples(count);
  std::iota(samples.begin(), samples.end(), first);
  return samples;
}

std::vector<float> all_of(Intake& intake) {
  std::vector<float> samples(1 << 16);
  samples.resize(intake.read(samples));
  return samples;
}

TEST(Intake, GivesASingleChannelBackUnchanged) {
  Intake intake(1, std::nullopt, 1000);
  const auto samples = count_from(0, 700);
  intake.take(samples);
  EXPECT_EQ(all_of(intake), samples);
  EXPECT_EQ(intake.lost(), 0U);
}

TEST(Intake, PicksTheChannel) {
  const std::vector<float> frames = {1, 2, 3, 4, 5, 6};
  for (std::size_t channel = 0; channel < 3; ++channel) {
    Intake intake(3, channel, 10);
    intake.take(frames);
    EXPECT_THAT(all_of(intake), ElementsAre(frames[channel], frames[3 + channel]));
  }
}

TEST(Intake, TakesTheMeanOfAllChannels) {
  Intake intake(2, std::nullopt, 10);
  intake.take(std::vector<float>{1, 3, -1, 1, 0.5F, 0.25F});
  EXPECT_THAT(all_of(intake), ElementsAre(2, 0, 0.375F));
}

TEST(Intake, KeepsTheOlderAndCountsTheNewerWhenNobodyReads) {
  Intake intake(1, std::nullopt, 100);
  intake.take(count_from(0, 80));
  intake.take(count_from(80, 80));
  EXPECT_EQ(intake.lost(), 60U);
  EXPECT_EQ(all_of(intake), count_from(0, 100));
  intake.take(count_from(160, 5));
  EXPECT_THAT(all_of(intake), ElementsAre(160, 161, 162, 163, 164));
}

TEST(Intake, ReadsAtMostWhatFits) {
  Intake intake(1, std::nullopt, 100);
  intake.take(count_from(0, 10));
  std::vector<float> few(4);
  EXPECT_EQ(intake.read(few), 4U);
  EXPECT_THAT(few, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(intake.read(std::span<float>()), 0U);
  EXPECT_EQ(all_of(intake), count_from(4, 6));
}

TEST(Intake, AddsWhatNeverCameToTheLost) {
  Intake intake(1, std::nullopt, 4);
  intake.add_lost(7);
  intake.take(count_from(0, 6));
  EXPECT_EQ(intake.lost(), 9U);
}

TEST(Intake, BlocksOfAnySizeGiveTheSameSamples) {
  const auto frames = count_from(0, 6000);
  Intake whole(2, std::nullopt, 4000);
  whole.take(frames);
  std::mt19937 random(1);
  Intake parts(2, std::nullopt, 4000);
  for (std::size_t at = 0; at < frames.size();) {
    const std::size_t size = std::min<std::size_t>(2 * (random() % 700), frames.size() - at);
    parts.take(std::span(frames).subspan(at, size));
    at += size;
  }
  EXPECT_EQ(all_of(parts), all_of(whole));
}

TEST(Intake, AllocatesNothingWhileItTakes) {
  Intake intake(2, std::nullopt, 500);
  const auto frames = count_from(0, 4000);
  const std::size_t before = allocations;
  intake.take(frames);
  intake.add_lost(1);
  const std::size_t after = allocations;
  EXPECT_EQ(after, before);
  EXPECT_GT(intake.lost(), 0U);
}

constexpr std::size_t total = 400000;  // floats count exactly up to 2^24

/// Takes 0, 1, 2, … in blocks of random sizes, as fast as it can.
void take_all(Intake& intake) {
  std::mt19937 random(2);
  for (std::size_t at = 0; at < total;) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 900, total - at);
    intake.take(count_from(static_cast<float>(at), size));
    at += size;
  }
}

/// Reads until `wanted` samples are read or lost.
std::vector<float> read_all(Intake& intake) {
  std::vector<float> got;
  std::vector<float> block(333);
  while (got.size() + intake.lost() < total) {
    const std::size_t count = intake.read(block);
    got.insert(got.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    if (count == 0) std::this_thread::yield();
  }
  return got;
}

TEST(IntakeThreads, EverySampleIsReadInOrderOrCountedAsLost) {
  Intake intake(1, std::nullopt, 2000);
  std::thread producer([&] { take_all(intake); });
  const auto got = read_all(intake);
  producer.join();
  EXPECT_EQ(got.size() + intake.lost(), total);
  EXPECT_EQ(std::adjacent_find(got.begin(), got.end(), std::greater_equal<>()), got.end()) << "out of order or twice";
}

TEST(IntakeThreads, NothingIsLostWhereThereIsRoom) {
  Intake intake(1, std::nullopt, total);
  std::thread producer([&] { take_all(intake); });
  const auto got = read_all(intake);
  producer.join();
  EXPECT_EQ(intake.lost(), 0U);
  EXPECT_EQ(got, count_from(0, total));
}

}  // namespace
}  // namespace attend::capture
