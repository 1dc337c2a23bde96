/* Attend in C: load a model, open a stream, write samples, read events. The same as attend/attend.hpp, which says more about the
   meaning of options and events.

   Conventions:
   (1) Types without visible members are handles. What an ..._open or ..._load function gave is freed with the ..._free function of
   its type, which takes NULL as well. A model may be freed while streams are open on it: they keep what they need. (2) Functions
   that can fail return an attend_status. On anything but ATTEND_OK the outputs are left untouched, and attend_last_error() gives
   one sentence that names the file or argument and the remedy. No exception leaves the library. (3) Structs of options begin with
   `size`; fill them with their ..._init function, which sets every member to its default, then change what you like. A program
   built against an older header keeps working with a newer library, and the other way round. NULL in place of options means
   defaults. (4) Strings are UTF-8 and end in NUL. Strings, words and structs that the library returns belong to the handle they
   came from: those of a model live until attend_model_free; an event, and everything reached from it, until the next
   attend_stream_read or attend_stream_free of its stream. Structs that the library returns may grow at their end: read them through
   the pointer, do not copy them by their size nor put them in arrays. (5) Threads: a model is immutable and may be used by any
   number of threads at once. Calls on one stream, or on one audio file, must not overlap; calls on different ones may.
   attend_last_error() speaks of the calling thread's last failed call. (6) attend_stream_write_... only copies; attend_stream_read
   computes. The library never prints, exits, aborts, installs signal handlers, reads the environment or changes floating-point
   modes. */
#ifndef ATTEND_ATTEND_H
#define ATTEND_ATTEND_H

#include <stddef.h>
#include <stdint.h>

#include "attend/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ---- */

/* "MAJOR.MINOR.PATCH" of the library that runs. */
ATTEND_API const char* attend_version(void);
/* The same as MAJOR * 10000 + MINOR * 100 + PATCH. */
ATTEND_API int32_t attend_version_number(void);
/* 1 if the library that runs has the feature, else 0. Names: "audio_file", "stream", "stream.whole", "stream.phrases",
   "stream.set_chunk", "stream.explain", "stream.opinion", "language_model", "precision.bf16" (of the library, not of the
   processor). */
ATTEND_API int attend_has_feature(const char* name);

/* ---- Errors ---- */

typedef enum attend_status {
  ATTEND_OK = 0,
  ATTEND_INVALID_ARGUMENT = 1, /* the caller asked for something that makes no sense */
  ATTEND_NOT_FOUND = 2,        /* no such file, device or program */
  ATTEND_UNREADABLE = 3,       /* the system refused to read */
  ATTEND_MALFORMED = 4,        /* the bytes are not what they claim to be */
  ATTEND_UNSUPPORTED = 5,      /* well formed, but not something this library can do */
  ATTEND_OUT_OF_MEMORY = 6,
  ATTEND_INTERNAL = 7 /* a defect of Attend */
} attend_status;

/* The sentence of this thread's last failed call; "" before the first. Valid until the thread's next failed call. */
ATTEND_API const char* attend_last_error(void);

/* ---- Model ---- */

typedef struct attend_model attend_model;

typedef enum attend_precision {
  ATTEND_PRECISION_AUTOMATIC = 0, /* bf16 where the processor multiplies it, else f32 */
  ATTEND_PRECISION_F32 = 1,
  ATTEND_PRECISION_BF16 = 2
} attend_precision;

typedef struct attend_model_options {
  size_t size;
  int32_t precision; /* attend_precision */
} attend_model_options;

typedef struct attend_model_info {
  const char* name;
  const char* version;
  const char* licence;
  const char* summary;   /* the network in one line */
  const char* precision; /* "f32" or "bf16": what it computes in */
  const char* const* languages;
  size_t language_count;
  int64_t parameters;
  int32_t labels;
  int32_t sample_rate;
  int32_t chunk_ms; /* defaults of its streams */
  int32_t lookahead_ms;
  double row_seconds;   /* one encoder row */
  int32_t hindsight_ms; /* default of its streams */
} attend_model_info;

ATTEND_API void attend_model_options_init(attend_model_options* options, size_t size); /* size: sizeof *options */
/* Maps and checks the file, packs its weights. Takes some tenths of a second. */
ATTEND_API attend_status attend_model_load(const char* file, const attend_model_options* options, attend_model** model);
ATTEND_API const attend_model_info* attend_model_get_info(const attend_model* model);
ATTEND_API void attend_model_free(attend_model* model);

/* ---- Language model ---- */

/* An n-gram model of words. Immutable; may be used by any number of threads and streams at once, and freed while streams use it. */
typedef struct attend_language_model attend_language_model;

/* An ARPA file (plain or gzip), or what `attend lm build` makes of one. */
ATTEND_API attend_status attend_language_model_load(const char* file, attend_language_model** model);
ATTEND_API int32_t attend_language_model_order(const attend_language_model* model); /* 5 for a model of 5-grams */
ATTEND_API int64_t attend_language_model_words(const attend_language_model* model); /* in its vocabulary */
ATTEND_API void attend_language_model_free(attend_language_model* model);

/* ---- Stream ---- */

typedef struct attend_stream attend_stream;

/* What a model may hear besides its attention. */
typedef enum attend_opinion {
  ATTEND_OPINION_MODEL = 0,   /* those to which the model gives a weight */
  ATTEND_OPINION_NONE = 1,    /* none */
  ATTEND_OPINION_COUNTER = 2, /* how many labels were said by when; refused if the model has no such head, as the next */
  ATTEND_OPINION_CTC = 3      /* letters one by one */
} attend_opinion;

typedef struct attend_stream_options {
  size_t size;
  int32_t chunk_ms;                            /* audio per step; -1: the model's default */
  int32_t lookahead_ms;                        /* audio behind a word before it may be committed; -1: the model's default */
  int32_t whole;                               /* not 0: a segment is decoded at once when it ends */
  int32_t sample_rate;                         /* of the samples that will be written, 1,000 to 768,000 Hz */
  int32_t channels;                            /* interleaved; mixed to one by their mean */
  int32_t silence_ms;                          /* a segment ends after so much silence behind its last word */
  int32_t longest_ms;                          /* no segment grows beyond this */
  double start_seconds;                        /* added to all times of events */
  int64_t first_segment;                       /* number of the first segment */
  int32_t beam;                                /* hypotheses kept from step to step, 1 to 16; 0: 8 */
  int32_t alternatives;                        /* other readings that events carry */
  int32_t explain;                             /* not 0: finals carry an explanation */
  float language_weight;                       /* of the language model's log-probability beside attention's */
  const attend_language_model* language_model; /* NULL: none */
  int32_t opinion;                             /* an attend_opinion */
  float opinion_weight;                        /* of the second opinion beside attention; negative: what the model says */
  int32_t hindsight_ms;                        /* audio before the look-ahead heard again in each step; -1: the model's default */
} attend_stream_options;

typedef struct attend_word {
  const char* text; /* with case and marks; no blanks around it */
  double start;     /* seconds in the audio */
  double end;
  float confidence; /* in [0,1] */
  float stability;  /* in [0,1]; 1 for committed words */
} attend_word;

typedef enum attend_event_kind { ATTEND_EVENT_PARTIAL = 0, ATTEND_EVENT_FINAL = 1 } attend_event_kind;
typedef enum attend_cause { ATTEND_CAUSE_CHUNK = 0, ATTEND_CAUSE_ENDPOINT = 1, ATTEND_CAUSE_END = 2 } attend_cause;

typedef struct attend_event attend_event;

ATTEND_API void attend_stream_options_init(attend_stream_options* options, size_t size); /* size: sizeof *options */
ATTEND_API attend_status attend_stream_open(const attend_model* model, const attend_stream_options* options,
                                            attend_stream** stream);
/* `count` samples, not frames, in [-1,1] or of the full 16-bit range; a multiple of the channels. Values that are no numbers count
   as silence. How the audio is cut into blocks does not change the result. */
ATTEND_API attend_status attend_stream_write_f32(attend_stream* stream, const float* samples, size_t count);
ATTEND_API attend_status attend_stream_write_s16(attend_stream* stream, const int16_t* samples, size_t count);
/* No more samples will follow; attend_stream_read then delivers the rest. */
ATTEND_API attend_status attend_stream_finish(attend_stream* stream);
/* Computes until something changed: *event is the new state of a segment, or NULL when all written audio is used up; after
   attend_stream_finish, NULL means the end. */
ATTEND_API attend_status attend_stream_read(attend_stream* stream, const attend_event** event);
/* Phrases to expect from the next segment on (before the first attend_stream_read: from the first), instead of those before:
   `count` texts, and as many weights above 0 or NULL for 1 each. Thousands are no burden. Those that the model's labels cannot
   spell are skipped; the following functions tell which. */
ATTEND_API attend_status attend_stream_set_phrases(attend_stream* stream, const char* const* texts, const float* weights,
                                                   size_t count);
/* Of the last attend_stream_set_phrases; valid until the next. */
ATTEND_API size_t attend_stream_skipped_count(const attend_stream* stream);
ATTEND_API size_t attend_stream_skipped_phrase(const attend_stream* stream, size_t index); /* its place in the list given */
ATTEND_API const char* attend_stream_skipped_reason(const attend_stream* stream,
                                                    size_t index); /* a sentence; NULL beyond the last */
/* From the next step on a chunk is so long, for a machine that cannot keep up; see attend.hpp. */
ATTEND_API attend_status attend_stream_set_chunk(attend_stream* stream, int32_t chunk_ms);
/* The same from a step in the future on; who notes attend_stream_steps at each change can repeat a session to the last bit. */
ATTEND_API attend_status attend_stream_set_chunk_at(attend_stream* stream, int32_t chunk_ms, int64_t from_step);
ATTEND_API int64_t attend_stream_steps(const attend_stream* stream); /* computed so far */
ATTEND_API double attend_stream_written_seconds(const attend_stream* stream);
ATTEND_API void attend_stream_free(attend_stream* stream);

/* An event is the state of one segment after it changed. Committed words only ever grow within a segment; tentative words may
   change. A final closes its segment and has no tentative words. */
ATTEND_API attend_event_kind attend_event_get_kind(const attend_event* event);
ATTEND_API attend_cause attend_event_get_cause(const attend_event* event);
ATTEND_API int64_t attend_event_segment(const attend_event* event);
ATTEND_API double attend_event_audio_time(const attend_event* event); /* seconds of audio heard when this was decided */
ATTEND_API double attend_event_segment_start(const attend_event* event);
ATTEND_API double attend_event_segment_end(const attend_event* event); /* finals only: where the next segment begins */
ATTEND_API size_t attend_event_committed_count(const attend_event* event);
ATTEND_API size_t attend_event_tentative_count(const attend_event* event);
ATTEND_API const attend_word* attend_event_committed(const attend_event* event, size_t index); /* NULL beyond the last */
ATTEND_API const attend_word* attend_event_tentative(const attend_event* event, size_t index);
/* The words as a line of text. */
ATTEND_API const char* attend_event_committed_text(const attend_event* event);
ATTEND_API const char* attend_event_tentative_text(const attend_event* event);

/* Other readings of an event's committed and tentative words together, best first; as many as asked for, or fewer. */
ATTEND_API size_t attend_event_alternative_count(const attend_event* event);
ATTEND_API float attend_event_alternative_score(const attend_event* event,
                                                size_t index); /* log-score less that of the event's words */
ATTEND_API const char* attend_event_alternative_text(const attend_event* event, size_t index); /* NULL beyond the last */
ATTEND_API size_t attend_event_alternative_word_count(const attend_event* event, size_t index);
ATTEND_API const attend_word* attend_event_alternative_word(const attend_event* event, size_t index, size_t word);

/* What a final rests on. */
typedef struct attend_explanation {
  double row_seconds;          /* from one weight to the next */
  double frame_seconds;        /* from one row of the spectrogram to the next */
  int32_t bins;                /* of the spectrogram */
  size_t frames;               /* of the spectrogram */
  const float* spectrogram;    /* log-mel energies, frame by frame */
  size_t rows;                 /* encoder rows of the segment */
  const float* second_opinion; /* one number per row: what the model's second opinion says, 0 to 1; NULL if it has none */
} attend_explanation;

/* NULL unless the event is a final and an explanation was asked for. */
ATTEND_API const attend_explanation* attend_event_explanation(const attend_event* event);
/* Where a committed word listened: one weight for each of the explanation's rows, sum 1. NULL beyond the last word. */
ATTEND_API const float* attend_event_attention(const attend_event* event, size_t word);
/* Texts that might have stood where the word stands, best first, with their probabilities. */
ATTEND_API size_t attend_event_considered_count(const attend_event* event, size_t word);
ATTEND_API const char* attend_event_considered_text(const attend_event* event, size_t word, size_t index);
ATTEND_API float attend_event_considered_probability(const attend_event* event, size_t word, size_t index);

/* ---- Audio files ---- */

typedef struct attend_audio_file attend_audio_file;

typedef enum attend_sample_format {
  ATTEND_S16LE = 0,
  ATTEND_S24LE = 1,
  ATTEND_S32LE = 2,
  ATTEND_F32LE = 3,
  ATTEND_U8 = 4,
  ATTEND_MULAW = 5,
  ATTEND_ALAW = 6
} attend_sample_format;

/* What headerless PCM is. */
typedef struct attend_raw_format {
  size_t size;
  int32_t sample_rate;
  int32_t channels;
  int32_t format; /* attend_sample_format */
} attend_raw_format;

/* Bytes of one sample of a format (attend_sample_format); 0 if there is no such format. */
ATTEND_API size_t attend_sample_bytes(int32_t format);
/* `count` samples of headerless PCM, whatever their channels, for attend_stream_write_f32. Integers come out in [-1,1). */
ATTEND_API attend_status attend_decode_samples(int32_t format, const void* bytes, size_t count, float* samples);

ATTEND_API void attend_raw_format_init(attend_raw_format* format, size_t size); /* size: sizeof *format; 16,000 Hz, mono, S16LE */
/* What libsndfile reads (wav, flac, ogg, opus, mp3, aiff, au, ...), anything else through an installed ffmpeg. */
ATTEND_API attend_status attend_audio_file_open(const char* file, attend_audio_file** audio);
ATTEND_API attend_status attend_audio_file_open_raw(const char* file, const attend_raw_format* format, attend_audio_file** audio);
/* Standard input: a container that libsndfile knows, or headerless PCM if a format is given. */
ATTEND_API attend_status attend_audio_file_open_stdin(const attend_raw_format* format, attend_audio_file** audio);
ATTEND_API int32_t attend_audio_file_sample_rate(const attend_audio_file* audio);
ATTEND_API int32_t attend_audio_file_channels(const attend_audio_file* audio);
ATTEND_API double attend_audio_file_seconds(const attend_audio_file* audio); /* -1 if the container does not tell */
/* Room for `room` samples; *count is how many were read, 0 at the end. If the file breaks off, what was readable comes first. */
ATTEND_API attend_status attend_audio_file_read(attend_audio_file* audio, float* samples, size_t room, size_t* count);
/* Skips forward; *skipped is how many frames, fewer at the end. */
ATTEND_API attend_status attend_audio_file_skip(attend_audio_file* audio, int64_t frames, int64_t* skipped);
ATTEND_API void attend_audio_file_free(attend_audio_file* audio);

#ifdef __cplusplus
}
#endif

#endif
