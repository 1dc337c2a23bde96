#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "recogniser.hpp"

namespace attend::tools {

/// What a recogniser is to do next, in this order.
struct RecognitionJob {
  struct Begin {
    int sample_rate = 16000;
    ResumePoint from;
  };
  std::optional<Begin> begin;                      ///< a new recogniser for mono sound
  std::optional<std::chrono::milliseconds> chunk;  ///< from here on a chunk is this long
  std::vector<std::int16_t> samples;
  bool finish = false;  ///< the sound ends here
};

struct RecognitionResult {
  std::vector<Event> events;
  std::string fault;  ///< why nothing more can be recognised; empty: all is well
};

/// Performs jobs in their order. Belongs to one thread at a time.
class RecognitionLine {
 public:
  explicit RecognitionLine(OpenRecogniser open) : open_(std::move(open)) {}
  RecognitionResult perform(const RecognitionJob& job);

 private:
  void collect(std::vector<Event>& events);

  OpenRecogniser open_;
  std::unique_ptr<Recogniser> recogniser_;
  std::vector<float> floats_;
};

}  // namespace attend::tools
