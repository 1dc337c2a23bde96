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
/* 1 if the library that runs has the feature, else 0. Names: "audio_file", "stream", "stream.whole", "precision.bf16" (of the
   library, not of the processor). */
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
  double row_seconds; /* one encoder row */
} attend_model_info;

ATTEND_API void attend_model_options_init(attend_model_options* options, size_t size); /* size: sizeof *options */
/* Maps and checks the file, packs its weights. Takes some tenths of a second. */
ATTEND_API attend_status attend_model_load(const char* file, const attend_model_options* options, attend_model** model);
ATTEND_API const attend_model_info* attend_model_get_info(const attend_model* model);
ATTEND_API void attend_model_free(attend_model* model);

/* ---- Stream ---- */

typedef struct attend_stream attend_stream;

typedef struct attend_stream_options {
  size_t size;
  int32_t chunk_ms;      /* audio settled per step; -1: the model's default */
  int32_t lookahead_ms;  /* audio looked at beyond it; -1: the model's default */
  int32_t whole;         /* not 0: a segment is decoded at once when it ends */
  int32_t sample_rate;   /* of the samples that will be written, 1,000 to 768,000 Hz */
  int32_t channels;      /* interleaved; mixed to one by their mean */
  int32_t silence_ms;    /* a segment ends after so much silence behind its last word */
  int32_t longest_ms;    /* no segment grows beyond this */
  double start_seconds;  /* added to all times of events */
  int64_t first_segment; /* number of the first segment */
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
