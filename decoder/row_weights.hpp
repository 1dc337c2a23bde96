// A counting head over the sound: how much of a label each row brings, as in continuous integrate-and-fire (Dong and Xu 2020).
#pragma once

#include <cstddef>

namespace attend::decoder {

/// One weight per row of a segment, at least 0; their running sum counts the labels that are due. Grows with the rows: a settled
/// row's weight never changes. Not thread-safe; one owner.
class RowWeights {
 public:
  virtual ~RowWeights() = default;

  virtual std::size_t rows() const = 0;
  virtual std::size_t settled_rows() const = 0;
  virtual float weight(std::size_t row) const = 0;
};

}  // namespace attend::decoder
