/// Attend in C++: load a model, open a stream, write samples, read events.
///
/// Threads: a Model is immutable; share it among threads and streams freely. A Stream belongs to one thread at a time: calls on one
/// Stream must not overlap, calls on different Streams may. An AudioFile belongs to one thread at a time.
/// Ownership: everything returned is a value; a Stream keeps its Model alive.
/// Errors: functions that can fail throw attend::Error, whose message is one sentence that names the file or argument and the
/// remedy. The library never prints, exits, aborts, installs signal handlers or reads the environment.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attend/export.h"

namespace attend {

/// The library's version, "MAJOR.MINOR.PATCH".
ATTEND_API std::string_view version() noexcept;

/// What went wrong. The numbers are those of the C ABI (attend_status).
enum class Fault : int {
  invalid_argument = 1,
  not_found = 2,
  unreadable = 3,
  malformed = 4,
  unsupported = 5,
  out_of_memory = 6,
  internal = 7,
};

class ATTEND_API Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& sentence);
  Fault fault() const noexcept;

 private:
  Fault fault_;
};

// ---- Model ----------------------------------------------------------------------------------------------------------------------

enum class Precision { automatic, f32, bf16 };  ///< automatic: bf16 where the processor multiplies it, else f32

struct ModelOptions {
  Precision precision = Precision::automatic;
};

/// What a model is made of: a source of weights or data, with its licence.
struct Origin {
  std::string what, name, licence;
};

/// A word error rate written into the model by whoever measured it.
struct MeasuredWer {
  std::string set;
  double wer = 0;  ///< per cent
  std::int64_t words = 0;
  int chunk_ms = 0, lookahead_ms = 0;
  std::string command;
};

struct ModelInfo {
  std::string name, version, licence;
  std::vector<std::string> languages;
  std::vector<Origin> origin;
  std::vector<MeasuredWer> measured;
  std::int64_t parameters = 0;
  std::int32_t labels = 0;
  int sample_rate = 16000;
  std::chrono::milliseconds chunk{}, lookahead{}, hindsight{};  ///< the defaults of its streams
  double row_seconds = 0;                                       ///< one encoder row
  std::string precision;                                        ///< "f32" or "bf16": what it computes in
  std::string summary;                                          ///< the network in one line
};

class ATTEND_API Model {
 public:
  /// Maps and checks the file, packs its weights. Takes some tenths of a second.
  static Model load(const std::filesystem::path& file, const ModelOptions& options = {});

  const ModelInfo& info() const noexcept;

  struct ATTEND_LOCAL Impl;

 private:
  friend class Stream;
  ATTEND_LOCAL explicit Model(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

// ---- What a stream may know beforehand ------------------------------------------------------------------------------------------

/// An n-gram language model of words. Immutable; share it among threads and streams freely.
class ATTEND_API LanguageModel {
 public:
  /// Reads an ARPA file (plain or gzip) or what `attend lm build` makes of one.
  static LanguageModel load(const std::filesystem::path& file);

  int order() const noexcept;           ///< 5 for a model of 5-grams
  std::int64_t words() const noexcept;  ///< in its vocabulary
  /// How many n-grams of each length it has, words first.
  std::vector<std::int64_t> ngrams() const;
  /// Writes it in the compact form. The file is whole or not there.
  void save(const std::filesystem::path& file) const;

  struct ATTEND_LOCAL Impl;

 private:
  friend class Stream;
  ATTEND_LOCAL explicit LanguageModel(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

/// Words to expect: a name, a term, a command.
struct Phrase {
  std::string text;
  float weight = 1;  ///< times the usual bonus; more than 0
};

/// A phrase that cannot be expected, and why, in one sentence that names it.
struct SkippedPhrase {
  std::size_t index = 0;  ///< in the list that was given
  std::string reason;
};

// ---- Stream ---------------------------------------------------------------------------------------------------------------------

/// What a model may hear besides its attention: how many labels were said by when, or letters one by one.
enum class SecondOpinion { none, counter, ctc };

/// How much is weighed before a word is written. More costs time.
struct SearchOptions {
  /// Hypotheses kept from one step to the next, 1 to 16. Unset: 8.
  std::optional<int> beam = {};
  /// Other readings that events carry, best first; 0: none.
  int alternatives = 0;
  std::optional<LanguageModel> language_model = {};
  float language_weight = 0.1F;  ///< of the language model's log-probability beside attention's
  /// Which of the model's second opinions speaks. Unset: those to which the model gives a weight. One that the model does not have
  /// is refused.
  std::optional<SecondOpinion> opinion = {};
  /// Of `opinion` beside attention. Unset: what the model says, or 0.2 if that is nothing.
  std::optional<float> opinion_weight = {};
  std::vector<Phrase> phrases = {};  ///< as by Stream::set_phrases, which tells those that cannot be expected
  /// Finals carry what `attend explain` draws: where each word listened.
  bool explain = false;
};

struct EndpointOptions {
  /// A segment ends after this much silence behind its last word.
  std::chrono::milliseconds silence{800};
  /// No segment grows beyond this; near it the widest gap between words serves as the cut.
  std::chrono::milliseconds longest{25000};
};

struct StreamOptions {
  /// Audio per step. Unset: the model's default. `whole` decodes a segment at once when it ends.
  std::optional<std::chrono::milliseconds> chunk = {};
  /// Audio that lies behind a word before it may be committed; costs processor time, not delay of what is shown. Unset: the
  /// model's default.
  std::optional<std::chrono::milliseconds> lookahead = {};
  /// Audio before that which is heard again in each step, now that more is known of what follows; costs processor time. Words of
  /// little stability are committed only behind it. At most half of EndpointOptions::longest. Unset: the model's default.
  std::optional<std::chrono::milliseconds> hindsight = {};
  bool whole = false;
  /// Of the samples that will be written. 1,000 to 768,000 Hz; resampled to the model's rate.
  int sample_rate = 16000;
  /// Interleaved channels that will be written; mixed to one by their mean.
  int channels = 1;
  /// Added to all times of events: the position of the first sample in a longer recording.
  double start_seconds = 0;
  /// Number of the first segment, likewise.
  std::int64_t first_segment = 0;
  EndpointOptions endpoint = {};
  SearchOptions search = {};
};

struct Word {
  std::string text;  ///< as written, with case and marks; no blanks around it
  double start = 0;  ///< seconds in the audio
  double end = 0;
  float confidence = 0;  ///< in [0,1]
  float stability = 1;   ///< in [0,1]; 1 for committed words
};

enum class EventKind { partial, final };
enum class Cause { chunk, endpoint, end };

/// Another reading of what an event's words say.
struct Reading {
  float score = 0;  ///< log-score less that of the reading that was written: at most 0
  std::vector<Word> words = {};
};

/// Where one word listened: how the attention of its labels lies over the segment's rows.
struct WordAttention {
  std::vector<float> weights;                             ///< one per encoder row of the segment; sum 1
  std::vector<std::pair<std::string, float>> considered;  ///< texts that might have stood here, with probabilities, best first
};

/// What a segment's words rest on.
struct Explanation {
  std::size_t rows = 0;                  ///< encoder rows of the segment
  double row_seconds = 0;                ///< between two weights
  double frame_seconds = 0;              ///< between two rows of the spectrogram
  int bins = 0;                          ///< of the spectrogram
  std::vector<float> spectrogram;        ///< log-mel energies, [frames][bins]
  std::vector<WordAttention> attention;  ///< one for each committed word
  /// What the model's second opinion says of each row, from 0 to 1: how much of a label it brings, or how sure it is that a letter
  /// is heard there. Empty if the model has none.
  std::vector<float> second_opinion;
};

/// The state of one segment after it changed. Committed words only ever grow: those of the event before stand unchanged at the
/// front, with the same text and times. Tentative words may change. A final closes its segment and has no tentative words.
struct Event {
  EventKind kind = EventKind::partial;
  Cause cause = Cause::chunk;
  std::int64_t segment = 0;
  std::vector<Word> committed;
  std::vector<Word> tentative;
  double audio_time = 0;                        ///< seconds of audio heard when this was decided
  double segment_start = 0;                     ///< seconds
  double segment_end = 0;                       ///< finals only: the next segment begins here, with the sample at this time
  std::vector<Reading> alternatives = {};       ///< of committed and tentative words together; each text once
  std::optional<Explanation> explanation = {};  ///< finals only, if asked for
};

/// One voice being recognised.
class ATTEND_API Stream {
 public:
  explicit Stream(const Model& model, const StreamOptions& options = {});
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  /// Copies interleaved samples in [-1,1] (float) or of the full 16-bit range; computes nothing. Blocks of any length; how the
  /// audio is cut into blocks does not change the result. Values that are no numbers count as silence. The length must be a
  /// multiple of the channels.
  void write(std::span<const float> samples);
  void write(std::span<const std::int16_t> samples);
  /// No more samples will follow; `read` then delivers the rest.
  void finish();

  /// Computes until something changed and returns it, or nothing when all written audio is used up. After `finish`, nothing means
  /// the end. A segment without a word gives no event.
  std::optional<Event> read();

  /// Phrases to expect from the next segment on (before the first `read`: from the first), instead of those before. Thousands are
  /// no burden. Phrases that cannot be spelled with the model's labels are left out and told.
  std::vector<SkippedPhrase> set_phrases(std::span<const Phrase> phrases);

  /// From the next step on a chunk is this long: more of it costs less time per second of audio and delays words. For a machine
  /// that cannot keep up. With the look-ahead it may be half of EndpointOptions::longest. Ignored by a stream opened as `whole`.
  void set_chunk(std::chrono::milliseconds chunk);
  /// The same from a step in the future on: who notes `steps()` at each change can repeat a session to the last bit.
  void set_chunk(std::chrono::milliseconds chunk, std::int64_t from_step);
  /// Steps computed so far, each of which settled a chunk.
  std::int64_t steps() const noexcept;

  /// Seconds of audio written so far.
  double written_seconds() const noexcept;

  struct ATTEND_LOCAL Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

/// The words of an event as a line of text.
ATTEND_API std::string to_text(std::span<const Word> words);

// ---- Audio files ----------------------------------------------------------------------------------------------------------------

enum class SampleFormat { s16le, s24le, s32le, f32le, u8, mulaw, alaw };

/// What headerless PCM is.
struct RawFormat {
  int sample_rate = 16000;
  int channels = 1;
  SampleFormat format = SampleFormat::s16le;
};

/// Bytes of one sample.
ATTEND_API std::size_t sample_bytes(SampleFormat format);
/// Headerless PCM as samples for Stream::write: `bytes` holds samples.size() of them, whatever their channels. Integers come out in
/// [-1,1), floats as they are.
ATTEND_API void decode_samples(SampleFormat format, std::span<const std::byte> bytes, std::span<float> samples);

/// Samples from a file: what libsndfile reads (wav, flac, ogg, opus, mp3, aiff, au, …), anything else through an installed ffmpeg.
class ATTEND_API AudioFile {
 public:
  static AudioFile open(const std::filesystem::path& file);
  static AudioFile open_raw(const std::filesystem::path& file, const RawFormat& format);
  /// Standard input: a container that libsndfile knows, or headerless PCM if a format is given.
  static AudioFile open_stdin(const std::optional<RawFormat>& format = std::nullopt);
  ~AudioFile();
  AudioFile(AudioFile&&) noexcept;
  AudioFile& operator=(AudioFile&&) noexcept;

  int sample_rate() const noexcept;
  int channels() const noexcept;
  /// Length if the container tells it.
  std::optional<double> seconds() const noexcept;
  /// Fills with interleaved samples; returns how many samples (not frames) were read, 0 at the end. Throws if the file breaks off;
  /// what was readable before the break has been delivered by then.
  std::size_t read(std::span<float> interleaved);
  /// Skips forward by reading or seeking; returns the frames skipped, fewer at the end.
  std::int64_t skip(std::int64_t frames);

  struct ATTEND_LOCAL Impl;

 private:
  ATTEND_LOCAL explicit AudioFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace attend
