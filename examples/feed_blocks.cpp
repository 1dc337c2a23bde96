// Captions while audio arrives: reads 16-bit mono PCM at 16 kHz from standard input and shows committed words as they are,
// tentative ones in brackets.
//   arecord -q -t raw -f S16_LE -r 16000 | feed_blocks MODEL
#include <attend/attend.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <vector>

namespace {

void show(const attend::Event& event) {
  const std::string committed = attend::to_text(event.committed);
  if (event.kind == attend::EventKind::final) {
    std::printf("%s\n", committed.c_str());
  } else {
    std::printf("%s [%s]\n", committed.c_str(), attend::to_text(event.tentative).c_str());
  }
  std::fflush(stdout);
}

void caption(const char* model_file) {
  const attend::Model model = attend::Model::load(model_file);
  attend::StreamOptions options;
  options.sample_rate = 16000;
  attend::Stream stream(model, options);
  std::vector<std::int16_t> block(800);  // 50 ms; any size will do
  while (const std::size_t count = std::fread(block.data(), sizeof(std::int16_t), block.size(), stdin)) {
    stream.write(std::span(block).first(count));
    while (const auto event = stream.read()) show(*event);
  }
  stream.finish();
  while (const auto event = stream.read()) show(*event);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: feed_blocks MODEL < PCM\n");
    return 2;
  }
  try {
    caption(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "feed_blocks: %s\n", error.what());
    return 1;
  }
  return 0;
}
