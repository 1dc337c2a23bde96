#include "job_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <mutex>
#include <set>
#include <thread>

namespace attend::tools {
namespace {

void never() {
  FAIL() << "A job was abandoned.";
}

TEST(JobPool, RunsEveryJobOnce) {
  std::mutex mutex;
  std::multiset<std::size_t> run;
  EXPECT_FALSE(run_jobs(
      200, 4, std::stop_source(),
      [&](std::size_t i) {
        const std::lock_guard lock(mutex);
        run.insert(i);
      },
      never));
  EXPECT_EQ(run.size(), 200u);
  EXPECT_EQ(std::set<std::size_t>(run.begin(), run.end()).size(), 200u);
}

TEST(JobPool, NothingToDoIsDone) {
  EXPECT_FALSE(run_jobs(
      0, 2, std::stop_source(), [](std::size_t) {}, never));
}

TEST(JobPool, ASignalStopsTheJobsInWorkAndBeginsNoOther) {
  std::atomic<int> begun = 0;
  std::stop_source stop;
  const bool interrupted = run_jobs(
      50, 2, stop,
      [&](std::size_t) {
        if (++begun == 2) std::raise(SIGTERM);
        while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      },
      never);
  EXPECT_TRUE(interrupted);
  EXPECT_EQ(begun, 2);
}

TEST(JobPool, AStopFromWithinIsNoInterruption) {
  std::stop_source stop;
  std::atomic<int> begun = 0;
  EXPECT_FALSE(run_jobs(
      50, 1, stop,
      [&](std::size_t) {
        ++begun;
        stop.request_stop();
      },
      never));
  EXPECT_EQ(begun, 1);
}

}  // namespace
}  // namespace attend::tools
