// An n-gram language model of words, with backing off, read from ARPA or from the compact binary that `attend lm build` writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace attend::language {

/// A word's number in a model's vocabulary.
using WordId = std::uint32_t;

/// What a model remembers of the words before a place: up to order - 1 of them, as many as it has n-grams for.
struct NgramState {
  static constexpr int longest = 4;
  WordId words[longest] = {};  ///< the latest first
  std::uint8_t length = 0;
  friend bool operator==(const NgramState&, const NgramState&) = default;
};

/// Immutable after loading; any number of threads may ask at once. Logarithms of n-grams of two and more words are kept in 255
/// steps per length: exact where a length has no more values than that, else to half a step (about 0.03 in natural logarithms).
class NgramModel {
 public:
  /// ARPA (plain or gzip, orders 1 to 5) or binary, told apart by their first bytes. Every count, number and offset is checked.
  /// An ARPA file without <unk> gets one, as unlikely as its least likely word.
  static Result<NgramModel> load(const std::filesystem::path& file);
  /// The same from memory; `name` stands in errors.
  static Result<NgramModel> parse(std::vector<std::byte> bytes, const std::string& name);
  /// Writes the binary. The file is whole or not there.
  Status save(const std::filesystem::path& file) const;

  int order() const;
  std::int64_t words() const;
  /// How many n-grams of each length, 1 to order.
  std::vector<std::int64_t> ngrams() const;
  /// 0 is the unknown word.
  WordId find(std::string_view word) const;
  NgramState begin() const;  ///< behind <s>
  /// Natural logarithm of the word's probability behind `state`, which moves on. Backing off as ARPA says.
  float score(NgramState& state, WordId word) const;
  float score_end(const NgramState& state) const;  ///< of </s>
  /// Natural logarithm of the probability, whatever stands before, that a word begins with `prefix`, the unknown word included:
  /// what can be said of a word while it is being written.
  float score_prefix(std::string_view prefix) const;

  class Impl;

 private:
  explicit NgramModel(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace attend::language
