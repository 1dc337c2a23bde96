// An n-gram language model of words, with backing off, read from ARPA or from the compact binary that `attend lm build` writes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

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

/// Immutable after loading; any number of threads may ask at once.
class NgramModel {
 public:
  /// ARPA (plain or gzip, orders 1 to 5) or binary, told apart by their first bytes. Every count, number and offset is checked.
  static Result<NgramModel> load(const std::filesystem::path& file);
  /// Writes the binary. The file is whole or not there.
  Status save(const std::filesystem::path& file) const;

  int order() const;
  std::int64_t words() const;
  /// 0 is the unknown word.
  WordId find(std::string_view word) const;
  NgramState begin() const;  ///< behind <s>
  /// Natural logarithm of the word's probability behind `state`, which moves on. Backing off as ARPA says.
  float score(NgramState& state, WordId word) const;
  float score_end(const NgramState& state) const;  ///< of </s>

  class Impl;

 private:
  explicit NgramModel(std::shared_ptr<const Impl> impl);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace attend::language
