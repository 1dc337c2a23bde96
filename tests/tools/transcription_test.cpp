#include "transcription.hpp"

#include <gmock/gmock.h>

#include "fake_recogniser.hpp"

namespace attend::tools {
namespace {

using test::FakeAudio;
using test::open_fakes;
using testing::ElementsAre;

struct Heard {
  std::vector<std::string> finals;  ///< "channel.segment: words"
  double seconds = 0;
  Ending ending;
};

Heard transcribe(FakeAudio audio, ChannelMode mode, const std::vector<ResumePoint>& from, double stop_after = 1e9,
                 bool finish = true) {
  Heard heard;
  std::stop_source stop;
  const TranscriptionListener listener{
      [&](int channel, const Event& event) {
        if (event.kind == EventKind::partial) return;
        heard.finals.push_back(std::to_string(channel) + "." + std::to_string(event.segment) + ": " + to_text(event.committed));
      },
      [&](double seconds) {
        heard.seconds = seconds;
        if (seconds >= stop_after) stop.request_stop();
      }};
  heard.ending = transcribe_audio(audio, open_fakes(), {mode, from, finish}, listener, stop.get_token());
  return heard;
}

TEST(Transcription, AllIsHeardAndTheEndToo) {
  const Heard heard = transcribe(FakeAudio(100, 2, 750), ChannelMode::mix, {{}});
  EXPECT_THAT(heard.finals, ElementsAre("0.0: w0 w1 w2", "0.1: w3 w4 w5", "0.2: w6"));
  EXPECT_EQ(heard.seconds, 7.5);
  EXPECT_EQ(heard.ending.duration, 7.5);
  EXPECT_TRUE(heard.ending.complete());
}

TEST(Transcription, SplitChannelsAreHeardApart) {
  const Heard heard = transcribe(FakeAudio(90, 2, 450), ChannelMode::split, {{}, {}});
  EXPECT_THAT(heard.finals, ElementsAre("1.0: w0 w1 w2", "2.0: w100 w101 w102", "1.1: w3 w4", "2.1: w103 w104"));
}

TEST(Transcription, GoesOnWhereItWas) {
  const Heard heard = transcribe(FakeAudio(100, 1, 750), ChannelMode::mix, {{3.0, 1}});
  EXPECT_THAT(heard.finals, ElementsAre("0.1: w3 w4 w5", "0.2: w6"));
  EXPECT_EQ(heard.ending.duration, 7.5);
}

TEST(Transcription, ChannelsGoOnAtPointsOfTheirOwn) {
  const Heard heard = transcribe(FakeAudio(100, 2, 700), ChannelMode::split, {{6.0, 2}, {3.0, 1}});
  EXPECT_THAT(heard.finals, ElementsAre("2.1: w103 w104 w105", "1.2: w6", "2.2: w106"));
}

TEST(Transcription, ABrokenFileKeepsWhatWasHeard) {
  const Heard heard = transcribe(FakeAudio(100, 1, 750, 450), ChannelMode::mix, {{}});
  EXPECT_THAT(heard.finals, ElementsAre("0.0: w0 w1 w2", "0.1: w3"));
  EXPECT_EQ(heard.ending.error, "fake.wav breaks off.");
  EXPECT_EQ(heard.ending.duration, 4.5);
}

TEST(Transcription, StoppedItFinishesOrLeavesTheRest) {
  EXPECT_THAT(transcribe(FakeAudio(100, 1, 900), ChannelMode::mix, {{}}, 4.5, true).finals,
              ElementsAre("0.0: w0 w1 w2", "0.1: w3"));
  const Heard left = transcribe(FakeAudio(100, 1, 900), ChannelMode::mix, {{}}, 4.5, false);
  EXPECT_THAT(left.finals, ElementsAre("0.0: w0 w1 w2"));
  EXPECT_FALSE(left.ending.complete());
}

TEST(Transcription, CountsVoices) {
  EXPECT_EQ(count_voices(FakeAudio(100, 6, 1), ChannelMode::split), 6);
  EXPECT_EQ(count_voices(FakeAudio(100, 6, 1), ChannelMode::mix), 1);
}

}  // namespace
}  // namespace attend::tools
