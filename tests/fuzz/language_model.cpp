// Any bytes as a language model (ARPA, gzip, binary): read or refused with a sentence, and what is read can be asked and written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "language/ngram_model.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using attend::language::NgramModel;
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto model = NgramModel::parse({bytes.begin(), bytes.end()}, "fuzz");
  if (!model) {
    if (model.error().message.empty()) std::abort();
    return 0;
  }
  auto state = model->begin();
  float sum = model->score_prefix("a");
  for (const std::uint8_t byte : std::span(data, size).first(size < 64 ? size : 64)) {
    sum += model->score(state, static_cast<attend::language::WordId>(byte % model->words()));
    sum += model->score_end(state);
  }
  if (model->find("no such word at all") != 0 || model->ngrams().empty()) std::abort();
  return sum == 1 ? -1 : 0;  // uses the sum, so that the reads stay
}
