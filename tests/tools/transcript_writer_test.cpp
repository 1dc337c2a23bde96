#include "transcript_writer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "transcript_output.hpp"
#include "words.hpp"

namespace attend::tools {
namespace {

using test::words_of;

Heading heading(ChannelMode channels = ChannelMode::mix) {
  Heading head{"talk \"one\".wav", "tiny", "3", "abc", "320ms", "640ms", "480ms", "f32", channels, 1};
  if (channels == ChannelMode::split) head.channel_count = 2;
  return head;
}

Segment segment(int channel, std::int64_t number, const std::string& text, double start) {
  Segment result{channel, number, words_of(text, start), start - 0.1, 0, 0, Cause::endpoint};
  result.end = result.words.empty() ? start : result.words.back().end + 0.5;
  result.audio_time = result.end + 0.25;
  return result;
}

/// What a format looks like when these segments come in, one after the other.
std::string written(Format format, const std::vector<Segment>& segments, const Ending& ending,
                    ChannelMode channels = ChannelMode::mix, const WriterOptions& options = {}) {
  std::ostringstream text;
  std::vector<std::unique_ptr<TranscriptWriter>> writers;
  writers.push_back(make_writer(format, text, options));
  TranscriptOutput output(std::move(writers), 30);
  output.begin(heading(channels));
  for (const Segment& each : segments) output.segment(each);
  output.end(ending);
  return text.str();
}

const std::vector<Segment> two_segments{segment(0, 0, "Good morning.", 1.0), segment(0, 1, "Tea, please?", 3661.0)};
const std::vector<Segment> a_call{segment(1, 0, "Hello? Who is it?", 0.0), segment(2, 0, "Me.", 0.6)};

TEST(TranscriptWriter, Text) {
  EXPECT_EQ(written(Format::text, two_segments, {10, ""}), "Good morning.\nTea, please?\n");
}

TEST(TranscriptWriter, TextNamesItsFileOnRequest) {
  EXPECT_EQ(written(Format::text, {two_segments[0]}, {10, ""}, ChannelMode::mix, {false, true}),
            "==> talk \"one\".wav <==\nGood morning.\n");
}

TEST(TranscriptWriter, TextOfACallHasItsTurnsInOrder) {
  EXPECT_EQ(written(Format::text, a_call, {10, ""}, ChannelMode::split), "[1] Hello? Who is it?\n[2] Me.\n");
  const std::vector<Segment> interrupted{segment(1, 0, "Hello? Who is it?", 0.0), segment(2, 0, "Me.", 0.2)};
  EXPECT_EQ(written(Format::text, interrupted, {10, ""}, ChannelMode::split), "[1] Hello?\n[2] Me.\n[1] Who is it?\n");
}

TEST(TranscriptWriter, Tsv) {
  EXPECT_EQ(written(Format::tsv, two_segments, {10, ""}),
            "start\tend\ttext\n"
            "1000\t1900\tGood morning.\n"
            "3661000\t3661900\tTea, please?\n");
  EXPECT_EQ(written(Format::tsv, {a_call[1]}, {10, ""}, ChannelMode::split), "start\tend\tchannel\ttext\n600\t1000\t2\tMe.\n");
}

TEST(TranscriptWriter, TsvKeepsItsColumns) {
  Segment odd = two_segments[0];
  odd.words[0].text = "a\tb\nc";
  EXPECT_EQ(written(Format::tsv, {odd}, {10, ""}), "start\tend\ttext\n1000\t1900\ta b c morning.\n");
}

TEST(TranscriptWriter, Srt) {
  EXPECT_EQ(written(Format::srt, two_segments, {10, ""}),
            "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n\n"
            "2\n01:01:01,000 --> 01:01:02,000\nTea, please?\n\n");
  EXPECT_EQ(written(Format::srt, {a_call[1]}, {10, ""}, ChannelMode::split), "1\n00:00:00,600 --> 00:00:01,600\n[2] Me.\n\n");
}

TEST(TranscriptWriter, Vtt) {
  EXPECT_EQ(written(Format::vtt, two_segments, {10, ""}),
            "WEBVTT\n\n"
            "00:00:01.000 --> 00:00:02.000\nGood morning.\n\n"
            "01:01:01.000 --> 01:01:02.000\nTea, please?\n\n");
  EXPECT_EQ(written(Format::vtt, {a_call[1]}, {10, ""}, ChannelMode::split),
            "WEBVTT\n\n00:00:00.600 --> 00:00:01.600\n<v Channel 2>Me.\n\n");
}

TEST(TranscriptWriter, ACueEndsWhereTheNextBegins) {
  const std::vector<Segment> close{segment(0, 0, "One.", 1.0), segment(0, 1, "Two.", 1.7)};
  EXPECT_EQ(written(Format::srt, close, {10, ""}),
            "1\n00:00:01,000 --> 00:00:01,700\nOne.\n\n"
            "2\n00:00:01,700 --> 00:00:02,700\nTwo.\n\n");
}

TEST(TranscriptWriter, Json) {
  EXPECT_EQ(written(Format::json, two_segments, {12.3456, ""}), R"({
"file": "talk \"one\".wav",
"model": {"name":"tiny","version":"3","sha256":"abc"},
"options": {"chunk":"320ms","lookahead":"640ms","hindsight":"480ms","precision":"f32","channels":"mix"},
"segments": [
{"segment":0,"start":1.0,"end":1.9,"text":"Good morning.","words":[{"text":"Good","start":1.0,"end":1.4,"confidence":0.9},{"text":"morning.","start":1.5,"end":1.9,"confidence":0.9}]},
{"segment":1,"start":3661.0,"end":3661.9,"text":"Tea, please?","words":[{"text":"Tea,","start":3661.0,"end":3661.4,"confidence":0.9},{"text":"please?","start":3661.5,"end":3661.9,"confidence":0.9}]}
],
"text": "Good morning. Tea, please?",
"duration": 12.346,
"complete": true
}
)");
}

TEST(TranscriptWriter, JsonOfSilenceIsWhole) {
  const auto json = nlohmann::json::parse(written(Format::json, {}, {2, ""}));
  EXPECT_EQ(json.at("segments"), nlohmann::json::array());
  EXPECT_EQ(json.at("text"), "");
  EXPECT_EQ(json.at("complete"), true);
  EXPECT_FALSE(json.contains("error"));
}

TEST(TranscriptWriter, JsonSaysThatItIsIncomplete) {
  const auto json = nlohmann::json::parse(written(Format::json, two_segments, {2, "talk.wav breaks off."}));
  EXPECT_EQ(json.at("complete"), false);
  EXPECT_EQ(json.at("error"), "talk.wav breaks off.");
  EXPECT_EQ(json.at("segments").size(), 2u);
}

TEST(TranscriptWriter, JsonOfACallHasATextPerChannel) {
  const auto json = nlohmann::json::parse(written(Format::json, a_call, {2, ""}, ChannelMode::split));
  EXPECT_EQ(json.at("channel_texts"), (nlohmann::json{"Hello? Who is it?", "Me."}));
  EXPECT_EQ(json.at("text"), "[1] Hello? Who is it?\n[2] Me.");
  EXPECT_EQ(json.at("segments")[1].at("channel"), 2);
}

TEST(TranscriptWriter, JsonHoldsNamesThatAreNoUtf8) {
  std::ostringstream text;
  const auto writer = make_writer(Format::json, text);
  Heading head = heading();
  head.file = "a\xff\xfe\n.wav";
  writer->begin(head);
  writer->end({});
  EXPECT_EQ(nlohmann::json::parse(text.str()).at("file"), "a\uFFFD\uFFFD\n.wav");
}

TEST(TranscriptWriter, JsonlWritesFinals) {
  EXPECT_EQ(
      written(Format::jsonl, {a_call[1]}, {10, ""}, ChannelMode::split),
      R"({"type":"final","file":"talk \"one\".wav","channel":2,"segment":0,"committed":[{"text":"Me.","start":0.6,"end":1.0,"confidence":0.9}],"tentative":[],"audio_time":1.75,"cause":"endpoint","begin":0.5,"end":1.5,"text":"Me."})"
      "\n");
}

TEST(TranscriptWriter, JsonlWritesPartialsOnRequestOnly) {
  Event event;
  event.segment = 4;
  event.committed = words_of("we", 1.0);
  event.tentative = words_of("meet", 1.5);
  event.tentative[0].stability = 0.75f;
  event.audio_time = 2.125;
  std::ostringstream without;
  make_writer(Format::jsonl, without)->partial(0, event);
  EXPECT_EQ(without.str(), "");
  std::ostringstream with;
  const auto writer = make_writer(Format::jsonl, with, {true, false});
  writer->begin(heading());
  writer->partial(0, event);
  EXPECT_EQ(
      with.str(),
      R"({"type":"partial","file":"talk \"one\".wav","segment":4,"committed":[{"text":"we","start":1.0,"end":1.4,"confidence":0.9}],"tentative":[{"text":"meet","start":1.5,"end":1.9,"confidence":0.9,"stability":0.75}],"audio_time":2.125,"cause":"chunk"})"
      "\n");
}

TEST(TranscriptWriter, JsonlEndsWithTheErrorOfABrokenFile) {
  EXPECT_EQ(written(Format::jsonl, {}, {1.5, "It breaks off."}),
            "{\"type\":\"error\",\"file\":\"talk \\\"one\\\".wav\",\"message\":\"It breaks off.\",\"audio_time\":1.5}\n");
}

}  // namespace
}  // namespace attend::tools
