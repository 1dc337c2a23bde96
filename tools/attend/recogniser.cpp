#include "recogniser.hpp"

#include <utility>

namespace attend::tools {
namespace {

class StreamRecogniser : public Recogniser {
 public:
  explicit StreamRecogniser(Stream stream) : stream_(std::move(stream)) {}
  void write(std::span<const float> interleaved) override { stream_.write(interleaved); }
  void finish() override { stream_.finish(); }
  std::optional<Event> read() override { return stream_.read(); }
  void set_chunk(std::chrono::milliseconds chunk) override { stream_.set_chunk(chunk); }

 private:
  Stream stream_;
};

}  // namespace

OpenRecogniser open_streams(const Model& model, const StreamOptions& options) {
  return [model, options](int sample_rate, int channels, const ResumePoint& from) {
    StreamOptions stream = options;
    stream.sample_rate = sample_rate;
    stream.channels = channels;
    stream.start_seconds = from.seconds;
    stream.first_segment = from.next_segment;
    return std::make_unique<StreamRecogniser>(Stream(model, stream));
  };
}

}  // namespace attend::tools
