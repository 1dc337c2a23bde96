// A head over the sound, as the second opinions see it: what each row says, by itself, of the symbol spoken there.
#pragma once

#include <cstddef>
#include <span>

#include "decoder/label_spelling.hpp"

namespace attend::decoder {

/// Log-posteriors of one segment's rows over all symbols and a blank. Grows with the rows: a settled row never changes, the others
/// may whenever more rows have settled. Not thread-safe; one owner.
class Posteriors {
 public:
  virtual ~Posteriors() = default;

  virtual std::size_t rows() const = 0;
  virtual std::size_t settled_rows() const = 0;
  /// [symbols], natural logarithm; valid until the rows change.
  virtual std::span<const float> row(std::size_t index) const = 0;
  /// The symbol that stands for none.
  virtual Symbol blank() const = 0;
};

}  // namespace attend::decoder
