// Names and terms that a recording is likely to hold, and what else it might have said:
//   expect_phrases MODEL RECORDING "Marianne Dashwood" Willoughby
#include <attend/attend.hpp>
#include <cstdio>
#include <exception>
#include <vector>

namespace {

void show(const attend::Event& event) {
  if (event.kind != attend::EventKind::final) return;
  std::printf("%8.2f  %s\n", event.segment_start, attend::to_text(event.committed).c_str());
  for (const attend::Reading& reading : event.alternatives) {
    std::printf("   %6.2f or: %s\n", static_cast<double>(reading.score), attend::to_text(reading.words).c_str());
  }
}

void transcribe(const char* model_file, const char* recording, const std::vector<attend::Phrase>& phrases) {
  const attend::Model model = attend::Model::load(model_file);
  attend::AudioFile audio = attend::AudioFile::open(recording);
  attend::StreamOptions options;
  options.sample_rate = audio.sample_rate();
  options.channels = audio.channels();
  options.search.beam = 4;
  options.search.alternatives = 2;
  attend::Stream stream(model, options);
  // They may be changed at any time, for instance when a speaker's slide changes; from the next segment on the new ones hold.
  for (const attend::SkippedPhrase& skipped : stream.set_phrases(phrases)) std::fprintf(stderr, "%s\n", skipped.reason.c_str());
  std::vector<float> block(static_cast<std::size_t>(options.channels) * 4096);
  while (const std::size_t count = audio.read(block)) {
    stream.write(std::span(block).first(count));
    while (const auto event = stream.read()) show(*event);
  }
  stream.finish();
  while (const auto event = stream.read()) show(*event);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: expect_phrases MODEL RECORDING PHRASE...\n");
    return 2;
  }
  try {
    std::vector<attend::Phrase> phrases;
    for (int i = 3; i < argc; ++i) phrases.push_back({argv[i], 1});
    transcribe(argv[1], argv[2], phrases);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "expect_phrases: %s\n", error.what());
    return 1;
  }
  return 0;
}
