// What a model's heads over the sound say of one segment, and the opinions that the search makes of it.
#pragma once

#include <memory>
#include <vector>

#include "decoder/label_opinion.hpp"
#include "decoder/label_spelling.hpp"
#include "engine/head.hpp"

namespace attend::sdk {

/// A head and how much its opinion counts; with a weight of 0 it is only told what the head says.
struct WeightedHead {
  engine::HeadKind kind = engine::HeadKind::counter;
  float weight = 0;
};

/// Used again and again: `begin` forgets the segment before. One owner, not thread-safe.
class SoundOpinions {
 public:
  /// The network has these heads; `span` is that of the encoder whose rows they get. `spelling` outlives the opinions.
  SoundOpinions(const std::shared_ptr<const engine::Network>& network, const std::vector<WeightedHead>& heads,
                const engine::EncoderSpan& span, const decoder::LabelSpelling& spelling, decoder::Label end);
  ~SoundOpinions();

  /// A segment begins.
  void begin();
  /// The encoder moved on.
  void advance(const engine::EncoderBlock& block);
  /// Of this segment, valid until the next `begin`.
  std::vector<decoder::WeightedOpinion> opinions() const;
  /// What the head that counts most says of each row, from 0 to 1: how much of a label it brings, or how sure it is that a symbol
  /// is heard. Empty without heads.
  std::vector<float> of_rows() const;

 private:
  class Speaker;
  std::vector<std::unique_ptr<Speaker>> speakers_;
};

}  // namespace attend::sdk
