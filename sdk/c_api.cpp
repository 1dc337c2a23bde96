// The C interface of attend/attend.h over the C++ one.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attend/attend.h"
#include "attend/attend.hpp"
#include "sdk/c_guard.hpp"
#include "sdk/c_handles.hpp"
#include "sdk/c_options.hpp"

using attend::Error;
using attend::Fault;
using attend::sdk::guarded;
using attend::sdk::read_options;
using attend::sdk::require;
using attend::sdk::write_defaults;

struct attend_audio_file {
  attend::AudioFile file;
};

namespace {

constexpr attend_model_options model_defaults{sizeof(attend_model_options), ATTEND_PRECISION_AUTOMATIC};
constexpr attend_raw_format raw_defaults{sizeof(attend_raw_format), 16000, 1, ATTEND_S16LE};

attend_stream_options stream_defaults() {
  const attend::StreamOptions options;
  attend_stream_options defaults{};
  defaults.size = sizeof defaults;
  defaults.chunk_ms = -1;
  defaults.lookahead_ms = -1;
  defaults.sample_rate = options.sample_rate;
  defaults.channels = options.channels;
  defaults.silence_ms = static_cast<std::int32_t>(options.endpoint.silence.count());
  defaults.longest_ms = static_cast<std::int32_t>(options.endpoint.longest.count());
  defaults.language_weight = options.search.language_weight;
  defaults.opinion_weight = -1;
  defaults.hindsight_ms = -1;
  return defaults;
}

std::optional<attend::SecondOpinion> opinion(std::int32_t given) {
  switch (given) {
    case ATTEND_OPINION_MODEL:
      return std::nullopt;
    case ATTEND_OPINION_NONE:
      return attend::SecondOpinion::none;
    case ATTEND_OPINION_COUNTER:
      return attend::SecondOpinion::counter;
    case ATTEND_OPINION_CTC:
      return attend::SecondOpinion::ctc;
    default:
      throw Error(Fault::invalid_argument, "attend_stream_options::opinion is no attend_opinion; use one of its names");
  }
}

attend::ModelOptions model_options(const attend_model_options& given) {
  if (given.precision < ATTEND_PRECISION_AUTOMATIC || given.precision > ATTEND_PRECISION_BF16) {
    throw Error(Fault::invalid_argument, "attend_model_options::precision is no attend_precision; use one of its names");
  }
  return {static_cast<attend::Precision>(given.precision)};
}

attend::StreamOptions stream_options(const attend_stream_options& given) {
  using std::chrono::milliseconds;
  attend::StreamOptions options;
  if (given.chunk_ms != -1) options.chunk = milliseconds(given.chunk_ms);
  if (given.lookahead_ms != -1) options.lookahead = milliseconds(given.lookahead_ms);
  if (given.hindsight_ms != -1) options.hindsight = milliseconds(given.hindsight_ms);
  options.whole = given.whole != 0;
  options.sample_rate = given.sample_rate;
  options.channels = given.channels;
  options.start_seconds = given.start_seconds;
  options.first_segment = given.first_segment;
  options.endpoint = {milliseconds(given.silence_ms), milliseconds(given.longest_ms)};
  if (given.beam != 0) options.search.beam = given.beam;
  options.search.alternatives = given.alternatives;
  options.search.explain = given.explain != 0;
  options.search.language_weight = given.language_weight;
  if (given.language_model != nullptr) options.search.language_model = given.language_model->model;
  options.search.opinion = opinion(given.opinion);
  if (!(given.opinion_weight < 0)) options.search.opinion_weight = given.opinion_weight;
  return options;
}

std::vector<attend::Phrase> phrase_list(const char* const* texts, const float* weights, std::size_t count) {
  if (count > 0) require(texts, "attend_stream_set_phrases", "texts");
  std::vector<attend::Phrase> phrases;
  for (std::size_t i = 0; i < count; ++i) {
    require(texts[i], "attend_stream_set_phrases", "texts[...]");
    phrases.push_back({texts[i], weights == nullptr ? 1 : weights[i]});
  }
  return phrases;
}

bool is_sample_format(std::int32_t format) {
  return format >= ATTEND_S16LE && format <= ATTEND_ALAW;
}

attend::SampleFormat sample_format(std::int32_t given, const char* argument) {
  if (!is_sample_format(given)) {
    throw Error(Fault::invalid_argument, std::string(argument) + " is no attend_sample_format; use one of its names");
  }
  return static_cast<attend::SampleFormat>(given);
}

attend::RawFormat raw_format(const attend_raw_format& given) {
  return {given.sample_rate, given.channels, sample_format(given.format, "attend_raw_format::format")};
}

template <class Sample>
attend_status write(attend_stream* stream, const Sample* samples, std::size_t count, const char* function) {
  return guarded([&] {
    require(stream, function, "stream");
    if (count > 0) require(samples, function, "samples");
    stream->stream.write(std::span(samples, count));
  });
}

}  // namespace

attend_model::attend_model(attend::Model loaded) : model(std::move(loaded)) {
  const attend::ModelInfo& from = model.info();
  for (const std::string& language : from.languages) languages.push_back(language.c_str());
  info.name = from.name.c_str();
  info.version = from.version.c_str();
  info.licence = from.licence.c_str();
  info.summary = from.summary.c_str();
  info.precision = from.precision.c_str();
  info.languages = languages.data();
  info.language_count = languages.size();
  info.parameters = from.parameters;
  info.labels = from.labels;
  info.sample_rate = from.sample_rate;
  info.chunk_ms = static_cast<std::int32_t>(from.chunk.count());
  info.lookahead_ms = static_cast<std::int32_t>(from.lookahead.count());
  info.row_seconds = from.row_seconds;
  info.hindsight_ms = static_cast<std::int32_t>(from.hindsight.count());
}

// ---- Version and errors ---------------------------------------------------------------------------------------------------------

const char* attend_version(void) {
  return attend::version().data();
}

int32_t attend_version_number(void) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::sscanf(attend::version().data(), "%d.%d.%d", &major, &minor, &patch);
  return major * 10000 + minor * 100 + patch;
}

int attend_has_feature(const char* name) {
  constexpr std::array<std::string_view, 9> features{"audio_file",     "stream",           "stream.whole",
                                                     "stream.phrases", "stream.set_chunk", "stream.explain",
                                                     "stream.opinion", "language_model",   "precision.bf16"};
  if (name == nullptr) return 0;
  return std::ranges::find(features, std::string_view(name)) != features.end() ? 1 : 0;
}

const char* attend_last_error(void) {
  return attend::sdk::last_error();
}

// ---- Model ----------------------------------------------------------------------------------------------------------------------

void attend_model_options_init(attend_model_options* options, size_t size) {
  write_defaults(options, size, model_defaults);
}

attend_status attend_model_load(const char* file, const attend_model_options* options, attend_model** model) {
  return guarded([&] {
    require(file, "attend_model_load", "file");
    require(model, "attend_model_load", "model");
    const auto chosen = model_options(read_options(options, model_defaults, "attend_model_options"));
    *model = new attend_model(attend::Model::load(file, chosen));
  });
}

const attend_model_info* attend_model_get_info(const attend_model* model) {
  return model == nullptr ? nullptr : &model->info;
}

void attend_model_free(attend_model* model) {
  delete model;
}

// ---- Language model -------------------------------------------------------------------------------------------------------------

attend_status attend_language_model_load(const char* file, attend_language_model** model) {
  return guarded([&] {
    require(file, "attend_language_model_load", "file");
    require(model, "attend_language_model_load", "model");
    *model = new attend_language_model{attend::LanguageModel::load(file)};
  });
}

int32_t attend_language_model_order(const attend_language_model* model) {
  return model == nullptr ? 0 : model->model.order();
}

int64_t attend_language_model_words(const attend_language_model* model) {
  return model == nullptr ? 0 : model->model.words();
}

void attend_language_model_free(attend_language_model* model) {
  delete model;
}

// ---- Stream ---------------------------------------------------------------------------------------------------------------------

void attend_stream_options_init(attend_stream_options* options, size_t size) {
  write_defaults(options, size, stream_defaults());
}

attend_status attend_stream_open(const attend_model* model, const attend_stream_options* options, attend_stream** stream) {
  return guarded([&] {
    require(model, "attend_stream_open", "model");
    require(stream, "attend_stream_open", "stream");
    const auto chosen = stream_options(read_options(options, stream_defaults(), "attend_stream_options"));
    *stream = new attend_stream{attend::Stream(model->model, chosen), std::nullopt, {}};
  });
}

attend_status attend_stream_write_f32(attend_stream* stream, const float* samples, size_t count) {
  return write(stream, samples, count, "attend_stream_write_f32");
}

attend_status attend_stream_write_s16(attend_stream* stream, const int16_t* samples, size_t count) {
  return write(stream, samples, count, "attend_stream_write_s16");
}

attend_status attend_stream_finish(attend_stream* stream) {
  return guarded([&] {
    require(stream, "attend_stream_finish", "stream");
    stream->stream.finish();
  });
}

attend_status attend_stream_read(attend_stream* stream, const attend_event** event) {
  return guarded([&] {
    require(stream, "attend_stream_read", "stream");
    require(event, "attend_stream_read", "event");
    stream->event.reset();
    if (auto read = stream->stream.read()) stream->event.emplace(std::move(*read));
    *event = stream->event ? &*stream->event : nullptr;
  });
}

attend_status attend_stream_set_phrases(attend_stream* stream, const char* const* texts, const float* weights, size_t count) {
  return guarded([&] {
    require(stream, "attend_stream_set_phrases", "stream");
    stream->skipped = stream->stream.set_phrases(phrase_list(texts, weights, count));
  });
}

size_t attend_stream_skipped_count(const attend_stream* stream) {
  return stream == nullptr ? 0 : stream->skipped.size();
}

size_t attend_stream_skipped_phrase(const attend_stream* stream, size_t index) {
  return index < attend_stream_skipped_count(stream) ? stream->skipped[index].index : SIZE_MAX;
}

const char* attend_stream_skipped_reason(const attend_stream* stream, size_t index) {
  return index < attend_stream_skipped_count(stream) ? stream->skipped[index].reason.c_str() : nullptr;
}

attend_status attend_stream_set_chunk(attend_stream* stream, int32_t chunk_ms) {
  return attend_stream_set_chunk_at(stream, chunk_ms, 0);
}

attend_status attend_stream_set_chunk_at(attend_stream* stream, int32_t chunk_ms, int64_t from_step) {
  return guarded([&] {
    require(stream, "attend_stream_set_chunk_at", "stream");
    stream->stream.set_chunk(std::chrono::milliseconds(chunk_ms), from_step);
  });
}

int64_t attend_stream_steps(const attend_stream* stream) {
  return stream == nullptr ? 0 : stream->stream.steps();
}

double attend_stream_written_seconds(const attend_stream* stream) {
  return stream == nullptr ? 0 : stream->stream.written_seconds();
}

void attend_stream_free(attend_stream* stream) {
  delete stream;
}

// ---- Audio files ----------------------------------------------------------------------------------------------------------------

void attend_raw_format_init(attend_raw_format* format, size_t size) {
  write_defaults(format, size, raw_defaults);
}

size_t attend_sample_bytes(int32_t format) {
  return is_sample_format(format) ? attend::sample_bytes(static_cast<attend::SampleFormat>(format)) : 0;
}

attend_status attend_decode_samples(int32_t format, const void* bytes, size_t count, float* samples) {
  return guarded([&] {
    const attend::SampleFormat known = sample_format(format, "attend_decode_samples: format");
    if (count == 0) return;
    require(bytes, "attend_decode_samples", "bytes");
    require(samples, "attend_decode_samples", "samples");
    if (count > std::numeric_limits<std::size_t>::max() / attend::sample_bytes(known)) {
      throw Error(Fault::invalid_argument, "attend_decode_samples: count is larger than memory; give the number of samples");
    }
    attend::decode_samples(known, {static_cast<const std::byte*>(bytes), count * attend::sample_bytes(known)}, {samples, count});
  });
}

attend_status attend_audio_file_open(const char* file, attend_audio_file** audio) {
  return guarded([&] {
    require(file, "attend_audio_file_open", "file");
    require(audio, "attend_audio_file_open", "audio");
    *audio = new attend_audio_file{attend::AudioFile::open(file)};
  });
}

attend_status attend_audio_file_open_raw(const char* file, const attend_raw_format* format, attend_audio_file** audio) {
  return guarded([&] {
    require(file, "attend_audio_file_open_raw", "file");
    require(audio, "attend_audio_file_open_raw", "audio");
    const auto chosen = raw_format(read_options(format, raw_defaults, "attend_raw_format"));
    *audio = new attend_audio_file{attend::AudioFile::open_raw(file, chosen)};
  });
}

attend_status attend_audio_file_open_stdin(const attend_raw_format* format, attend_audio_file** audio) {
  return guarded([&] {
    require(audio, "attend_audio_file_open_stdin", "audio");
    std::optional<attend::RawFormat> chosen;
    if (format != nullptr) chosen = raw_format(read_options(format, raw_defaults, "attend_raw_format"));
    *audio = new attend_audio_file{attend::AudioFile::open_stdin(chosen)};
  });
}

int32_t attend_audio_file_sample_rate(const attend_audio_file* audio) {
  return audio == nullptr ? 0 : audio->file.sample_rate();
}

int32_t attend_audio_file_channels(const attend_audio_file* audio) {
  return audio == nullptr ? 0 : audio->file.channels();
}

double attend_audio_file_seconds(const attend_audio_file* audio) {
  return audio == nullptr ? -1 : audio->file.seconds().value_or(-1);
}

attend_status attend_audio_file_read(attend_audio_file* audio, float* samples, size_t room, size_t* count) {
  return guarded([&] {
    require(audio, "attend_audio_file_read", "audio");
    require(samples, "attend_audio_file_read", "samples");
    require(count, "attend_audio_file_read", "count");
    *count = audio->file.read(std::span(samples, room));
  });
}

attend_status attend_audio_file_skip(attend_audio_file* audio, int64_t frames, int64_t* skipped) {
  return guarded([&] {
    require(audio, "attend_audio_file_skip", "audio");
    require(skipped, "attend_audio_file_skip", "skipped");
    *skipped = audio->file.skip(frames);
  });
}

void attend_audio_file_free(attend_audio_file* audio) {
  delete audio;
}
