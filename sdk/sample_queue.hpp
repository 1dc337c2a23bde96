// Samples that wait to be computed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace attend::sdk {

/// First in, first out; memory follows what waits. One owner, not thread-safe.
class SampleQueue {
 public:
  void push(std::span<const float> samples);
  /// Full range of 16 bits becomes [-1,1).
  void push(std::span<const std::int16_t> samples);
  /// The oldest samples, at most `most`, which leave the queue. Valid until the next push.
  std::span<const float> take(std::size_t most);
  bool empty() const { return next_ == samples_.size(); }
  /// How many samples were ever pushed.
  std::int64_t pushed() const { return pushed_; }

 private:
  void make_room();

  std::vector<float> samples_;
  std::size_t next_ = 0;  ///< of `samples_`; those before have been taken
  std::int64_t pushed_ = 0;
};

}  // namespace attend::sdk
