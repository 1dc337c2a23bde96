// The settle-and-preview encoder over one segment: feature rows go in, blocks of settled and preview rows come out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "engine/network.hpp"

namespace attend::engine {

/// Sizes in encoder rows.
struct EncoderSpan {
  std::int32_t chunk = 13;      ///< rows by which a step moves the horizon on, at least 1
  std::int32_t lookahead = 27;  ///< rows computed behind the horizon in each step
  std::int32_t left = 1250;     ///< settled rows before the block that it may attend to
  std::int32_t widest = 0;      ///< the longest chunk that `set_chunk` will ask for; at least `chunk`
  std::int32_t hindsight = 0;   ///< rows before the horizon that are computed again, until so much more sound lies behind them
};

/// Row-major [rows, width]. The spans stay valid until the next call of the encoder that gave them.
struct EncoderBlock {
  std::span<const float> settled;
  std::span<const float> preview;
};

/// One segment's encoder state. The network is shared and immutable; the state has one owner and is not thread-safe. Its size is
/// bounded by the span (and by features pushed but not stepped over), never by the segment's length.
class Encoder {
 public:
  /// Sizes below their least value count as that.
  Encoder(std::shared_ptr<const Network> network, const EncoderSpan& span);
  ~Encoder();
  Encoder(Encoder&&) noexcept;
  Encoder& operator=(Encoder&&) noexcept;

  /// Appends feature rows, [n, bins], as the front end computes them (the network normalises). The same rows in other pieces give
  /// the same result to the last bit.
  void push(std::span<const float> features);
  /// Rows per step from the next step on, from 1 to the span's `widest`; sizes beyond count as these.
  void set_chunk(std::int32_t chunk);
  /// Whether `step` can run: chunk + lookahead stem rows lie ready behind the horizon.
  bool ready() const;
  /// Advances by one chunk. Requires `ready()`; does nothing without.
  EncoderBlock step();
  /// The end: everything not yet settled settles in one last block (empty if there is nothing). Requires `!ready()`.
  EncoderBlock finish();
  /// Rows settled so far: they will not change.
  std::int64_t settled_rows() const;
  /// Rows that have their look-ahead behind them: the settled ones and at most `hindsight` more.
  std::int64_t horizon() const;
  /// Forgets everything, to begin another segment with the same memory.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attend::engine
