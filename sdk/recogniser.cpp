#include "sdk/recogniser.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sdk/explanation.hpp"
#include "sdk/model_impl.hpp"
#include "sdk/raise.hpp"

namespace attend::sdk {
namespace {

constexpr std::size_t frames_at_once = 4096;

/// round(samples · to / from), exactly.
std::int64_t at_rate(std::int64_t samples, int from, int to) {
  return samples / from * to + (samples % from * to + from / 2) / from;
}

}  // namespace

Recogniser::Recogniser(std::shared_ptr<const Model::Impl> model, const StreamSettings& settings)
    : model_(std::move(model)),
      settings_(settings),
      clock_(model_->config),
      pipeline_(value_or_raise(frontend::FeaturePipeline::create(settings.input, feature_settings(model_->config.features)))),
      features_(model_->config.features.bins),
      segment_(model_, settings_),
      captions_(model_->labels, clock_, settings.start_seconds),
      segment_number_(settings.first_segment) {}

std::optional<Event> Recogniser::next_event() {
  while (true) {
    Progress progress = advance();
    if (progress.event) return std::move(progress.event);
    if (progress.done) return std::nullopt;
  }
}

Recogniser::Progress Recogniser::advance() {
  if (finished_) return {true, std::nullopt};
  change_chunk();
  if (segment_.feed(features_)) return step();
  if (produce_features()) return {};
  if (!ended_) return {true, std::nullopt};
  return finish();
}

void Recogniser::set_chunk(std::int32_t rows, std::int64_t from_step) {
  chunks_.insert_or_assign(std::max(from_step, steps_), rows);
}

void Recogniser::change_chunk() {
  for (; !chunks_.empty() && chunks_.begin()->first <= steps_; chunks_.erase(chunks_.begin())) {
    segment_.set_chunk(chunks_.begin()->second);
  }
}

bool Recogniser::produce_features() {
  if (flushed_) return false;
  if (!samples_.empty()) {
    const auto channels = static_cast<std::size_t>(settings_.input.channels);
    pipeline_.push(samples_.take(frames_at_once * channels), features_.tail());
    return true;
  }
  if (!ended_) return false;
  flush();
  return true;
}

/// Zeros behind the end, so that the last sample lies in an encoder row too.
void Recogniser::flush() {
  const std::int64_t frames = at_rate(clock_.tail(), clock_.rate(), settings_.input.sample_rate) + 1;
  const std::vector<float> silence(static_cast<std::size_t>(frames * settings_.input.channels));
  if (samples_.pushed() > 0) pipeline_.push(silence, features_.tail());
  pipeline_.finish(features_.tail());
  flushed_ = true;
}

Recogniser::Progress Recogniser::step() {
  decoder::StepResult said = segment_.step();
  ++steps_;
  const std::optional<decoder::Cut> cut = said.cut;
  if (cut) {
    // What the step would have shown is settled by the final at once.
    decoder::StepResult closing = segment_.finish(cut);
    std::ranges::move(closing.committed, std::back_inserter(said.committed));
    said.tentative.clear();
    said.alternatives = std::move(closing.alternatives);
  }
  note_heard();
  const bool changed = captions_.take(said, heard_);
  if (cut) return {false, close(Cause::endpoint, changed, cut->row)};
  if (changed) return {false, event(EventKind::partial, Cause::chunk)};
  return {};
}

Recogniser::Progress Recogniser::finish() {
  heard_ = length();
  const bool changed = captions_.take(segment_.finish(std::nullopt), heard_);
  finished_ = true;
  return {true, close(Cause::end, changed, segment_.rows())};
}

std::optional<Event> Recogniser::close(Cause cause, bool changed, std::int64_t row) {
  const std::int64_t end = cause == Cause::end ? heard_ : clock_.first_sample(segment_.first_feature(), row);
  const std::int64_t next_feature = std::min(clock_.first_feature(segment_.first_feature(), row), features_.end());
  std::optional<Event> told;
  if (!captions_.committed().empty()) {
    told = event(EventKind::final, cause);
    told->segment_end = captions_.seconds(end);
    if (settings_.search.keep_attention) {
      told->explanation = explain(captions_.attention(), segment_.first_feature(), row, features_, clock_);
      told->explanation->second_opinion = segment_.second_opinion();
      if (!told->explanation->second_opinion.empty()) told->explanation->second_opinion.resize(told->explanation->rows);
    }
    ++segment_number_;
  } else if (changed) {  // words that were shown are withdrawn, and no word is left
    told = event(EventKind::partial, cause);
  }
  features_.forget_before(next_feature);
  segment_.begin(next_feature);
  captions_.begin(next_feature);
  return told;
}

Event Recogniser::event(EventKind kind, Cause cause) const {
  Event event;
  event.kind = kind;
  event.cause = cause;
  event.segment = segment_number_;
  event.committed = captions_.committed();
  event.tentative = captions_.tentative();
  event.alternatives = captions_.alternatives();
  event.audio_time = captions_.seconds(heard_);
  event.segment_start = captions_.seconds(clock_.first_sample(segment_.first_feature(), 0));
  return event;
}

/// The end of the audio heard: the last sample that any step so far needed, not counting the zeros behind the end. (The first steps
/// behind a cut hear again what the step before the cut had heard.)
void Recogniser::note_heard() {
  const std::int64_t needed = clock_.samples_heard(segment_.first_feature(), segment_.rows());
  heard_ = std::max(heard_, flushed_ ? std::min(needed, length()) : needed);
}

/// Samples written so far, at the model's rate.
std::int64_t Recogniser::length() const {
  return at_rate(samples_.pushed() / settings_.input.channels, settings_.input.sample_rate, clock_.rate());
}

}  // namespace attend::sdk
