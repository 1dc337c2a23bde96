// Keys and values of rows, laid out for the attention loops.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/aligned.hpp"
#include "engine/kernels.hpp"

namespace attend::engine {

/// Slots are written in any order; memory grows by panels to the highest slot used. Unwritten slots are zero, which the loops need:
/// they weigh unseen slots with zero.
class KeyValuePanels {
 public:
  /// `with_bias`: a number per slot and head is added to the scores (relative positions).
  KeyValuePanels(int heads, int dims, bool with_bias) : heads_(heads), dims_(dims), with_bias_(with_bias) {}

  /// Makes room for slots 0 … slots − 1.
  void reserve(std::int64_t slots) {
    const std::int64_t panels = (slots + panel_slots - 1) / panel_slots;
    if (panels <= panels_) return;
    panels_ = panels;
    keys_.resize(static_cast<std::size_t>(panels * key_stride()));
    values_.resize(static_cast<std::size_t>(panels * value_stride()));
    if (with_bias_) biases_.resize(static_cast<std::size_t>(panels * heads_ * panel_slots));
  }

  /// key and value: [heads · dims]; bias: [heads], if the panels have it.
  void store(std::int64_t slot, const float* key, const float* value, const float* bias = nullptr) {
    const std::int64_t panel = slot / panel_slots;
    const std::int64_t place = slot % panel_slots;
    float* const to_key = keys_.data() + panel * key_stride() + place;
    for (std::int64_t i = 0; i < std::int64_t{heads_} * dims_; ++i) to_key[i * panel_slots] = key[i];
    for (std::int64_t head = 0; head < heads_; ++head) {
      std::copy_n(value + head * dims_, dims_,
                  values_.data() + panel * value_stride() + (head * panel_slots + place) * padded(dims_));
      if (with_bias_) biases_[static_cast<std::size_t>((panel * heads_ + head) * panel_slots + place)] = bias[head];
    }
  }

  /// Fills in what the loops must know of these panels; the first `panels` are attended to.
  void describe(Attend& work, std::int64_t panels) const {
    work.keys = keys_.data();
    work.values = values_.data();
    work.head_bias = with_bias_ ? biases_.data() : nullptr;
    work.panels = panels;
    work.heads = heads_;
    work.dims = dims_;
  }

 private:
  std::int64_t key_stride() const { return std::int64_t{heads_} * dims_ * panel_slots; }
  std::int64_t value_stride() const { return std::int64_t{heads_} * padded(dims_) * panel_slots; }

  int heads_, dims_;
  bool with_bias_;
  std::int64_t panels_ = 0;
  Aligned<float> keys_, values_, biases_;
};

}  // namespace attend::engine
