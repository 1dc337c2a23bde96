#pragma once

#include <functional>
#include <span>
#include <stop_token>

#include "audio_input.hpp"
#include "recogniser.hpp"
#include "transcript.hpp"

namespace attend::tools {

/// Who is told what happens while a recording is transcribed.
struct TranscriptionListener {
  std::function<void(int channel, const Event& event)> event;  ///< channel: from 1 where split, 0 where mixed
  std::function<void(double seconds)> heard;                   ///< all channels have been decoded up to here
};

struct TranscriptionOptions {
  ChannelMode channels = ChannelMode::mix;
  /// Where the audio goes on, for each voice: one for a mix, else one per channel.
  std::span<const ResumePoint> from;
  /// When told to stop: end the segments with what was heard (true), or leave them to a later run (false).
  bool finish_when_stopped = true;
};

/// How many voices a recording has: one, or its channels where they are split.
int count_voices(const AudioInput& audio, ChannelMode mode);

/// Sends a recording through its recognisers, block by block. A recording that breaks off ends there, with the reason in the
/// result.
Ending transcribe_audio(AudioInput& audio, const OpenRecogniser& open, const TranscriptionOptions& options,
                        const TranscriptionListener& listener, const std::stop_token& stop);

}  // namespace attend::tools
