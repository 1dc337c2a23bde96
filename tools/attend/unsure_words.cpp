#include "unsure_words.hpp"

#include <utility>
#include <vector>

namespace attend::tools {
namespace {

void leave_out(Event& event, float least) {
  const auto unsure = [least](const Word& word) { return word.confidence < least; };
  if (event.explanation) {
    std::vector<WordAttention> kept;
    for (std::size_t i = 0; i < event.explanation->attention.size(); ++i) {
      if (!unsure(event.committed[i])) kept.push_back(std::move(event.explanation->attention[i]));
    }
    event.explanation->attention = std::move(kept);
  }
  std::erase_if(event.committed, unsure);
  std::erase_if(event.tentative, unsure);
  for (Reading& reading : event.alternatives) std::erase_if(reading.words, unsure);
}

class SureRecogniser : public Recogniser {
 public:
  SureRecogniser(std::unique_ptr<Recogniser> recogniser, float least) : recogniser_(std::move(recogniser)), least_(least) {}
  void write(std::span<const float> interleaved) override { recogniser_->write(interleaved); }
  void finish() override { recogniser_->finish(); }
  void set_chunk(std::chrono::milliseconds chunk) override { recogniser_->set_chunk(chunk); }
  std::optional<Event> read() override {
    auto event = recogniser_->read();
    if (event) leave_out(*event, least_);
    return event;
  }

 private:
  std::unique_ptr<Recogniser> recogniser_;
  float least_;
};

}  // namespace

OpenRecogniser without_unsure_words(OpenRecogniser open, float least) {
  return [open = std::move(open), least](int sample_rate, int channels, const ResumePoint& from) -> std::unique_ptr<Recogniser> {
    return std::make_unique<SureRecogniser>(open(sample_rate, channels, from), least);
  };
}

}  // namespace attend::tools
