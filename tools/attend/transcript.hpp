/// A transcript as it is written down: what the formats (transcript_writer.hpp) and the journal (journal.hpp) share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attend/attend.hpp"

namespace attend::tools {

enum class Format { text, srt, vtt, json, jsonl, tsv };

enum class ChannelMode { mix, split };

/// What stands at the head of a transcript.
struct Heading {
  std::string file;  ///< as the user named it
  std::string model, model_version, model_sha256;
  std::string chunk, lookahead, hindsight, precision;  ///< "320ms", "640ms", "640ms", "f32"
  ChannelMode channels = ChannelMode::mix;
  int channel_count = 1;  ///< voices: the channels where they are split, else 1
};

/// A final.
struct Segment {
  int channel = 0;  ///< from 1 where channels are split; 0 where they are mixed
  std::int64_t number = 0;
  std::vector<Word> words;
  double begin = 0, end = 0;  ///< seconds; the next segment of this channel begins at `end`
  double audio_time = 0;      ///< seconds heard when it was decided
  Cause cause = Cause::end;
  std::vector<Reading> alternatives = {};  ///< of the words, as asked for
};

/// Words to be read in one go: a segment, or a part of one where another channel speaks in between. Never empty.
struct Passage {
  int channel = 0;
  std::vector<Word> words;

  double start() const { return words.front().start; }
  double end() const { return words.back().end; }
};

/// What stands at the end.
struct Ending {
  double duration = 0;  ///< seconds of audio heard
  std::string error;    ///< why the transcript is incomplete; empty if it is complete

  bool complete() const { return error.empty(); }
};

}  // namespace attend::tools
