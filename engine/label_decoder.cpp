#include "engine/label_decoder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "engine/feed_forward.hpp"
#include "engine/key_value_panels.hpp"
#include "engine/label_tree.hpp"
#include "engine/network_parts.hpp"
#include "engine/one_thread.hpp"
#include "engine/rotary.hpp"

namespace attend::engine {
namespace {

/// One block's keys and values: of the encoder rows, and of the nodes, [slots, heads, padded(dims)].
struct BlockMemory {
  KeyValuePanels rows;
  Aligned<float> node_keys, node_values;
};

/// Where a node's path lies among those of its batch.
struct Path {
  std::size_t begin = 0;
  std::int64_t count = 0;
};

/// The nodes of one score call that exist.
struct Batch {
  std::int32_t first_id = 0;
  std::int64_t size = 0;                 ///< rows of the batch: its nodes, in the last block those that asked for scores
  std::int64_t rows = 0;                 ///< encoder rows at the time of the call
  std::vector<std::int32_t> slots;       ///< of each node
  std::vector<std::int32_t> path_slots;  ///< all nodes' paths behind each other
  std::vector<Path> paths;               ///< [size]
  std::vector<std::int64_t> scored;      ///< the nodes that asked for scores
  std::vector<std::int64_t> view_of_id;  ///< [requests]: index into `scored`, or −1
};

}  // namespace

struct LabelDecoder::State {
  std::shared_ptr<const Network> network;
  const NetworkParts& parts;
  const DecoderConfig& config;
  const int dims;
  std::vector<BlockMemory> blocks;
  LabelTree tree;
  Batch batch;
  std::int64_t rows = 0, settled = 0;
  Aligned<float> slot_bias;  // of the encoder rows' panels
  RotaryTables rotary;

  MatmulScratch scratch;
  FeedForwardBuffers feed_forward;
  Aligned<float> encoder_rows, row_keys_values;
  Aligned<float> x, normed, projected, query, scores, mixed, result, log_probs, clock;

  explicit State(std::shared_ptr<const Network> of)
      : network(std::move(of)),
        parts(network->parts()),
        config(parts.config.decoder),
        dims(config.width / config.heads),
        rotary(config.rotary_dims) {
    for (int i = 0; i < config.blocks; ++i) blocks.push_back({KeyValuePanels(config.heads, dims, false), {}, {}});
  }

  void advance(const EncoderBlock& block);
  void collect(std::span<const LabelRequest> requests);
  void score(std::span<const LabelRequest> requests);
  void remember_labels(std::size_t block);
  void drop_unscored();
  void attend_labels(std::size_t block);
  void attend_rows_of(std::size_t block);
  void project_labels();
};

// ---- Rows
// ------------------------------------------------------------------------------------------------------------------------

void LabelDecoder::State::advance(const EncoderBlock& block) {
  const OneThread one_thread;
  const std::int64_t from = parts.config.encoder.width;
  const std::int64_t settling = static_cast<std::int64_t>(block.settled.size()) / from;
  const std::int64_t count = settling + static_cast<std::int64_t>(block.preview.size()) / from;
  float* const fresh = at_least(encoder_rows, static_cast<std::size_t>(count * from));
  std::copy_n(block.settled.data(), settling * from, fresh);
  std::copy_n(block.preview.data(), (count - settling) * from, fresh + settling * from);
  rows = settled + count;
  const std::int64_t slots = (rows + panel_slots - 1) / panel_slots * panel_slots;
  float* const pairs = at_least(row_keys_values, static_cast<std::size_t>(2 * count * config.width));
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    parts.decoder[i].cross.key_value.multiply(fresh, count, pairs, scratch);
    blocks[i].rows.reserve(slots);
    for (std::int64_t row = 0; row < count; ++row) {
      const float* const key = pairs + 2 * row * config.width;
      blocks[i].rows.store(settled + row, key, key + config.width);
    }
  }
  settled += settling;
  float* const bias = at_least(slot_bias, static_cast<std::size_t>(slots));
  std::fill_n(bias, rows, 0.0F);
  std::fill(bias + rows, bias + slots, -std::numeric_limits<float>::infinity());
}

// ---- Labels
// ----------------------------------------------------------------------------------------------------------------------

/// Gives the requests their places in the tree and reads the embeddings of those that exist.
void LabelDecoder::State::collect(std::span<const LabelRequest> requests) {
  batch.first_id = tree.next_id();
  batch.size = 0;
  batch.rows = rows;
  batch.slots.clear();
  batch.path_slots.clear();
  batch.paths.clear();
  batch.scored.clear();
  batch.view_of_id.clear();
  at_least(x, requests.size() * config.width);
  rotary.resize(static_cast<std::int64_t>(requests.size()));
  for (const LabelRequest& request : requests) {
    const auto* const node = tree.add(request.parent, request.label >= 0 && request.label < parts.embedding.rows());
    batch.view_of_id.push_back(node != nullptr && request.scores ? static_cast<std::int64_t>(batch.scored.size()) : -1);
    if (node == nullptr) continue;
    if (request.scores) batch.scored.push_back(batch.size);
    batch.slots.push_back(node->slot);
    const std::size_t begin = batch.path_slots.size();
    tree.path(*node, batch.path_slots);
    batch.paths.push_back({begin, node->depth + 1});
    rotary.set(batch.size, node->depth);
    parts.embedding.read(request.label, x.data() + batch.size * config.width);
    ++batch.size;
  }
}

void LabelDecoder::State::score(std::span<const LabelRequest> requests) {
  const OneThread one_thread;
  collect(requests);
  if (batch.size == 0) return;
  const auto size = static_cast<std::size_t>(batch.size * config.width);
  at_least(normed, size);
  at_least(projected, 3 * size);
  at_least(mixed, size);
  at_least(result, size);
  at_least(clock, static_cast<std::size_t>(batch.size * rows));
  std::fill_n(clock.begin(), batch.size * rows, 0.0F);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    remember_labels(i);
    if (i + 1 == blocks.size()) drop_unscored();
    if (batch.size == 0) return;
    attend_labels(i);
    attend_rows_of(i);
    add_feed_forward(parts.decoder[i].feed_forward, *parts.loops, x.data(), batch.size, feed_forward, scratch);
  }
  project_labels();
}

/// Queries of all nodes; their keys and values go into the tree's memory: a node may be the parent of another in the batch.
void LabelDecoder::State::remember_labels(std::size_t block) {
  const SelfAttentionWeights& weights = parts.decoder[block].self;
  const Kernels& loops = *parts.loops;
  BlockMemory& memory = blocks[block];
  const std::int64_t wide = padded(dims);
  const std::int64_t stride = config.heads * wide;
  at_least(memory.node_keys, static_cast<std::size_t>(tree.slots() * stride));
  at_least(memory.node_values, static_cast<std::size_t>(tree.slots() * stride));
  weights.norm.apply(loops, x.data(), batch.size, normed.data());
  weights.query_key_value.multiply(normed.data(), batch.size, projected.data(), scratch);
  loops.rotate(projected.data(), batch.size, 3 * std::int64_t{config.width}, 2 * config.heads, dims, rotary.dims(),
               rotary.cosines(), rotary.sines());
  for (std::int64_t row = 0; row < batch.size; ++row) {
    const float* const key = projected.data() + (3 * row + 1) * config.width;
    const std::int64_t slot = batch.slots[static_cast<std::size_t>(row)];
    for (std::int64_t head = 0; head < config.heads; ++head) {
      std::copy_n(key + head * dims, dims, memory.node_keys.data() + slot * stride + head * wide);
      std::copy_n(key + config.width + head * dims, dims, memory.node_values.data() + slot * stride + head * wide);
    }
  }
}

/// Behind the last block's keys and values, only who asked for scores needs the rest of the network: the others close ranks.
void LabelDecoder::State::drop_unscored() {
  const std::int64_t width = config.width;
  batch.size = static_cast<std::int64_t>(batch.scored.size());
  for (std::int64_t to = 0; to < batch.size; ++to) {
    const std::int64_t from = batch.scored[static_cast<std::size_t>(to)];
    if (from == to) continue;
    std::copy_n(x.data() + from * width, width, x.data() + to * width);
    std::copy_n(projected.data() + 3 * from * width, width, projected.data() + 3 * to * width);  // queries: keys are stored
    std::copy_n(clock.data() + from * rows, rows, clock.data() + to * rows);
    batch.paths[static_cast<std::size_t>(to)] = batch.paths[static_cast<std::size_t>(from)];
  }
}

/// Self-attention: each node sees its ancestors and itself, in the order of their positions, so its sums do not depend on where in
/// memory the tree has put them.
void LabelDecoder::State::attend_labels(std::size_t block) {
  const SelfAttentionWeights& weights = parts.decoder[block].self;
  const Kernels& loops = *parts.loops;
  const BlockMemory& memory = blocks[block];
  const std::int64_t wide = padded(dims);
  const std::int64_t stride = config.heads * wide;
  AttendPath work;
  work.query = at_least(query, static_cast<std::size_t>(stride));  // zeros behind dims, never written
  work.keys = memory.node_keys.data();
  work.values = memory.node_values.data();
  work.heads = config.heads;
  work.dims = dims;
  work.scale = 1.0F / std::sqrt(static_cast<float>(dims));
  for (std::int64_t row = 0; row < batch.size; ++row) {
    const Path& path = batch.paths[static_cast<std::size_t>(row)];
    work.count = path.count;
    work.slots = batch.path_slots.data() + path.begin;
    work.scores = at_least(scores, static_cast<std::size_t>(work.count + panel_slots));
    for (std::int64_t head = 0; head < config.heads; ++head) {
      std::copy_n(projected.data() + 3 * row * config.width + head * dims, dims, query.data() + head * wide);
    }
    work.target = mixed.data() + row * config.width;
    loops.attend_path(work);
  }
  weights.output.multiply(mixed.data(), batch.size, result.data(), scratch);
  loops.add(x.data(), result.data(), batch.size * config.width);
}

/// Cross-attention over the encoder rows; the clock heads' weights are added up.
void LabelDecoder::State::attend_rows_of(std::size_t block) {
  const CrossAttentionWeights& weights = parts.decoder[block].cross;
  const Kernels& loops = *parts.loops;
  weights.norm.apply(loops, x.data(), batch.size, normed.data());
  weights.query.multiply(normed.data(), batch.size, projected.data(), scratch);
  if (rows == 0) {
    std::fill_n(mixed.begin(), batch.size * config.width, 0.0F);
  } else {
    Attend work;
    blocks[block].rows.describe(work, (rows + panel_slots - 1) / panel_slots);
    work.queries = projected.data();
    work.query_stride = config.width;
    work.rows = batch.size;
    work.slot_bias = slot_bias.data();
    work.scale = 1.0F / std::sqrt(static_cast<float>(dims));
    work.scores = at_least(scores, static_cast<std::size_t>(attend_rows * work.panels * panel_slots));
    work.target = mixed.data();
    if (!weights.clock_share.empty()) {
      work.clock_share = weights.clock_share.data();
      work.clock = clock.data();
      work.clock_stride = work.clock_slots = rows;
    }
    loops.attend(work);
  }
  weights.output.multiply(mixed.data(), batch.size, result.data(), scratch);
  loops.add(x.data(), result.data(), batch.size * config.width);
}

/// Log-probabilities of the nodes that asked for them: the product with the label matrix is the dearest of all.
void LabelDecoder::State::project_labels() {
  parts.decoder_norm.apply(*parts.loops, x.data(), batch.size, normed.data());
  const std::int64_t labels = parts.label_matrix.outputs();
  at_least(log_probs, static_cast<std::size_t>(batch.size * labels));
  parts.label_matrix.multiply(normed.data(), batch.size, log_probs.data(), scratch);
  for (std::int64_t i = 0; i < batch.size; ++i) parts.loops->log_softmax(log_probs.data() + i * labels, labels);
}

// ---- The public face
// -------------------------------------------------------------------------------------------------------------

LabelDecoder::LabelDecoder(std::shared_ptr<const Network> network) : state_(std::make_unique<State>(std::move(network))) {}
LabelDecoder::~LabelDecoder() = default;
LabelDecoder::LabelDecoder(LabelDecoder&&) noexcept = default;
LabelDecoder& LabelDecoder::operator=(LabelDecoder&&) noexcept = default;

void LabelDecoder::advance(const EncoderBlock& block) {
  state_->advance(block);
}
std::size_t LabelDecoder::rows() const {
  return static_cast<std::size_t>(state_->rows);
}
std::size_t LabelDecoder::settled_rows() const {
  return static_cast<std::size_t>(state_->settled);
}
std::int32_t LabelDecoder::next_node() const {
  return state_->tree.next_id();
}
void LabelDecoder::score(std::span<const LabelRequest> requests) {
  state_->score(requests);
}

LabelView LabelDecoder::view(std::int32_t node) const {
  const Batch& batch = state_->batch;
  const std::int64_t index = std::int64_t{node} - batch.first_id;
  if (index < 0 || index >= static_cast<std::int64_t>(batch.view_of_id.size())) return {};
  const std::int64_t view = batch.view_of_id[static_cast<std::size_t>(index)];
  if (view < 0) return {};
  const auto labels = static_cast<std::size_t>(state_->parts.label_matrix.outputs());
  return {{state_->log_probs.data() + view * static_cast<std::int64_t>(labels), labels},
          {state_->clock.data() + view * batch.rows, static_cast<std::size_t>(batch.rows)}};
}

void LabelDecoder::keep(std::int32_t leaf) {
  state_->tree.keep(leaf);
}

void LabelDecoder::reset() {
  state_->tree.clear();
  state_->batch = {};
  state_->rows = state_->settled = 0;
}

}  // namespace attend::engine
