#include "sdk/sample_formats.hpp"

#include <string>

#include "frontend/sample_decoder.hpp"

namespace attend {

namespace sdk {

frontend::SampleFormat inner(SampleFormat format) {
  switch (format) {
    case SampleFormat::s16le:
      return frontend::SampleFormat::s16le;
    case SampleFormat::s24le:
      return frontend::SampleFormat::s24le;
    case SampleFormat::s32le:
      return frontend::SampleFormat::s32le;
    case SampleFormat::f32le:
      return frontend::SampleFormat::f32le;
    case SampleFormat::u8:
      return frontend::SampleFormat::u8;
    case SampleFormat::mulaw:
      return frontend::SampleFormat::mulaw;
    case SampleFormat::alaw:
      return frontend::SampleFormat::alaw;
  }
  throw Error(Fault::invalid_argument, "the sample format is none of SampleFormat; use one of its names");
}

}  // namespace sdk

std::size_t sample_bytes(SampleFormat format) {
  return frontend::sample_size(sdk::inner(format));
}

void decode_samples(SampleFormat format, std::span<const std::byte> bytes, std::span<float> samples) {
  const frontend::SampleFormat known = sdk::inner(format);
  if (bytes.size() != samples.size() * frontend::sample_size(known)) {
    throw Error(Fault::invalid_argument, "decode_samples got " + std::to_string(bytes.size()) + " bytes for " +
                                             std::to_string(samples.size()) + " samples; give sample_bytes of each");
  }
  frontend::decode_samples(known, bytes, samples);
}

}  // namespace attend
