// Any bytes as a recording: as a file and as a stream, in this room's own readers and in those of the libraries under them.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "frontend/byte_input.hpp"
#include "frontend/chained_source.hpp"
#include "frontend/feature_pipeline.hpp"
#include "frontend/mpeg_source.hpp"
#include "frontend/pcm_source.hpp"

namespace {

using namespace attend;
using namespace attend::frontend;

constexpr std::size_t most_samples = 10000;  // a short header can promise years of silence

class Stream final : public ByteStream {
 public:
  explicit Stream(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::size_t read(std::span<std::byte> into) override {
    const std::size_t count = std::min(into.size(), bytes_.size());
    std::copy_n(bytes_.begin(), count, into.begin());
    bytes_ = bytes_.subspan(count);
    return count;
  }
  int failure() const override { return 0; }

 private:
  std::span<const std::byte> bytes_;
};

void consume(Result<std::unique_ptr<AudioSource>> opened) {
  if (!opened) {
    if (opened.error().message.empty()) std::abort();
    return;
  }
  AudioSource& source = **opened;
  auto pipeline = FeaturePipeline::create(source.format(), {});
  if (!pipeline) std::abort();  // whatever a source opens, the pipeline takes
  std::vector<float> block(static_cast<std::size_t>(source.format().channels) * 500), rows;
  if (!source.skip(3)) return;
  for (std::size_t done = 0; done < most_samples; done += block.size()) {
    const auto count = source.read(block);
    if (!count || *count == 0) break;
    if (*count > 500) std::abort();
    pipeline->push(std::span<const float>(block).first(*count * static_cast<std::size_t>(source.format().channels)), rows);
    if (!std::all_of(rows.begin(), rows.end(), [](float value) { return std::isfinite(value); })) std::abort();
    rows.clear();
  }
}

Result<std::unique_ptr<AudioSource>> open(std::shared_ptr<ByteInput> bytes) {
  return starts_like_mpeg(*bytes) ? open_mpeg(bytes, "input") : open_ogg(bytes, "input");
}

}  // namespace

/// libsndfile 1.2 forgets to free what its codecs allocated when it refuses a damaged Ogg file.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libvorbis\nleak:libogg\nleak:libopus\nleak:libsndfile\n";
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  consume(open(std::make_shared<MemoryBytes>(bytes)));
  consume(open(std::make_shared<StreamBytes>(std::make_unique<Stream>(bytes))));
  if (size > 0) {
    const RawFormat format{{16000, 1 + data[0] / 64}, static_cast<SampleFormat>(data[0] % 7)};
    consume(open_pcm(std::make_shared<MemoryBytes>(bytes.subspan(1)), format, "input"));
  }
  return 0;
}
