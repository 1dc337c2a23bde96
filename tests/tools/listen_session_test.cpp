#include "listen_session.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "fake_recogniser.hpp"
#include "ordered_output.hpp"

namespace attend::tools {
namespace {

using std::chrono::milliseconds;
using test::FakeRecogniser;
using testing::ElementsAre;
using testing::HasSubstr;

/// The fake hears samples of n / 32768 as the word n; here also which chunk it was told, and when.
class NotedRecogniser : public FakeRecogniser {
 public:
  NotedRecogniser(int rate, const ResumePoint& from, std::vector<std::string>& notes)
      : FakeRecogniser(rate, 1, from), rate_(rate), notes_(notes) {
    notes_.push_back("open " + std::to_string(rate) + " at " + std::to_string(std::lround(from.seconds * 10)) + " segment " +
                     std::to_string(from.next_segment));
  }
  void write(std::span<const float> samples) override {
    written_ += samples.size();
    scaled_.assign(samples.begin(), samples.end());
    for (float& sample : scaled_) sample *= 32768;
    FakeRecogniser::write(scaled_);
  }
  void set_chunk(milliseconds chunk) override {
    notes_.push_back("chunk " + std::to_string(chunk.count()) + " at " + std::to_string(written_));
  }

 private:
  int rate_;
  std::size_t written_ = 0;
  std::vector<std::string>& notes_;
  std::vector<float> scaled_;
};

class FakeSource : public Source {
 public:
  const std::string& name() const override { return name_; }
  void start(SourceListener& started) override { listener = &started; }
  void pause() override { paused = true; }
  void resume() override { paused = false; }
  void stop() override {
    if (!rest.empty()) listener->sound(std::exchange(rest, {}));
    listener = nullptr;
  }

  SourceListener* listener = nullptr;
  bool paused = false;
  std::vector<std::int16_t> rest;  ///< handed over at the stop

 private:
  std::string name_ = "fake";
};

class Log : public ListenOutput {
 public:
  void event(const Event& event) override {
    if (event.kind == EventKind::final) {
      lines.push_back(std::to_string(event.segment) + ": " + to_text(event.committed));
      starts.push_back(event.committed.front().start);
    }
  }
  void notice(const Notice& notice) override { notices.push_back(notice); }
  void sound(std::span<const std::int16_t> samples, int) override { samples_heard += samples.size(); }
  void pace(const PaceChange& change) override { changes.push_back(change); }
  void end(double heard, const std::string& why) override {
    ended = heard;
    fault = why;
  }

  std::vector<std::string> lines;
  std::vector<double> starts;
  std::vector<Notice> notices;
  std::vector<PaceChange> changes;
  std::size_t samples_heard = 0;
  std::optional<double> ended;
  std::string fault;
};

constexpr int rate = 1000;

/// A session with a clock and a recogniser that works when it is told to.
class ListenSessionTest : public testing::Test {
 protected:
  ListenSession& open(ListenPlan plan = {}) {
    session.emplace(std::move(plan),
                    ListenSession::Surroundings{source,
                                                [this](RecognitionJob job, auto done) {
                                                  jobs.push_back([this, job = std::move(job), done] { done(line.perform(job)); });
                                                },
                                                outputs, [this] { return now; }, [this](const std::string& fault) { over = fault; },
                                                [this] { reader_gone = true; }});
    session->start();
    return *session;
  }

  /// Lets the recogniser do so many jobs, or all there are.
  void work(std::size_t most = 1000000) {
    for (; most > 0 && !jobs.empty(); --most) {
      const auto job = std::move(jobs.front());
      jobs.pop_front();
      job();
    }
  }

  /// Says a word of one second, or a part of one, in real time.
  void say(int word, int samples = rate) {
    const std::vector<std::int16_t> sound(static_cast<std::size_t>(samples), static_cast<std::int16_t>(word));
    now += static_cast<double>(samples) / rate;
    if (source.listener != nullptr) source.listener->sound(sound);
  }

  std::vector<std::string> notes;
  RecognitionLine line{[this](int sample_rate, int, const ResumePoint& from) {
    return std::make_unique<NotedRecogniser>(sample_rate, from, notes);
  }};
  FakeSource source;
  Log log;
  std::vector<ListenOutput*> outputs{&log};
  std::deque<std::function<void()>> jobs;
  double now = 100;
  std::optional<std::string> over;
  bool reader_gone = false;
  std::optional<ListenSession> session;
};

TEST_F(ListenSessionTest, TellsWhatIsSaidAndKeepsTheLastWords) {
  open();
  source.listener->sound_begins(rate);
  for (int word = 1; word <= 7; ++word) {
    say(word);
    work();
  }
  EXPECT_THAT(log.lines, ElementsAre("0: w1 w2 w3", "1: w4 w5 w6"));
  session->finish();
  EXPECT_FALSE(over);  // the recogniser has the last words yet
  work();
  EXPECT_THAT(log.lines, ElementsAre("0: w1 w2 w3", "1: w4 w5 w6", "2: w7"));
  EXPECT_EQ(over, "");
  EXPECT_EQ(log.ended, 7.0);
  EXPECT_EQ(log.samples_heard, 7000U);
}

TEST_F(ListenSessionTest, GoesOnAfterABreakWhereItWas) {
  open();
  source.listener->sound_begins(rate);
  say(1);
  say(2);
  source.listener->sound_breaks("gone");
  source.listener->sound_breaks("still gone");
  now += 5;
  source.listener->sound_begins(2 * rate);
  say(3, 2 * rate);
  source.listener->sound_ends("");
  work();
  EXPECT_THAT(log.lines, ElementsAre("0: w1 w2", "1: w3"));
  EXPECT_THAT(log.starts, ElementsAre(0.25, 2.25));
  EXPECT_THAT(notes, ElementsAre("open 1000 at 0 segment 0", "open 2000 at 20 segment 1"));
  ASSERT_EQ(log.notices.size(), 3U);
  EXPECT_EQ(log.notices[0].sentence, "gone");
  EXPECT_EQ(log.notices[2].sentence, "fake is back; 5.0 s were not heard.");
  EXPECT_EQ(over, "");
}

TEST_F(ListenSessionTest, HoldsBackASourceThatIsFasterThanRealTime) {
  open();
  source.listener->sound_begins(rate);
  int pauses = 0;
  for (int word = 0; word < 100; ++word) {
    const bool before = source.paused;
    say(word);
    now -= 1;  // a file: no time passes
    pauses += !before && source.paused ? 1 : 0;
    while (source.paused) work(1);
    EXPECT_LE(session->status().lag, 4);
  }
  session->finish();
  work();
  EXPECT_GT(pauses, 10);
  EXPECT_EQ(log.ended, 100.0);  // nothing was dropped
  EXPECT_TRUE(log.notices.empty());
  EXPECT_THAT(notes, ElementsAre("open 1000 at 0 segment 0"));  // and the chunk stayed
}

TEST_F(ListenSessionTest, WidensTheChunkWhenItFallsBehindAndNarrowsAgain) {
  open();
  source.listener->sound_begins(rate);
  for (int i = 0; i < 40; ++i) {
    say(1, rate / 4);
    if (i % 2 == 0) work(1);
  }
  work();
  EXPECT_THAT(notes, testing::Contains(HasSubstr("chunk 640")));
  for (int i = 0; i < 600; ++i) {
    say(1, rate / 4);
    work();
  }
  session->finish();
  work();
  EXPECT_EQ(log.changes.front(), (PaceChange{0, milliseconds(320), false}));
  EXPECT_EQ(log.changes.back().chunk, milliseconds(320));
  EXPECT_EQ(log.ended, 160.0);
  ASSERT_GE(log.notices.size(), 2U);
  EXPECT_EQ(log.notices.front().kind, NoticeKind::load);
  EXPECT_THAT(log.notices.front().sentence, HasSubstr("behind; a chunk is now 640 ms."));
  EXPECT_EQ(log.notices.back().sentence, "Recognition keeps up again; a chunk is now 320 ms.");
}

TEST_F(ListenSessionTest, ReplaysARecordedPaceExactly) {
  open();
  source.listener->sound_begins(rate);
  for (int i = 0; i < 300; ++i) {
    say(i, 77);
    if (i % 8 == 0) work(1);
    if (i == 200) {
      source.listener->sound_breaks("gone");
      source.listener->sound_begins(rate);
    }
  }
  work();
  session->finish();
  work();
  const Log recorded = std::exchange(log, {});
  const std::vector<std::string> recorded_notes = std::exchange(notes, {});
  ASSERT_GE(recorded.changes.size(), 3U);

  over.reset();
  ListenPlan plan;
  plan.replay = recorded.changes;
  plan.adapt = false;
  open(plan);
  source.listener->sound_begins(rate);
  for (int i = 0; i < 300; ++i) {
    say(i, 77);
    now -= 0.05;
  }
  session->finish();
  work();
  EXPECT_EQ(notes, recorded_notes);
  EXPECT_EQ(log.lines, recorded.lines);
  EXPECT_EQ(log.changes, recorded.changes);
  EXPECT_EQ(log.ended, recorded.ended);
}

TEST_F(ListenSessionTest, TellsOfLostSamplesAtOnceAndThenNowAndThen) {
  open();
  source.listener->sound_begins(rate);
  for (int i = 0; i < 25; ++i) {
    source.listener->samples_lost(10);
    say(1000);
  }
  session->finish();
  work();
  std::vector<std::uint64_t> told;
  for (const Notice& notice : log.notices) told.push_back(notice.samples);
  EXPECT_THAT(told, ElementsAre(10, 100, 100, 40));
  EXPECT_EQ(session->status().lost, 250U);
}

TEST_F(ListenSessionTest, TellsOfAMutedMicrophoneOnce) {
  open();
  source.listener->sound_begins(rate);
  for (int i = 0; i < 20; ++i) say(0);
  ASSERT_EQ(log.notices.size(), 1U);
  EXPECT_EQ(log.notices[0].kind, NoticeKind::silence);
  say(1000);
  for (int i = 0; i < 20; ++i) say(0);  // somebody pauses
  EXPECT_EQ(log.notices.size(), 1U);
  for (int i = 0; i < 20; ++i) say(0);
  EXPECT_EQ(log.notices.size(), 2U);
}

TEST_F(ListenSessionTest, LeavesOutAnOutputThatFails) {
  class FullDisk : public ListenOutput {
   public:
    void event(const Event&) override { throw std::runtime_error("talk.txt cannot be written: the disk is full."); }
  } full;
  outputs = {&full, &log};
  open();
  source.listener->sound_begins(rate);
  for (int word = 1; word <= 6; ++word) say(word);
  session->finish();
  work();
  EXPECT_EQ(log.lines.size(), 2U);
  ASSERT_EQ(log.notices.size(), 1U);
  EXPECT_EQ(log.notices[0].sentence, "talk.txt cannot be written: the disk is full. Captions go on without it.");
  EXPECT_TRUE(session->output_failed());
}

TEST_F(ListenSessionTest, TellsWhenNobodyReads) {
  class Closed : public ListenOutput {
   public:
    void event(const Event&) override { throw ReaderGone(); }
  } closed;
  outputs = {&closed, &log};
  open();
  source.listener->sound_begins(rate);
  say(1);
  work();
  EXPECT_TRUE(reader_gone);
  session->finish();
  work();
  EXPECT_EQ(log.lines.size(), 1U);
  EXPECT_FALSE(session->output_failed());
}

/// Reads nothing until told to.
class SlowReader : public ListenOutput {
 public:
  bool behind() const override { return stalled; }
  bool stalled = true;
};

TEST_F(ListenSessionTest, LetsASourceWaitForASlowReader) {
  SlowReader slow;
  outputs = {&slow, &log};
  open();
  source.listener->sound_begins(rate);
  for (int word = 0; word < 8 && !source.paused; ++word) {
    say(word);
    now -= 1;  // a file: no time passes
    work();
  }
  EXPECT_TRUE(source.paused);
  EXPECT_TRUE(jobs.empty());
  slow.stalled = false;
  session->outputs_went_on();
  work();
  EXPECT_FALSE(source.paused);
  EXPECT_EQ(session->status().lag, 0);
  slow.stalled = true;
  say(9);
  session->finish();  // does not wait for anybody
  work();
  EXPECT_EQ(over, "");
  EXPECT_EQ(log.ended, static_cast<double>(log.samples_heard) / rate);
}

TEST_F(ListenSessionTest, LetsNothingLiveWaitForASlowReader) {
  SlowReader slow;
  outputs = {&slow, &log};
  open();
  source.listener->sound_begins(rate);
  for (int word = 1; word <= 60; ++word) {
    say(word);
    work();
  }
  EXPECT_EQ(log.lines.size(), 20U);
  EXPECT_FALSE(source.paused);
}

TEST_F(ListenSessionTest, HearsBetweenEventsThatAReaderHasGone) {
  class Closed : public ListenOutput {
   public:
    void written() override { throw ReaderGone(); }
  } closed;
  outputs = {&closed, &log};
  open();
  session->outputs_went_on();
  EXPECT_TRUE(reader_gone);
}

TEST_F(ListenSessionTest, EndsWithTheReasonWhenRecognitionFails) {
  line = RecognitionLine(
      [](int, int, const ResumePoint&) -> std::unique_ptr<Recogniser> { throw Error(Fault::unsupported, "No such rate."); });
  open();
  source.listener->sound_begins(rate);
  say(1);
  work();
  EXPECT_EQ(over, "No such rate.");
  EXPECT_EQ(log.fault, "No such rate.");
  EXPECT_EQ(source.listener, nullptr);
}

TEST_F(ListenSessionTest, GivesNothingMoreToARecogniserThatFailed) {
  class Broken : public Recogniser {
   public:
    void write(std::span<const float>) override { throw Error(Fault::internal, ++writes == 1 ? "No memory." : "Failed before."); }
    void finish() override {}
    std::optional<Event> read() override { return std::nullopt; }
    int writes = 0;
  };
  line = RecognitionLine([](int, int, const ResumePoint&) { return std::make_unique<Broken>(); });
  open();
  source.listener->sound_begins(rate);
  say(1);
  source.rest.assign(rate, 2);
  work();
  EXPECT_EQ(over, "No memory.");
  EXPECT_EQ(source.listener, nullptr);
}

TEST_F(ListenSessionTest, TellsItsOutputsWhyTheSourceFailed) {
  open();
  source.listener->sound_begins(rate);
  say(1);
  source.listener->sound_ends("fake broke off.");
  work();
  EXPECT_EQ(log.lines.size(), 1U);
  EXPECT_EQ(log.fault, "fake broke off.");
  EXPECT_EQ(over, "fake broke off.");
}

/// An hour in portions of 20 ms, with a break every ten minutes: what waits stays small, and nothing is missed.
TEST_F(ListenSessionTest, HoldsNothingOverAnHour) {
  open();
  source.listener->sound_begins(rate);
  double longest = 0;
  for (int i = 0; i < 3600 * 50; ++i) {
    say(i / 50 % 30000, rate / 50);
    if (i % 7 == 0) work();
    longest = std::max(longest, session->status().lag);
    if (i % 30000 == 29999) {
      source.listener->sound_breaks("gone");
      source.listener->sound_begins(rate);
    }
  }
  session->finish();
  work();
  EXPECT_LE(longest, 0.5);
  EXPECT_EQ(log.ended, 3600.0);
  EXPECT_EQ(log.lines.size(), 1200U);
  EXPECT_EQ(log.lines.back(), "1199: w3597 w3598 w3599");
  EXPECT_EQ(log.starts.back(), 3597.25);
}

}  // namespace
}  // namespace attend::tools
