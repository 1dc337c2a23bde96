#include <utility>

#include "sdk/model_impl.hpp"
#include "sdk/phrases.hpp"
#include "sdk/raise.hpp"
#include "sdk/recogniser.hpp"

namespace attend {

struct Stream::Impl {
  Impl(std::shared_ptr<const Model::Impl> of, const sdk::StreamSettings& made)
      : model(std::move(of)),
        settings(made),
        recogniser(model, settings),
        sample_rate(settings.input.sample_rate),
        channels(settings.input.channels) {}

  template <class Sample>
  void write(std::span<const Sample> samples);

  std::shared_ptr<const Model::Impl> model;
  sdk::StreamSettings settings;
  sdk::Recogniser recogniser;
  int sample_rate, channels;
  bool broken = false;  ///< an exception left the recogniser half way through a step
};

template <class Sample>
void Stream::Impl::write(std::span<const Sample> samples) {
  if (recogniser.ended())
    throw Error(Fault::invalid_argument, "Stream::write was called after finish; open another Stream for more audio");
  if (samples.size() % static_cast<std::size_t>(channels) != 0) {
    throw Error(Fault::invalid_argument, "Stream::write was given " + std::to_string(samples.size()) + " samples for " +
                                             std::to_string(channels) + " channels; give whole frames");
  }
  recogniser.samples().push(samples);
}

Stream::Stream(const Model& model, const StreamOptions& options) {
  sdk::StreamSettings settings = sdk::value_or_raise(sdk::make_settings(options, model.impl_->config));
  if (options.search.language_model) settings.language_model = options.search.language_model->impl_;
  impl_ = std::make_unique<Impl>(model.impl_, settings);
  if (!options.search.phrases.empty()) set_phrases(options.search.phrases);
}

Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

void Stream::write(std::span<const float> samples) {
  impl_->write(samples);
}

void Stream::write(std::span<const std::int16_t> samples) {
  impl_->write(samples);
}

void Stream::finish() {
  impl_->recogniser.end();
}

std::optional<Event> Stream::read() {
  if (impl_->broken) throw Error(Fault::internal, "Stream::read failed before and cannot go on; open another Stream");
  try {
    return impl_->recogniser.next_event();
  } catch (...) {
    impl_->broken = true;
    throw;
  }
}

std::vector<SkippedPhrase> Stream::set_phrases(std::span<const Phrase> phrases) {
  sdk::ReadPhrases read = sdk::read_phrases(phrases, impl_->model->letters);
  impl_->recogniser.set_phrases(std::move(read.set));
  return std::move(read.skipped);
}

void Stream::set_chunk(std::chrono::milliseconds chunk) {
  set_chunk(chunk, impl_->recogniser.steps());
}

void Stream::set_chunk(std::chrono::milliseconds chunk, std::int64_t from_step) {
  impl_->recogniser.set_chunk(sdk::value_or_raise(sdk::chunk_rows(chunk, impl_->settings, impl_->model->config)), from_step);
}

std::int64_t Stream::steps() const noexcept {
  return impl_->recogniser.steps();
}

double Stream::written_seconds() const noexcept {
  const auto frames = impl_->recogniser.samples().pushed() / impl_->channels;  // a frame begun counts when it is whole
  return static_cast<double>(frames) / impl_->sample_rate;
}

}  // namespace attend
