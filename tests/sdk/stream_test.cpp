// The promises of docs and header that hold for a Stream, on models of random weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "streams.hpp"

namespace attend {
namespace {

using testing::drain;
using ::testing::HasSubstr;
using testing::recognise;
using testing::recognise_in_blocks;
using testing::sound;
using testing::tiny_model;
using testing::tiny_models;
using namespace std::chrono_literals;

class StreamOfModel : public ::testing::TestWithParam<std::string> {
 protected:
  const Model model_ = tiny_model(GetParam());
};

INSTANTIATE_TEST_SUITE_P(Tiny, StreamOfModel, ::testing::ValuesIn(tiny_models), [](const auto& model) {
  std::string name = model.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

StreamOptions options(std::chrono::milliseconds chunk, std::chrono::milliseconds lookahead,
                      std::chrono::milliseconds longest = 25000ms) {
  StreamOptions made;
  made.chunk = chunk;
  made.lookahead = lookahead;
  made.endpoint.longest = longest;
  return made;
}

/// The first sound in which the model believes to hear words; how many it does is chance.
std::vector<float> heard_as_words(const Model& model, double seconds, const StreamOptions& made = {}) {
  for (unsigned seed = 1; seed < 40; ++seed) {
    auto samples = sound(seconds, seed);
    if (!recognise(model, samples, made).empty()) return samples;
  }
  ADD_FAILURE() << "no sound gives a word, so nothing is tested";
  return {};
}

// Promise 1.
TEST_P(StreamOfModel, BlocksDoNotMatter) {
  const auto samples = heard_as_words(model_, 12);
  const auto whole = recognise(model_, samples);
  unsigned seed = 0;
  for (const std::size_t longest : {std::size_t{7}, std::size_t{160}, std::size_t{1600}, std::size_t{50000}}) {
    EXPECT_EQ(recognise_in_blocks(model_, samples, {}, longest, ++seed), whole) << longest;
  }
}

TEST_P(StreamOfModel, BlocksDoNotMatterWhenResampling) {
  StreamOptions stereo;
  stereo.sample_rate = 44100;
  stereo.channels = 2;
  const auto samples = heard_as_words(model_, 20, stereo);
  const auto whole = recognise(model_, samples, stereo);
  EXPECT_EQ(recognise_in_blocks(model_, samples, stereo, 3, 1), whole);
  EXPECT_EQ(recognise_in_blocks(model_, samples, stereo, 5000, 2), whole);
}

void expect_times_in_order(const std::vector<Word>& words, double from, double until) {
  for (const Word& word : words) {
    EXPECT_FALSE(word.text.empty());
    EXPECT_GE(word.start, from);
    EXPECT_GE(word.end, word.start);
    EXPECT_LE(word.end, until);
    EXPECT_GE(word.confidence, 0);
    EXPECT_LE(word.confidence, 1);
    EXPECT_GE(word.stability, 0);
    EXPECT_LE(word.stability, 1);
    from = word.start;
  }
}

/// Promise 3, and what the header says of events, over all events of a stream that began at `start` and heard `seconds`.
void expect_contract(const std::vector<Event>& events, double start, double seconds) {
  std::vector<Word> committed;
  std::int64_t segment = 0;
  double segment_start = start;
  double heard = start;
  bool shown = false;
  for (const Event& event : events) {
    ASSERT_EQ(event.segment, segment);
    ASSERT_GE(event.committed.size(), committed.size());
    EXPECT_EQ(std::vector<Word>(event.committed.begin(), event.committed.begin() + static_cast<std::ptrdiff_t>(committed.size())),
              committed);
    for (const Word& word : event.committed) EXPECT_EQ(word.stability, 1);
    EXPECT_GE(event.segment_start, segment_start);
    EXPECT_GE(event.audio_time, heard);
    heard = event.audio_time;
    EXPECT_LE(event.audio_time, start + seconds + 1e-9);
    expect_times_in_order(event.committed, event.segment_start, start + seconds + 1e-9);
    expect_times_in_order(event.tentative, event.segment_start, start + seconds + 1e-9);
    committed = event.committed;
    segment_start = event.segment_start;
    if (event.kind == EventKind::partial) {
      EXPECT_TRUE(shown || !event.committed.empty() || !event.tentative.empty());
      shown = !event.committed.empty() || !event.tentative.empty();
      continue;
    }
    EXPECT_FALSE(event.committed.empty());
    EXPECT_TRUE(event.tentative.empty());
    EXPECT_NE(event.cause, Cause::chunk);
    EXPECT_GT(event.segment_end, event.segment_start);
    const double sample = (event.segment_end - start) * 16000;
    EXPECT_NEAR(sample, std::round(sample), 1e-6);
    committed.clear();
    segment_start = event.segment_end;
    shown = false;
    ++segment;
  }
  EXPECT_FALSE(shown) << "words were shown and neither closed by a final nor withdrawn";
}

TEST_P(StreamOfModel, CommittedWordsOnlyGrow) {
  for (unsigned seed = 10; seed < 14; ++seed) {
    const auto samples = sound(9, seed);
    for (const auto& made :
         {options(320ms, 640ms), options(100ms, 0ms), options(1000ms, 200ms, 4000ms), options(60ms, 700ms, 5000ms)}) {
      expect_contract(recognise(model_, samples, made), 0, 9);
    }
  }
}

TEST_P(StreamOfModel, PartialsTellOnlyChanges) {
  const auto events = recognise(model_, sound(15, 20));
  for (std::size_t i = 1; i < events.size(); ++i) {
    const Event& before = events[i - 1];
    if (events[i].kind != EventKind::partial || before.kind != EventKind::partial) continue;
    const bool same =
        before.committed.size() == events[i].committed.size() && to_text(before.tentative) == to_text(events[i].tentative);
    EXPECT_FALSE(same) << i;
  }
}

/// Models of whose words many are committed, so that segments are cut.
class StreamOfTalkativeModel : public StreamOfModel {};
INSTANTIATE_TEST_SUITE_P(Tiny, StreamOfTalkativeModel, ::testing::Values("rotary", "rotary-i8"),
                         [](const auto& model) { return model.param == "rotary" ? "rotary" : "rotary_i8"; });

// A cut loses nothing: the rest, heard as a stream of its own, gives the rest of the events.
TEST_P(StreamOfTalkativeModel, SegmentsBeginWithTheFirstSampleBehindTheCut) {
  const auto samples = sound(14, 30);
  const auto all = recognise(model_, samples, options(320ms, 640ms, 4000ms));
  int cuts = 0;
  for (std::size_t i = 0; i + 1 < all.size() && cuts < 3; ++i) {
    if (all[i].kind != EventKind::final) continue;
    ++cuts;
    StreamOptions rest = options(320ms, 640ms, 4000ms);
    rest.first_segment = all[i].segment + 1;
    const auto begin = static_cast<std::size_t>(std::llround(all[i].segment_end * 16000));
    const auto events = recognise(model_, std::span(samples).subspan(begin), rest);
    ASSERT_EQ(events.size(), all.size() - i - 1);
    for (std::size_t k = 0; k < events.size(); ++k) {
      const Event& expected = all[i + 1 + k];
      EXPECT_EQ(events[k].segment, expected.segment);
      EXPECT_EQ(to_text(events[k].committed), to_text(expected.committed));
      EXPECT_EQ(to_text(events[k].tentative), to_text(expected.tentative));
      // The one stream may have heard further already before the cut.
      EXPECT_LE(events[k].audio_time + all[i].segment_end, expected.audio_time + 1e-9);
    }
  }
  EXPECT_GT(cuts, 0);
}

TEST_P(StreamOfModel, StartMovesTimesAndNumbersAlone) {
  const auto samples = sound(6, 40);
  const auto from_zero = recognise(model_, samples);
  StreamOptions later;
  later.start_seconds = 4096;  // a power of two keeps sums exact enough to compare
  later.first_segment = 7;
  const auto moved = recognise(model_, samples, later);
  ASSERT_EQ(moved.size(), from_zero.size());
  for (std::size_t i = 0; i < moved.size(); ++i) {
    EXPECT_EQ(moved[i].segment, from_zero[i].segment + 7);
    EXPECT_EQ(to_text(moved[i].committed), to_text(from_zero[i].committed));
    EXPECT_NEAR(moved[i].audio_time, from_zero[i].audio_time + 4096, 1e-9);
    EXPECT_NEAR(moved[i].segment_start, from_zero[i].segment_start + 4096, 1e-9);
    for (std::size_t w = 0; w < moved[i].committed.size(); ++w) {
      EXPECT_NEAR(moved[i].committed[w].start, from_zero[i].committed[w].start + 4096, 1e-9);
    }
  }
}

// Promise 5.
TEST_P(StreamOfModel, OtherStreamsDoNotMatter) {
  constexpr unsigned streams = 4;
  std::vector<std::vector<Event>> alone(streams), together(streams);
  for (unsigned i = 0; i < streams; ++i) alone[i] = recognise(model_, sound(5, 50 + i));
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < streams; ++i) {
    threads.emplace_back([&, i] { together[i] = recognise_in_blocks(model_, sound(5, 50 + i), {}, 3000, i); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(together, alone);
}

TEST_P(StreamOfModel, StreamsTakingTurnsOnOneThreadDoNotMatter) {
  const auto a = sound(4, 60);
  const auto b = sound(4, 61);
  Stream first(model_), second(model_);
  std::vector<Event> of_first, of_second;
  for (std::size_t at = 0; at < a.size(); at += 4000) {
    first.write(std::span(a).subspan(at, 4000));
    second.write(std::span(b).subspan(at, 4000));
    for (Event& event : drain(first)) of_first.push_back(std::move(event));
    for (Event& event : drain(second)) of_second.push_back(std::move(event));
  }
  first.finish();
  second.finish();
  for (Event& event : drain(first)) of_first.push_back(std::move(event));
  for (Event& event : drain(second)) of_second.push_back(std::move(event));
  EXPECT_EQ(of_first, recognise(model_, a));
  EXPECT_EQ(of_second, recognise(model_, b));
}

TEST_P(StreamOfModel, WholeGivesFinalsAlone) {
  StreamOptions whole;
  whole.whole = true;
  whole.endpoint.longest = 5000ms;
  const auto samples = heard_as_words(model_, 17, whole);
  const auto events = recognise(model_, samples, whole);
  for (const Event& event : events) EXPECT_EQ(event.kind, EventKind::final);
  expect_contract(events, 0, 17);
  EXPECT_EQ(recognise_in_blocks(model_, samples, whole, 4000, 1), events);
}

// Promise 7: whatever the numbers, they are heard or count as silence.
TEST_P(StreamOfModel, ValuesThatAreNoNumbersCountAsSilence) {
  auto spoiled = sound(5, 80);
  auto silent = spoiled;
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    const std::size_t at = random() % spoiled.size();
    spoiled[at] = i % 3 == 0   ? std::numeric_limits<float>::quiet_NaN()
                  : i % 3 == 1 ? std::numeric_limits<float>::infinity()
                               : -std::numeric_limits<float>::infinity();
    silent[at] = 0;
  }
  EXPECT_EQ(recognise(model_, spoiled), recognise(model_, silent));
}

TEST_P(StreamOfModel, HugeValuesAreSurvived) {
  auto loud = sound(4, 81);
  for (float& sample : loud) sample *= 1e30F;
  expect_contract(recognise(model_, loud), 0, 4);
}

TEST_P(StreamOfModel, SixteenBitsEqualTheirFloats) {
  std::vector<std::int16_t> whole_numbers;
  std::vector<float> floats;
  for (const float sample : sound(4, 90)) {
    whole_numbers.push_back(static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 0.999F) * 32768)));
    floats.push_back(static_cast<float>(whole_numbers.back()) / 32768);
  }
  Stream stream(model_);
  stream.write(whole_numbers);
  stream.finish();
  EXPECT_EQ(drain(stream), recognise(model_, floats));
}

TEST_P(StreamOfModel, TinyAudioGivesNoError) {
  for (const std::size_t size : {0U, 1U, 2U, 127U, 128U, 399U, 400U, 401U, 912U, 1000U, 5000U}) {
    expect_contract(recognise(model_, std::vector<float>(size, 0.1F)), 0, static_cast<double>(size) / 16000);
  }
  Stream nothing(model_);
  EXPECT_EQ(nothing.read(), std::nullopt);
  nothing.finish();
  EXPECT_EQ(nothing.read(), std::nullopt);
  EXPECT_EQ(nothing.read(), std::nullopt);
}

TEST_P(StreamOfModel, AnyRateAndChannelCount) {
  for (const int rate : {1000, 8000, 11025, 48000, 768000}) {
    for (const int channels : {1, 3}) {
      StreamOptions made;
      made.sample_rate = rate;
      made.channels = channels;
      const auto frames = static_cast<std::size_t>(rate) * 3 / 2;
      auto samples = sound(static_cast<double>(frames) / 16000, 100);
      samples.resize(frames * static_cast<std::size_t>(channels), 0.01F);
      expect_contract(recognise(model_, samples, made), 0, 1.5 + 1.0 / 16000);
    }
  }
}

TEST(Stream, MisuseIsRefusedWithASentence) {
  const Model model = tiny_model("rotary");
  const auto refusal = [](auto&& body) {
    try {
      body();
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::invalid_argument);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto opening = [&](auto&& change) {
    StreamOptions made;
    change(made);
    return refusal([&] { const Stream stream(model, made); });
  };
  EXPECT_THAT(opening([](StreamOptions& o) { o.sample_rate = 999; }), HasSubstr("sample_rate is 999"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.sample_rate = 768001; }), HasSubstr("sample_rate"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.channels = 0; }), HasSubstr("channels is 0"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.chunk = 0ms; }), HasSubstr("chunk is 0 ms"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.lookahead = -1ms; }), HasSubstr("lookahead is -1 ms"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.chunk = std::chrono::milliseconds::max(); }), HasSubstr("together"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.lookahead = std::chrono::milliseconds::max(); }), HasSubstr("together"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.hindsight = -1ms; }), HasSubstr("hindsight is -1 ms"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.hindsight = 12501ms; }), HasSubstr("half of"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.endpoint.longest = 1s; }), HasSubstr("longest is 1000 ms"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.endpoint.silence = 0ms; }), HasSubstr("silence is 0 ms"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.start_seconds = std::numeric_limits<double>::quiet_NaN(); }),
              HasSubstr("start_seconds"));
  EXPECT_THAT(opening([](StreamOptions& o) { o.first_segment = -1; }), HasSubstr("first_segment"));

  StreamOptions stereo;
  stereo.channels = 2;
  Stream stream(model, stereo);
  EXPECT_THAT(refusal([&] { stream.write(std::vector<float>(3)); }), HasSubstr("3 samples for 2 channels"));
  stream.write(std::vector<float>(4));
  EXPECT_DOUBLE_EQ(stream.written_seconds(), 2.0 / 16000);
  stream.finish();
  stream.finish();
  EXPECT_THAT(refusal([&] { stream.write(std::vector<float>(2)); }), HasSubstr("after finish"));
}

TEST(Stream, OutlivesItsModelAndMoves) {
  const auto samples = sound(4, 110);
  std::optional<Stream> stream;
  std::vector<Event> expected;
  {
    const Model model = tiny_model("rotary");
    expected = recognise(model, samples);
    stream.emplace(model);
  }
  stream->write(samples);
  Stream moved = std::move(*stream);
  moved.finish();
  EXPECT_EQ(drain(moved), expected);
}

}  // namespace
}  // namespace attend
