/* A host in plain C11: loads the model named on the command line, hears a second of noise and silence, frees everything. */
#include <attend/attend.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;

static void check(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "does not hold: %s (%s)\n", what, attend_last_error());
  ++failures;
}

static void hear(attend_stream* stream) {
  float samples[1600];
  uint32_t random = 1;
  for (int block = 0; block < 40; ++block) {
    for (int i = 0; i < 1600; ++i) {
      random = random * 1664525u + 1013904223u;
      samples[i] = block % 4 == 0 ? 0.0f : (float)(random >> 8) / (1 << 24) - 0.5f;
    }
    check(attend_stream_write_f32(stream, samples, 1600) == ATTEND_OK, "a block is taken");
  }
  check(attend_stream_finish(stream) == ATTEND_OK, "the end is taken");
}

static void read_all(attend_stream* stream) {
  const attend_event* event = NULL;
  int finals = 0;
  while (attend_stream_read(stream, &event) == ATTEND_OK && event != NULL) {
    for (size_t i = 0; i < attend_event_committed_count(event); ++i) {
      const attend_word* word = attend_event_committed(event, i);
      check(strlen(word->text) > 0 && word->end >= word->start, "words have letters and times");
    }
    if (attend_event_get_kind(event) == ATTEND_EVENT_FINAL) {
      ++finals;
      check(attend_event_tentative_count(event) == 0, "a final has no tentative words");
      check(attend_event_explanation(event) != NULL && attend_event_explanation(event)->frames > 0, "a final is explained");
      printf("%6.2f  %s\n", attend_event_segment_start(event), attend_event_committed_text(event));
    }
  }
  check(finals > 0, "something was heard");
}

int main(int argc, char** argv) {
  attend_model* model = NULL;
  attend_stream* stream = NULL;
  attend_stream_options options;
  const char* const phrases[] = {"attend", ""};
  if (argc != 2) return 2;
  check(attend_model_load("no such file", NULL, &model) == ATTEND_NOT_FOUND && model == NULL, "a missing file is an error");
  if (attend_model_load(argv[1], NULL, &model) != ATTEND_OK) {
    fprintf(stderr, "%s\n", attend_last_error());
    return 1;
  }
  attend_stream_options_init(&options, sizeof options);
  options.chunk_ms = 160;
  options.beam = 2;
  options.alternatives = 1;
  options.explain = 1;
  check(attend_stream_open(model, &options, &stream) == ATTEND_OK, "a stream opens");
  attend_model_free(model);
  check(attend_stream_set_phrases(stream, phrases, NULL, 2) == ATTEND_OK, "phrases are taken");
  check(attend_stream_skipped_count(stream) == 1, "an empty phrase is skipped");
  check(attend_stream_set_chunk(stream, 320) == ATTEND_OK, "the chunk is changed");
  hear(stream);
  read_all(stream);
  attend_stream_free(stream);
  return failures == 0 ? 0 : 1;
}
