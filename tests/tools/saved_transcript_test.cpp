#include "saved_transcript.hpp"

#include <gmock/gmock.h>
#include <sndfile.h>

#include <nlohmann/json.hpp>

#include "temporary_folder.hpp"
#include "wav_recorder.hpp"
#include "words.hpp"

namespace attend::tools {
namespace {

using test::read_file;
using test::TemporaryFolder;
using test::words_of;

Event final_event(std::int64_t segment, const std::string& text, double start) {
  Event event;
  event.kind = EventKind::final;
  event.segment = segment;
  event.committed = words_of(text, start);
  event.audio_time = start + 10;
  return event;
}

/// What a file holds at each moment of a session: after its begin, after each final, after its end.
std::vector<std::string> moments(const std::string& name) {
  const TemporaryFolder folder;
  SavedTranscript saved(folder / name, *format_of(name), Heading{}, false);
  std::vector<std::string> contents{read_file(folder / name)};
  int segment = 0;
  for (const char* text : {"One.", "Two & three.", "Four."}) {
    saved.event(final_event(segment, text, 0.7 * segment));
    ++segment;
    contents.push_back(read_file(folder / name));
  }
  saved.end(9, {});
  contents.push_back(read_file(folder / name));
  return contents;
}

TEST(SavedTranscript, KnowsFormatsByTheirExtension) {
  EXPECT_EQ(format_of("a.txt"), Format::text);
  EXPECT_EQ(format_of("a.b.SRT"), Format::srt);
  EXPECT_EQ(format_of("a.json"), Format::json);
  EXPECT_FALSE(format_of("a.doc"));
  EXPECT_FALSE(format_of("txt"));
}

TEST(SavedTranscript, HasEveryFinalAtOnce) {
  EXPECT_THAT(moments("a.txt"), testing::ElementsAre("", "One.\n", "One.\nTwo & three.\n", "One.\nTwo & three.\nFour.\n",
                                                     "One.\nTwo & three.\nFour.\n"));
}

TEST(SavedTranscript, SubtitlesAreWholeAtEveryMoment) {
  const auto vtt = moments("a.vtt");
  EXPECT_EQ(vtt[0], "WEBVTT\n\n");
  EXPECT_EQ(vtt[1], "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nOne.\n\n");
  // The first cue makes room for the second, which the first moment could not know.
  EXPECT_EQ(vtt[2], "WEBVTT\n\n00:00:00.000 --> 00:00:00.700\nOne.\n\n00:00:00.700 --> 00:00:02.100\nTwo &amp; three.\n\n");
  EXPECT_EQ(vtt[3], vtt[4]);
  const auto srt = moments("a.srt");
  EXPECT_EQ(srt[0], "");
  EXPECT_EQ(srt[2], "1\n00:00:00,000 --> 00:00:00,700\nOne.\n\n2\n00:00:00,700 --> 00:00:02,100\nTwo & three.\n\n");
}

TEST(SavedTranscript, JsonIsValidAtEveryMoment) {
  const auto contents = moments("a.json");
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const auto value = nlohmann::json::parse(contents[i]);
    EXPECT_EQ(value.at("segments").size(), std::min<std::size_t>(i, 3));
    EXPECT_EQ(value.at("complete"), i == contents.size() - 1);
    EXPECT_EQ(value.contains("error"), i != contents.size() - 1);
  }
  EXPECT_EQ(nlohmann::json::parse(contents.back()).at("duration"), 9);
}

TEST(SavedTranscript, SaysWhyASessionFailed) {
  const TemporaryFolder folder;
  SavedTranscript saved(folder / "a.json", Format::json, Heading{}, false);
  saved.event(final_event(0, "One.", 0));
  saved.end(9, "The device is gone.");
  const auto value = nlohmann::json::parse(read_file(folder / "a.json"));
  EXPECT_EQ(value.at("complete"), false);
  EXPECT_EQ(value.at("error"), "The device is gone.");
  EXPECT_EQ(value.at("segments").size(), 1U);
}

TEST(SavedTranscript, GoesIfItIsNewAndEmptyAndTheSessionFailed) {
  for (const char* name : {"a.txt", "a.json"}) {
    const TemporaryFolder folder;
    const auto stays = [&](bool word, const std::optional<std::string>& fault) {
      {
        SavedTranscript saved(folder / name, *format_of(name), Heading{}, true);
        EXPECT_TRUE(std::filesystem::exists(folder / name));
        if (word) saved.event(final_event(0, "One.", 0));
        if (fault) saved.end(9, *fault);
      }
      return std::filesystem::remove(folder / name);
    };
    EXPECT_FALSE(stays(false, "No device gives sound here."));
    EXPECT_FALSE(stays(false, std::nullopt));  // another file was refused
    EXPECT_TRUE(stays(false, ""));
    EXPECT_TRUE(stays(true, "The device is gone."));
    EXPECT_TRUE(stays(true, std::nullopt));
    folder.write(name, "somebody's work");
    EXPECT_TRUE(stays(false, "No device gives sound here."));
  }
}

TEST(SavedTranscript, RefusesToReplaceAFile) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "somebody's work");
  EXPECT_THROW(SavedTranscript(file, Format::text, Heading{}, false), std::runtime_error);
  EXPECT_EQ(read_file(file), "somebody's work");
  SavedTranscript(file, Format::text, Heading{}, true);
  EXPECT_EQ(read_file(file), "");
  EXPECT_THROW(SavedTranscript(folder / "missing" / "a.txt", Format::text, Heading{}, true), std::runtime_error);
}

std::vector<short> read_wav(const std::filesystem::path& file, int& sample_rate) {
  SF_INFO info{};
  SNDFILE* const sound = sf_open(file.c_str(), SFM_READ, &info);
  if (sound == nullptr) return {};
  std::vector<short> samples(static_cast<std::size_t>(info.frames));
  samples.resize(static_cast<std::size_t>(sf_read_short(sound, samples.data(), info.frames)));
  sample_rate = info.samplerate;
  sf_close(sound);
  return samples;
}

TEST(WavRecorder, IsAValidFileAtEveryMoment) {
  const TemporaryFolder folder;
  WavRecorder recorder(folder / "a.wav", false);
  std::vector<std::int16_t> said;
  int sample_rate = 0;
  for (int i = 0; i < 45; ++i) {
    const std::vector<std::int16_t> block(800, static_cast<std::int16_t>(i - 20));
    recorder.sound(block, 8000);
    said.insert(said.end(), block.begin(), block.end());
    const auto found = read_wav(folder / "a.wav", sample_rate);
    ASSERT_LT(said.size() - found.size(), 8000U);  // less than a second is missing
    ASSERT_TRUE(std::equal(found.begin(), found.end(), said.begin()));
  }
  recorder.end(0, {});
  EXPECT_EQ(read_wav(folder / "a.wav", sample_rate), said);
  EXPECT_EQ(sample_rate, 8000);
}

TEST(WavRecorder, BeginsAnotherFileForAnotherRate) {
  const TemporaryFolder folder;
  WavRecorder recorder(folder / "a.wav", false);
  recorder.sound(std::vector<std::int16_t>{1, 2}, 8000);
  recorder.sound(std::vector<std::int16_t>{3}, 16000);
  recorder.end(0, {});
  int sample_rate = 0;
  EXPECT_EQ(read_wav(folder / "a.wav", sample_rate), (std::vector<short>{1, 2}));
  EXPECT_EQ(read_wav(folder / "a-2.wav", sample_rate), (std::vector<short>{3}));
  EXPECT_EQ(sample_rate, 16000);
}

TEST(WavRecorder, GoesIfThereWasNoSound) {
  const TemporaryFolder folder;
  { const WavRecorder recorder(folder / "silent.wav", false); }
  EXPECT_FALSE(std::filesystem::exists(folder / "silent.wav"));
  {
    WavRecorder recorder(folder / "a.wav", false);
    recorder.sound(std::vector<std::int16_t>{1, 2}, 8000);
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "a.wav"));
}

TEST(WavRecorder, HasAHeaderForMoreThanFourGibibytes) {
  const TemporaryFolder folder;
  constexpr std::uint64_t bytes = 5'000'000'000;
  const auto file = folder.write("a.wav", wav_header(16000, bytes));
  std::filesystem::resize_file(file, bytes + wav_header_bytes);  // a hole
  SF_INFO info{};
  SNDFILE* const sound = sf_open(file.c_str(), SFM_READ, &info);
  ASSERT_NE(sound, nullptr);
  sf_close(sound);
  EXPECT_EQ(info.frames, static_cast<sf_count_t>(bytes / 2));
  EXPECT_EQ(info.samplerate, 16000);
  EXPECT_EQ(wav_header(16000, 0).size(), wav_header_bytes);
}

}  // namespace
}  // namespace attend::tools
