#include "listen_pace.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "listen_pace_file.hpp"
#include "retry_delay.hpp"
#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

using std::chrono::milliseconds;

/// A machine that recognises a second of audio in `cost` seconds plus `per_step` seconds for each chunk, live, in portions of a
/// quarter of a second. What is asked of the rule: how long a chunk is.
class Machine {
 public:
  explicit Machine(const PaceLimits& limits) : rule_(limits) {}

  void listen(double seconds, double cost, double per_step) {
    for (const double end = position_ + seconds; position_ < end; position_ += 0.25) {
      now_ = std::max(now_, position_ + 0.25);  // the portion has to be spoken first
      pending_ += 0.25;
      const double chunk = std::chrono::duration<double>(rule_.chunk()).count();
      for (; pending_ >= chunk; pending_ -= chunk) now_ += cost * chunk + per_step;
      const double lag = now_ - (position_ + 0.25);
      longest_lag_ = std::max(longest_lag_, lag);
      if (const auto changed = rule_.update(position_ + 0.25, lag)) changes_.push_back(changed->count());
    }
  }

  std::vector<milliseconds::rep> take_changes() { return std::exchange(changes_, {}); }
  milliseconds chunk() const { return rule_.chunk(); }
  double longest_lag() const { return longest_lag_; }
  double lag() const { return now_ - position_; }

 private:
  PaceRule rule_;
  double position_ = 0, now_ = 0, pending_ = 0, longest_lag_ = 0;
  std::vector<milliseconds::rep> changes_;
};

TEST(PaceRule, KeepsTheChunkOfAMachineThatKeepsUp) {
  Machine machine({});
  machine.listen(3600, 0.1, 0.2);  // 0.73 of real time at 320 ms, in bursts
  EXPECT_TRUE(machine.take_changes().empty());
}

TEST(PaceRule, WidensStepByStepAndNarrowsAgain) {
  Machine machine({});
  machine.listen(12, 0.1, 0.6);  // 1.98 of real time at 320 ms, 1.04 at 640, 0.57 at 1280
  EXPECT_EQ(machine.take_changes(), (std::vector<milliseconds::rep>{640, 1280}));
  EXPECT_LT(machine.longest_lag(), 4);
  machine.listen(60, 0.05, 0.01);
  EXPECT_EQ(machine.take_changes(), (std::vector<milliseconds::rep>{640, 320}));
  EXPECT_LT(machine.lag(), 0.1);
}

TEST(PaceRule, TriesToNarrowMoreAndMoreRarely) {
  Machine machine({});
  machine.listen(3600, 0.1, 0.35);  // 1.2 of real time at 320 ms, 0.65 at 640: never fast enough for 320
  const auto changes = machine.take_changes();
  EXPECT_GT(changes.size(), 5U);
  EXPECT_LT(changes.size(), 40U);  // a try at most every 300 s once patience is full
  for (const auto chunk : changes) EXPECT_TRUE(chunk == 640 || chunk == 320) << chunk;
  EXPECT_LT(machine.longest_lag(), 4);
}

TEST(PaceRule, StaysWithinItsLimits) {
  Machine machine({milliseconds(160), milliseconds(500), 0.5});
  machine.listen(100, 3, 0);
  EXPECT_EQ(machine.take_changes(), (std::vector<milliseconds::rep>{320, 500}));
  Machine fixed({milliseconds(4000), milliseconds(2560), 0.5});
  fixed.listen(100, 3, 0);
  EXPECT_TRUE(fixed.take_changes().empty());
  EXPECT_EQ(fixed.chunk(), milliseconds(4000));
}

TEST(PaceRule, IsAValue) {
  PaceRule one({});
  for (double t = 0; t < 7; t += 0.25) one.update(t, t);
  PaceRule two = one;
  for (double t = 7; t < 60; t += 0.25) EXPECT_EQ(one.update(t, 60 - t), two.update(t, 60 - t));
}

TEST(PaceFile, GivesBackWhatWasWritten) {
  const test::TemporaryFolder folder;
  const std::vector<PaceChange> changes{{0, milliseconds(320), false},
                                        {163840, milliseconds(640), false},
                                        {170000, std::nullopt, true},
                                        {6000000000, milliseconds(320), false}};
  PaceRecorder recorder(folder / "pace.jsonl", false);
  for (const PaceChange& change : changes) recorder.pace(change);
  EXPECT_EQ(read_pace(folder / "pace.jsonl"), changes);
}

TEST(PaceFile, IsReplacedOnlyIfToldTo) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("pace.jsonl", "{\"sample\":0,\"chunk_ms\":320}\n");
  EXPECT_THROW(PaceRecorder(file, false), std::runtime_error);
  EXPECT_EQ(read_pace(file).size(), 1U);
  PaceRecorder recorder(file, true);
  recorder.pace({7, std::nullopt, true});
  EXPECT_EQ(read_pace(file), (std::vector<PaceChange>{{7, std::nullopt, true}}));
}

TEST(PaceFile, PassesOverATornLastLineOnly) {
  const test::TemporaryFolder folder;
  const auto torn = folder.write("torn", "{\"sample\":0,\"chunk_ms\":320}\n{\"sample\":12,\"chu");
  EXPECT_EQ(read_pace(torn), (std::vector<PaceChange>{{0, milliseconds(320), false}}));
  for (const char* text : {"hello\n", "{\"sample\":-1,\"chunk_ms\":320}\n", "{\"sample\":1,\"chunk_ms\":0}\n", "[]\n\n",
                           "{\"sample\":5,\"chunk_ms\":320}\n{\"sample\":4,\"chunk_ms\":640}\n"}) {
    EXPECT_THROW(read_pace(folder.write("wrong", text)), std::runtime_error) << text;
  }
  EXPECT_THROW(read_pace(folder / "missing"), std::runtime_error);
}

TEST(RetryDelay, GrowsToItsLimitAndBeginsAnew) {
  RetryDelay delay;
  std::vector<milliseconds::rep> delays;
  for (int i = 0; i < 7; ++i) delays.push_back(delay.next().count());
  EXPECT_EQ(delays, (std::vector<milliseconds::rep>{500, 1000, 2000, 4000, 8000, 10000, 10000}));
  delay.succeeded();
  EXPECT_EQ(delay.next(), milliseconds(500));
}

}  // namespace
}  // namespace attend::tools
