#include "sdk/engine_scorer.hpp"

namespace attend::sdk {

void EngineScorer::score(std::span<const decoder::NodeRequest> requests) {
  requests_.clear();
  for (const decoder::NodeRequest& request : requests) requests_.push_back({request.parent, request.label, request.scores});
  label_decoder_.score(requests_);
}

decoder::NodeView EngineScorer::view(decoder::NodeId node) const {
  const engine::LabelView view = label_decoder_.view(node);
  return {view.log_probs, view.attention};
}

}  // namespace attend::sdk
