// The events of the C interface over those of the C++ one.
#include <utility>

#include "sdk/c_handles.hpp"

namespace {

std::vector<attend_word> views(const std::vector<attend::Word>& words) {
  std::vector<attend_word> result;
  result.reserve(words.size());
  for (const attend::Word& word : words) {
    result.push_back({word.text.c_str(), word.start, word.end, word.confidence, word.stability});
  }
  return result;
}

attend_explanation view(const attend::Explanation& from) {
  attend_explanation to{};
  to.row_seconds = from.row_seconds;
  to.frame_seconds = from.frame_seconds;
  to.bins = from.bins;
  to.frames = from.bins > 0 ? from.spectrogram.size() / static_cast<std::size_t>(from.bins) : 0;
  to.spectrogram = from.spectrogram.data();
  to.rows = from.rows;
  to.second_opinion = from.second_opinion.empty() ? nullptr : from.second_opinion.data();
  return to;
}

const attend_word* at(const std::vector<attend_word>& words, std::size_t index) {
  return index < words.size() ? &words[index] : nullptr;
}

const attend_event::Alternative* alternative(const attend_event* event, std::size_t index) {
  return index < event->alternatives.size() ? &event->alternatives[index] : nullptr;
}

const attend::WordAttention* attention(const attend_event* event, std::size_t word) {
  const auto& explanation = event->event.explanation;
  return explanation && word < explanation->attention.size() ? &explanation->attention[word] : nullptr;
}

const std::pair<std::string, float>* considered(const attend_event* event, std::size_t word, std::size_t index) {
  const attend::WordAttention* const of = attention(event, word);
  return of != nullptr && index < of->considered.size() ? &of->considered[index] : nullptr;
}

}  // namespace

attend_event::attend_event(attend::Event read)
    : event(std::move(read)),
      committed(views(event.committed)),
      tentative(views(event.tentative)),
      committed_text(attend::to_text(event.committed)),
      tentative_text(attend::to_text(event.tentative)) {
  for (const attend::Reading& reading : event.alternatives) {
    alternatives.push_back({views(reading.words), attend::to_text(reading.words)});
  }
  if (event.explanation) explanation = view(*event.explanation);
}

attend_event_kind attend_event_get_kind(const attend_event* event) {
  return event->event.kind == attend::EventKind::final ? ATTEND_EVENT_FINAL : ATTEND_EVENT_PARTIAL;
}

attend_cause attend_event_get_cause(const attend_event* event) {
  return static_cast<attend_cause>(event->event.cause);
}

int64_t attend_event_segment(const attend_event* event) {
  return event->event.segment;
}

double attend_event_audio_time(const attend_event* event) {
  return event->event.audio_time;
}

double attend_event_segment_start(const attend_event* event) {
  return event->event.segment_start;
}

double attend_event_segment_end(const attend_event* event) {
  return event->event.segment_end;
}

size_t attend_event_committed_count(const attend_event* event) {
  return event->committed.size();
}

size_t attend_event_tentative_count(const attend_event* event) {
  return event->tentative.size();
}

const attend_word* attend_event_committed(const attend_event* event, size_t index) {
  return at(event->committed, index);
}

const attend_word* attend_event_tentative(const attend_event* event, size_t index) {
  return at(event->tentative, index);
}

const char* attend_event_committed_text(const attend_event* event) {
  return event->committed_text.c_str();
}

const char* attend_event_tentative_text(const attend_event* event) {
  return event->tentative_text.c_str();
}

size_t attend_event_alternative_count(const attend_event* event) {
  return event->alternatives.size();
}

float attend_event_alternative_score(const attend_event* event, size_t index) {
  return index < event->event.alternatives.size() ? event->event.alternatives[index].score : 0;
}

const char* attend_event_alternative_text(const attend_event* event, size_t index) {
  const auto* const of = alternative(event, index);
  return of == nullptr ? nullptr : of->text.c_str();
}

size_t attend_event_alternative_word_count(const attend_event* event, size_t index) {
  const auto* const of = alternative(event, index);
  return of == nullptr ? 0 : of->words.size();
}

const attend_word* attend_event_alternative_word(const attend_event* event, size_t index, size_t word) {
  const auto* const of = alternative(event, index);
  return of == nullptr ? nullptr : at(of->words, word);
}

const attend_explanation* attend_event_explanation(const attend_event* event) {
  return event->explanation ? &*event->explanation : nullptr;
}

const float* attend_event_attention(const attend_event* event, size_t word) {
  const auto* const of = attention(event, word);
  return of == nullptr ? nullptr : of->weights.data();
}

size_t attend_event_considered_count(const attend_event* event, size_t word) {
  const auto* const of = attention(event, word);
  return of == nullptr ? 0 : of->considered.size();
}

const char* attend_event_considered_text(const attend_event* event, size_t word, size_t index) {
  const auto* const of = considered(event, word, index);
  return of == nullptr ? nullptr : of->first.c_str();
}

float attend_event_considered_probability(const attend_event* event, size_t word, size_t index) {
  const auto* const of = considered(event, word, index);
  return of == nullptr ? 0 : of->second;
}
