// Stream::set_chunk: from the next step on, to the last bit, however the audio is cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "streams.hpp"

namespace attend {
namespace {

using testing::drain;
using ::testing::HasSubstr;
using testing::recognise;
using testing::sound;
using testing::tiny_model;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// What was told when: at so many steps, this chunk.
using Changes = std::map<std::int64_t, milliseconds>;

/// Writes blocks of random lengths, reads now and then, and changes the chunk at random; notes the changes.
std::vector<Event> recognise_under_load(const Model& model, std::span<const float> samples, const StreamOptions& options,
                                        unsigned seed, Changes& changes) {
  std::mt19937 random(seed);
  Stream stream(model, options);
  std::vector<Event> events;
  while (!samples.empty()) {
    const std::size_t block = std::min<std::size_t>(samples.size(), random() % 9000);
    stream.write(samples.first(block));
    samples = samples.subspan(block);
    for (unsigned reads = random() % 4; reads > 0; --reads) {
      if (auto event = stream.read()) events.push_back(std::move(*event));
      if (random() % 3 != 0) continue;
      const milliseconds chunk(40 + random() % 1500);
      stream.set_chunk(chunk);
      changes[stream.steps()] = chunk;
    }
  }
  stream.finish();
  for (Event& event : drain(stream)) events.push_back(std::move(event));
  return events;
}

class ChangingChunk : public ::testing::TestWithParam<std::string> {
 protected:
  const Model model_ = tiny_model(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Tiny, ChangingChunk, ::testing::Values("rotary", "rotary-i8"),
                         [](const auto& model) { return model.param == "rotary" ? "rotary" : "rotary_i8"; });

TEST_P(ChangingChunk, ASessionIsRepeatedToTheLastBit) {
  StreamOptions options;
  options.endpoint.longest = 6000ms;
  for (unsigned seed = 1; seed < 5; ++seed) {
    const auto samples = sound(16, seed);
    Changes changes;
    const auto live = recognise_under_load(model_, samples, options, seed, changes);
    ASSERT_GT(changes.size(), 3U);
    Stream again(model_, options);
    for (const auto& [step, chunk] : changes) again.set_chunk(chunk, step);
    again.write(samples);
    again.finish();
    EXPECT_EQ(drain(again), live) << seed;
  }
}

TEST_P(ChangingChunk, BeforeTheFirstStepItIsTheStreamsOption) {
  const auto samples = sound(8, 7);
  StreamOptions options;
  options.chunk = 480ms;
  Stream told(model_);
  told.set_chunk(480ms);
  told.write(samples);
  told.finish();
  const auto events = drain(told);
  EXPECT_EQ(events, recognise(model_, samples, options));
  EXPECT_NE(events.size(), recognise(model_, samples).size()) << "the sound does not tell the chunks apart";
}

TEST_P(ChangingChunk, TakesFewerStepsWhenWider) {
  const auto samples = sound(8, 8);
  Stream narrow(model_), wide(model_);
  wide.set_chunk(2000ms);
  for (Stream* stream : {&narrow, &wide}) {
    stream->write(samples);
    drain(*stream);
  }
  EXPECT_GE(narrow.steps(), 3 * wide.steps());
  EXPECT_GE(wide.steps(), 3);
}

TEST(Chunk, OutOfBoundsIsRefusedWithASentence) {
  const auto refusal = [](Stream& stream, milliseconds chunk) {
    try {
      stream.set_chunk(chunk);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::invalid_argument);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const Model model = tiny_model("rotary");
  StreamOptions options;
  options.lookahead = 500ms;
  options.endpoint.longest = 10s;
  Stream stream(model, options);
  EXPECT_EQ(refusal(stream, 4500ms), "accepted");
  EXPECT_THAT(refusal(stream, 4501ms), HasSubstr("4501 ms"));
  EXPECT_THAT(refusal(stream, 0ms), HasSubstr("0 ms"));
  EXPECT_THAT(refusal(stream, milliseconds::max()), HasSubstr("4500 ms"));

  StreamOptions whole;
  whole.whole = true;
  const auto samples = sound(6, 9);
  Stream unmoved(model, whole);
  unmoved.set_chunk(100ms);
  unmoved.write(samples);
  unmoved.finish();
  EXPECT_EQ(drain(unmoved), recognise(model, samples, whole));
}

}  // namespace
}  // namespace attend
