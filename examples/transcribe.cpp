// Writes what is said in a recording, one line per segment:  transcribe MODEL RECORDING
#include <attend/attend.hpp>
#include <cstdio>
#include <exception>
#include <vector>

namespace {

void print_finals(attend::Stream& stream) {
  while (const auto event = stream.read()) {
    if (event->kind != attend::EventKind::final) continue;
    std::printf("%8.2f  %s\n", event->committed.front().start, attend::to_text(event->committed).c_str());
  }
}

void transcribe(const char* model_file, const char* recording) {
  const attend::Model model = attend::Model::load(model_file);
  attend::AudioFile audio = attend::AudioFile::open(recording);
  attend::StreamOptions options;
  options.sample_rate = audio.sample_rate();
  options.channels = audio.channels();
  attend::Stream stream(model, options);

  std::vector<float> block(static_cast<std::size_t>(audio.sample_rate() * audio.channels()));  // a second
  while (const std::size_t count = audio.read(block)) {
    stream.write(std::span(block).first(count));
    print_finals(stream);
  }
  stream.finish();
  print_finals(stream);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: transcribe MODEL RECORDING\n");
    return 2;
  }
  try {
    transcribe(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "transcribe: %s\n", error.what());
    return 1;
  }
  return 0;
}
