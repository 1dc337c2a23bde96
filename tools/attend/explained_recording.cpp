#include "explained_recording.hpp"

#include <algorithm>
#include <utility>

namespace attend::tools {
namespace {

void collect(Stream& stream, ExplainedRecording& recording) {
  while (auto event = stream.read()) {
    if (event->kind == EventKind::final) recording.segments.push_back({std::move(*event), recording.words() + 1});
  }
}

}  // namespace

const WordAttention* ExplainedSegment::attention(std::size_t word) const {
  if (!event.explanation || word >= event.explanation->attention.size()) return nullptr;
  return &event.explanation->attention[word];
}

std::size_t ExplainedRecording::words() const {
  return segments.empty() ? 0 : segments.back().first_number + segments.back().event.committed.size() - 1;
}

ExplainedRecording explain_recording(const std::filesystem::path& file, const Model& model, StreamOptions options,
                                     const std::optional<RawFormat>& raw) {
  AudioFile audio = raw ? AudioFile::open_raw(file, *raw) : AudioFile::open(file);
  options.sample_rate = audio.sample_rate();
  options.channels = audio.channels();
  options.search.explain = true;
  ExplainedRecording recording{file.filename().string(), model.info().name, {}};
  Stream stream(model, options);
  std::vector<float> block(static_cast<std::size_t>(options.sample_rate / 10 + 1) * static_cast<std::size_t>(options.channels));
  while (const std::size_t count = audio.read(block)) {
    stream.write(std::span(block).first(count));
    collect(stream, recording);
  }
  stream.finish();
  collect(stream, recording);
  return recording;
}

std::optional<double> attention_peak(const ExplainedSegment& segment, std::size_t word) {
  const WordAttention* const attention = segment.attention(word);
  if (attention == nullptr || attention->weights.empty()) return std::nullopt;
  const auto row = std::ranges::max_element(attention->weights) - attention->weights.begin();
  return segment.event.segment_start + (static_cast<double>(row) + 0.5) * segment.event.explanation->row_seconds;
}

}  // namespace attend::tools
