// A queue of rows that lie behind each other in memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "engine/aligned.hpp"

namespace attend::engine {

/// Rows join at the end and leave at the front. Memory grows to the most rows held at once and is then used again and again.
class RowBuffer {
 public:
  explicit RowBuffer(std::int64_t width) : width_(width) {}

  std::int64_t rows() const { return end_ - begin_; }
  const float* row(std::int64_t index) const { return data_.data() + (begin_ + index) * width_; }

  /// Room for `count` rows at the end, to be written by the caller; older pointers become invalid.
  float* append(std::int64_t count) {
    if ((end_ + count) * width_ > static_cast<std::int64_t>(data_.size())) make_room(count);
    end_ += count;
    return data_.data() + (end_ - count) * width_;
  }

  void append_zeros(std::int64_t count) { std::fill_n(append(count), count * width_, 0.0F); }
  void drop_front(std::int64_t count) { begin_ += std::min(count, rows()); }
  void clear() { begin_ = end_ = 0; }

 private:
  void make_room(std::int64_t count) {
    std::copy(data_.begin() + begin_ * width_, data_.begin() + end_ * width_, data_.begin());
    end_ -= begin_;
    begin_ = 0;
    // Twice what is needed, so that rows are moved to the front only now and then.
    const auto least = static_cast<std::size_t>((end_ + count) * width_);
    if (data_.size() < 2 * least) data_.resize(2 * least);
  }

  std::int64_t width_;
  std::int64_t begin_ = 0, end_ = 0;
  Aligned<float> data_;
};

}  // namespace attend::engine
