#include "recognition_line.hpp"

#include <exception>
#include <utility>

#include "sample16.hpp"

namespace attend::tools {

RecognitionResult RecognitionLine::perform(const RecognitionJob& job) {
  RecognitionResult result;
  try {
    if (job.begin) recogniser_ = open_(job.begin->sample_rate, 1, job.begin->from);
    if (!recogniser_) return result;
    if (job.chunk) recogniser_->set_chunk(*job.chunk);
    if (!job.samples.empty()) {
      to_values(job.samples, floats_);
      recogniser_->write(floats_);
    }
    if (job.finish) recogniser_->finish();
    collect(result.events);
    if (job.finish) recogniser_.reset();
  } catch (const std::exception& error) {
    result.fault = error.what();
  }
  return result;
}

void RecognitionLine::collect(std::vector<Event>& events) {
  while (auto event = recogniser_->read()) events.push_back(std::move(*event));
}

}  // namespace attend::tools
