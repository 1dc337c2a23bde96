/* The same as feed_blocks.cpp in C: captions from 16-bit mono PCM at 16 kHz on standard input.
     arecord -q -t raw -f S16_LE -r 16000 | feed_blocks_c MODEL */
#include <attend/attend.h>
#include <stdint.h>
#include <stdio.h>

static attend_status show_events(attend_stream* stream) {
  const attend_event* event = NULL;
  attend_status status = ATTEND_OK;
  while ((status = attend_stream_read(stream, &event)) == ATTEND_OK && event != NULL) {
    if (attend_event_get_kind(event) == ATTEND_EVENT_FINAL) {
      printf("%s\n", attend_event_committed_text(event));
    } else {
      printf("%s [%s]\n", attend_event_committed_text(event), attend_event_tentative_text(event));
    }
    fflush(stdout);
  }
  return status;
}

static attend_status caption(attend_stream* stream) {
  int16_t block[800]; /* 50 ms; any size will do */
  size_t count = 0;
  attend_status status = ATTEND_OK;
  while (status == ATTEND_OK && (count = fread(block, sizeof block[0], 800, stdin)) > 0) {
    status = attend_stream_write_s16(stream, block, count);
    if (status == ATTEND_OK) status = show_events(stream);
  }
  if (status == ATTEND_OK) status = attend_stream_finish(stream);
  if (status == ATTEND_OK) status = show_events(stream);
  return status;
}

int main(int argc, char** argv) {
  attend_model* model = NULL;
  attend_stream* stream = NULL;
  attend_stream_options options;
  attend_status status = ATTEND_OK;
  if (argc != 2) {
    fprintf(stderr, "usage: feed_blocks_c MODEL < PCM\n");
    return 2;
  }
  attend_stream_options_init(&options, sizeof options);
  options.sample_rate = 16000;
  status = attend_model_load(argv[1], NULL, &model);
  if (status == ATTEND_OK) status = attend_stream_open(model, &options, &stream);
  if (status == ATTEND_OK) status = caption(stream);
  if (status != ATTEND_OK) fprintf(stderr, "feed_blocks_c: %s\n", attend_last_error());
  attend_stream_free(stream);
  attend_model_free(model);
  return status == ATTEND_OK ? 0 : 1;
}
