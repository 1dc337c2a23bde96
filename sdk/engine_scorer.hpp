// The engine's label decoder behind the decoder room's interface.
#pragma once

#include <vector>

#include "decoder/attention_scorer.hpp"
#include "engine/encoder.hpp"
#include "engine/label_decoder.hpp"

namespace attend::sdk {

/// Refers to a label decoder, and to the encoder whose rows it hears, that outlive it. One owner, not thread-safe.
class EngineScorer final : public decoder::AttentionScorer {
 public:
  EngineScorer(const engine::Encoder& encoder, engine::LabelDecoder& label_decoder)
      : encoder_(encoder), label_decoder_(label_decoder) {}

  std::size_t rows() const override { return label_decoder_.rows(); }
  std::size_t horizon() const override { return static_cast<std::size_t>(encoder_.horizon()); }
  std::size_t settled_rows() const override { return label_decoder_.settled_rows(); }
  decoder::NodeId next_node() const override { return label_decoder_.next_node(); }
  void score(std::span<const decoder::NodeRequest> requests) override;
  decoder::NodeView view(decoder::NodeId node) const override;
  void keep(decoder::NodeId leaf) override { label_decoder_.keep(leaf); }

 private:
  const engine::Encoder& encoder_;
  engine::LabelDecoder& label_decoder_;
  std::vector<engine::LabelRequest> requests_;
};

}  // namespace attend::sdk
