#include <attend/attend.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "streams.hpp"

namespace attend {
namespace {

using ::testing::HasSubstr;
using testing::sound;

using ModelHandle = std::unique_ptr<attend_model, decltype(&attend_model_free)>;
using StreamHandle = std::unique_ptr<attend_stream, decltype(&attend_stream_free)>;
using AudioHandle = std::unique_ptr<attend_audio_file, decltype(&attend_audio_file_free)>;

ModelHandle load(const std::string& name = "rotary") {
  attend_model* model = nullptr;
  const std::string file = ATTEND_SOURCE_DIR "/tests/data/engine/" + name + ".safetensors";
  EXPECT_EQ(attend_model_load(file.c_str(), nullptr, &model), ATTEND_OK) << attend_last_error();
  return {model, attend_model_free};
}

StreamHandle open(const attend_model* model, const attend_stream_options* options = nullptr) {
  attend_stream* stream = nullptr;
  EXPECT_EQ(attend_stream_open(model, options, &stream), ATTEND_OK) << attend_last_error();
  return {stream, attend_stream_free};
}

Word copy(const attend_word& word) {
  return {word.text, word.start, word.end, word.confidence, word.stability};
}

/// What the accessors say, as the C++ event.
Event copy(const attend_event* event) {
  Event copied;
  copied.kind = attend_event_get_kind(event) == ATTEND_EVENT_FINAL ? EventKind::final : EventKind::partial;
  copied.cause = static_cast<Cause>(attend_event_get_cause(event));
  copied.segment = attend_event_segment(event);
  for (std::size_t i = 0; i < attend_event_committed_count(event); ++i)
    copied.committed.push_back(copy(*attend_event_committed(event, i)));
  for (std::size_t i = 0; i < attend_event_tentative_count(event); ++i)
    copied.tentative.push_back(copy(*attend_event_tentative(event, i)));
  copied.audio_time = attend_event_audio_time(event);
  copied.segment_start = attend_event_segment_start(event);
  copied.segment_end = attend_event_segment_end(event);
  EXPECT_EQ(attend_event_committed(event, copied.committed.size()), nullptr);
  EXPECT_EQ(attend_event_tentative(event, copied.tentative.size()), nullptr);
  EXPECT_EQ(attend_event_committed_text(event), to_text(copied.committed));
  EXPECT_EQ(attend_event_tentative_text(event), to_text(copied.tentative));
  return copied;
}

std::vector<Event> drain(attend_stream* stream) {
  std::vector<Event> events;
  const attend_event* event = nullptr;
  while (attend_stream_read(stream, &event) == ATTEND_OK && event != nullptr) events.push_back(copy(event));
  return events;
}

TEST(CInterface, KnowsItsVersion) {
  EXPECT_EQ(attend_version(), version());
  const auto number = attend_version_number();
  const std::string text =
      std::to_string(number / 10000) + "." + std::to_string(number / 100 % 100) + "." + std::to_string(number % 100);
  EXPECT_EQ(text, version());
  EXPECT_EQ(attend_has_feature("stream.whole"), 1);
  EXPECT_EQ(attend_has_feature("telepathy"), 0);
  EXPECT_EQ(attend_has_feature(nullptr), 0);
}

TEST(CInterface, StatusNumbersAreTheFaults) {
  EXPECT_EQ(static_cast<int>(Fault::invalid_argument), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(static_cast<int>(Fault::not_found), ATTEND_NOT_FOUND);
  EXPECT_EQ(static_cast<int>(Fault::unreadable), ATTEND_UNREADABLE);
  EXPECT_EQ(static_cast<int>(Fault::malformed), ATTEND_MALFORMED);
  EXPECT_EQ(static_cast<int>(Fault::unsupported), ATTEND_UNSUPPORTED);
  EXPECT_EQ(static_cast<int>(Fault::out_of_memory), ATTEND_OUT_OF_MEMORY);
  EXPECT_EQ(static_cast<int>(Fault::internal), ATTEND_INTERNAL);
}

TEST(CInterface, GivesTheSameEvents) {
  const auto samples = sound(8, 1);
  attend_stream_options options;
  attend_stream_options_init(&options, sizeof options);
  options.chunk_ms = 200;
  options.lookahead_ms = 400;
  options.hindsight_ms = 300;
  options.first_segment = 3;
  options.start_seconds = 16;
  options.silence_ms = 500;
  options.longest_ms = 5000;
  auto model = load();
  const auto stream = open(model.get(), &options);
  model.reset();
  ASSERT_EQ(attend_stream_write_f32(stream.get(), samples.data(), samples.size()), ATTEND_OK);
  EXPECT_DOUBLE_EQ(attend_stream_written_seconds(stream.get()), 8);
  ASSERT_EQ(attend_stream_finish(stream.get()), ATTEND_OK);

  StreamOptions same;
  same.chunk = std::chrono::milliseconds(200);
  same.lookahead = std::chrono::milliseconds(400);
  same.hindsight = std::chrono::milliseconds(300);
  same.first_segment = 3;
  same.start_seconds = 16;
  same.endpoint = {std::chrono::milliseconds(500), std::chrono::milliseconds(5000)};
  const auto expected = testing::recognise(testing::tiny_model("rotary"), samples, same);
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(drain(stream.get()), expected);
}

TEST(CInterface, DefaultsAreThoseOfCpp) {
  const auto samples = sound(5, 2);
  const auto model = load();
  attend_stream_options options;
  attend_stream_options_init(&options, sizeof options);
  for (const attend_stream_options* const given :
       {static_cast<const attend_stream_options*>(nullptr), static_cast<const attend_stream_options*>(&options)}) {
    const auto stream = open(model.get(), given);
    attend_stream_write_f32(stream.get(), samples.data(), samples.size());
    attend_stream_finish(stream.get());
    EXPECT_EQ(drain(stream.get()), testing::recognise(testing::tiny_model("rotary"), samples));
  }
}

TEST(CInterface, TellsWhatTheModelIs) {
  const auto model = load();
  const attend_model_info* const info = attend_model_get_info(model.get());
  const Model same = testing::tiny_model("rotary");
  EXPECT_EQ(info->name, same.info().name);
  EXPECT_EQ(info->summary, same.info().summary);
  EXPECT_EQ(info->precision, same.info().precision);
  EXPECT_EQ(info->parameters, same.info().parameters);
  EXPECT_EQ(info->chunk_ms, same.info().chunk.count());
  EXPECT_EQ(info->row_seconds, same.info().row_seconds);
  ASSERT_EQ(info->language_count, same.info().languages.size());
  for (std::size_t i = 0; i < info->language_count; ++i) EXPECT_EQ(info->languages[i], same.info().languages[i]);
}

TEST(CInterface, FailuresLeaveOutputsAloneAndASentence) {
  auto* const untouched = reinterpret_cast<attend_model*>(0x10);
  attend_model* model = untouched;
  EXPECT_EQ(attend_model_load("/nowhere/model.safetensors", nullptr, &model), ATTEND_NOT_FOUND);
  EXPECT_EQ(model, untouched);
  EXPECT_THAT(attend_last_error(), HasSubstr("/nowhere/model.safetensors"));
  EXPECT_EQ(attend_model_load(ATTEND_SOURCE_DIR "/CMakeLists.txt", nullptr, &model), ATTEND_MALFORMED);
  EXPECT_THAT(attend_last_error(), HasSubstr("CMakeLists.txt"));
  EXPECT_EQ(attend_model_load(("/" + std::string(5000, 'x')).c_str(), nullptr, &model), ATTEND_UNREADABLE);
  EXPECT_LT(std::strlen(attend_last_error()), 1024U);

  const auto good = load();
  attend_stream_options options;
  attend_stream_options_init(&options, sizeof options);
  options.channels = 0;
  attend_stream* stream = nullptr;
  EXPECT_EQ(attend_stream_open(good.get(), &options, &stream), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(stream, nullptr);
  EXPECT_THAT(attend_last_error(), HasSubstr("channels"));

  attend_audio_file* audio = nullptr;
  EXPECT_EQ(attend_audio_file_open("/nowhere/a.wav", &audio), ATTEND_NOT_FOUND);
  EXPECT_EQ(audio, nullptr);
}

TEST(CInterface, NullIsRefusedEverywhere) {
  attend_model* model = nullptr;
  attend_stream* stream = nullptr;
  attend_audio_file* audio = nullptr;
  const attend_event* event = nullptr;
  const auto good = load();
  const auto open_stream = open(good.get());
  const float sample = 0;
  float room = 0;
  std::size_t count = 0;
  std::int64_t frames = 0;
  EXPECT_EQ(attend_model_load(nullptr, nullptr, &model), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_model_load("x", nullptr, nullptr), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_open(nullptr, nullptr, &stream), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_open(good.get(), nullptr, nullptr), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_write_f32(nullptr, &sample, 1), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_write_f32(open_stream.get(), nullptr, 1), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_write_f32(open_stream.get(), nullptr, 0), ATTEND_OK);
  EXPECT_EQ(attend_stream_write_s16(open_stream.get(), nullptr, 1), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_finish(nullptr), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_read(nullptr, &event), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_stream_read(open_stream.get(), nullptr), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_audio_file_open(nullptr, &audio), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_audio_file_open_raw(nullptr, nullptr, &audio), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_audio_file_open_stdin(nullptr, nullptr), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_audio_file_read(nullptr, &room, 1, &count), ATTEND_INVALID_ARGUMENT);
  EXPECT_EQ(attend_audio_file_skip(nullptr, 1, &frames), ATTEND_INVALID_ARGUMENT);
  EXPECT_THAT(attend_last_error(), HasSubstr("attend_audio_file_skip was given NULL as 'audio'"));
  EXPECT_EQ(attend_model_get_info(nullptr), nullptr);
  attend_model_free(nullptr);
  attend_stream_free(nullptr);
  attend_audio_file_free(nullptr);
  attend_stream_options_init(nullptr, sizeof(attend_stream_options));
}

TEST(CInterface, OptionsOfOtherAgesAreUnderstood) {
  const auto model = load();
  attend_stream* stream = nullptr;

  struct Older {  // ends behind `lookahead_ms`
    std::size_t size;
    std::int32_t chunk_ms, lookahead_ms;
    std::int32_t guard[8];
  } older{};
  std::memset(&older, 0x55, sizeof older);
  attend_stream_options_init(reinterpret_cast<attend_stream_options*>(&older), offsetof(Older, guard));
  EXPECT_EQ(older.chunk_ms, -1);
  EXPECT_EQ(older.guard[0], 0x55555555);
  EXPECT_EQ(attend_stream_open(model.get(), reinterpret_cast<attend_stream_options*>(&older), &stream), ATTEND_OK)
      << attend_last_error();
  attend_stream_free(stream);

  struct Newer {
    attend_stream_options known;
    std::int64_t unknown;
  } newer{};
  attend_stream_options_init(&newer.known, sizeof newer);
  EXPECT_EQ(newer.known.size, sizeof newer);
  EXPECT_EQ(attend_stream_open(model.get(), &newer.known, &stream), ATTEND_OK) << attend_last_error();
  attend_stream_free(stream);
  newer.unknown = 1;
  EXPECT_EQ(attend_stream_open(model.get(), &newer.known, &stream), ATTEND_UNSUPPORTED);

  attend_stream_options zero{};
  EXPECT_EQ(attend_stream_open(model.get(), &zero, &stream), ATTEND_INVALID_ARGUMENT);
  EXPECT_THAT(attend_last_error(), HasSubstr("attend_stream_options_init"));
}

TEST(CInterface, ErrorsBelongToTheirThread) {
  attend_model* model = nullptr;
  attend_model_load("/here", nullptr, &model);
  std::thread([] {
    EXPECT_STREQ(attend_last_error(), "");
    attend_model* other = nullptr;
    attend_model_load("/there", nullptr, &other);
    EXPECT_THAT(attend_last_error(), HasSubstr("/there"));
  }).join();
  EXPECT_THAT(attend_last_error(), HasSubstr("/here"));
}

TEST(CInterface, ReadsAudioFiles) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "attend_c_api_test.raw";
  const std::vector<std::int16_t> samples{0, 16384, -16384, 32767, -32768, 1};
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(samples.data()), 12);
  attend_raw_format format;
  attend_raw_format_init(&format, sizeof format);
  format.sample_rate = 8000;
  attend_audio_file* opened = nullptr;
  ASSERT_EQ(attend_audio_file_open_raw(path.c_str(), &format, &opened), ATTEND_OK) << attend_last_error();
  const AudioHandle audio(opened, attend_audio_file_free);
  EXPECT_EQ(attend_audio_file_sample_rate(audio.get()), 8000);
  EXPECT_EQ(attend_audio_file_channels(audio.get()), 1);
  std::int64_t skipped = 0;
  ASSERT_EQ(attend_audio_file_skip(audio.get(), 1, &skipped), ATTEND_OK);
  EXPECT_EQ(skipped, 1);
  std::vector<float> read;
  float block[2];
  std::size_t count = 0;
  while (attend_audio_file_read(audio.get(), block, 2, &count) == ATTEND_OK && count > 0)
    read.insert(read.end(), block, block + count);
  EXPECT_EQ(read, (std::vector<float>{0.5F, -0.5F, 32767.0F / 32768, -1, 1.0F / 32768}));
  format.format = 99;
  EXPECT_EQ(attend_audio_file_open_raw(path.c_str(), &format, &opened), ATTEND_INVALID_ARGUMENT);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace attend
