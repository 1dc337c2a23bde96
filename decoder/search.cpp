#include "decoder/search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace attend::decoder {

namespace {

Hypothesis first_place(Label begin, const LabelChooser& chooser) {
  Hypothesis root;
  root.label = begin;
  root.opinions = chooser.begin();
  return root;
}

std::int32_t rows_of(const AttentionScorer& scorer) {
  return static_cast<std::int32_t>(scorer.rows());
}

// What two steps agree on is likely to stay, and what lies far from the last row has been heard whole.
float stability(float confidence, const LabelGroup& group, std::int32_t total) {
  const auto distance = static_cast<float>(std::max(total - group.furthest, 0));
  return confidence * distance / (distance + 8.0F) * (group.agreed ? 1.0F : 0.6F);
}

}  // namespace

Search::Search(const LabelTable& labels, const SearchConfig& config, std::vector<WeightedOpinion> opinions)
    : labels_(labels),
      config_(config),
      chooser_(labels.end, config.candidates, std::move(opinions)),
      tree_(first_place(labels.begin, chooser_)),
      clock_(config) {}

StepResult Search::step(AttentionScorer& scorer) {
  return advance(scorer, false);
}

StepResult Search::finish(AttentionScorer& scorer, std::optional<Cut> cut) {
  if (!cut) return advance(scorer, true);
  StepResult result;
  if (doubtful()) return result;
  for (Described& group : pending_) {
    if (group.path.last >= cut->row) break;
    committed_labels_.insert(committed_labels_.end(), group.word.labels.begin(), group.word.labels.end());
    group.word.stability = 1;
    if (!group.tail) result.committed.push_back(std::move(group.word));
  }
  pending_.clear();
  return result;
}

StepResult Search::advance(AttentionScorer& scorer, bool at_end) {
  StepResult result;
  if (scorer.rows() == 0) return result;
  const Extended found = extend(scorer, committed_, tree_, chooser_, labels_, config_, at_end);
  const std::vector<HypothesisId> path = tree_.path(found.leaf);
  for (const HypothesisId id : path) ++tree_[id].steps;
  const std::vector<LabelGroup> groups = group_labels(tree_, path, found, labels_, committed_.size() > 0);
  empty_steps_ = path.empty() ? empty_steps_ + 1 : 0;
  const StepRows rows = rows_at(scorer, path);
  pending_ = describe(path, groups, rows.total);
  const Counts counts = decide(groups, rows, at_end);
  for (std::size_t i = 0; i < counts.shown; ++i) {
    if (pending_[i].tail) continue;
    (i < counts.committed ? result.committed : result.tentative).push_back(pending_[i].word);
    if (i < counts.committed) result.committed.back().stability = 1;
  }
  commit(path, std::span(pending_).first(counts.committed));
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(counts.committed));
  const std::size_t labels_done = counts.committed == 0 ? 0 : groups[counts.committed - 1].end;
  tree_.prune(labels_done == 0 ? HypothesisTree::root : path[labels_done - 1], {&found.leaf, 1});
  freeze(scorer);
  keep_opinions();
  if (!at_end) result.cut = cut_after(rows, found.stop, std::span(groups).subspan(counts.committed));
  return result;
}

StepRows Search::rows_at(const AttentionScorer& scorer, std::span<const HypothesisId> path) const {
  StepRows rows;
  rows.total = rows_of(scorer);
  rows.settled = static_cast<std::int32_t>(scorer.settled_rows());
  if (committed_.size() == 0 && !path.empty()) rows.opening = tree_[path.front()].peak;
  return rows;
}

Search::Counts Search::decide(std::span<const LabelGroup> groups, const StepRows& rows, bool at_end) const {
  if (at_end) return doubtful() ? Counts{} : Counts{groups.size(), groups.size()};
  Counts counts;
  counts.committed = count_committed(groups, rows, config_);
  counts.shown = count_shown(groups, counts.committed, rows, config_);
  return counts;
}

// Over silence, networks invent a word; in a segment where nothing else was said, little speaks for it.
bool Search::doubtful() const {
  if (committed_.size() > 0) return false;
  double log_prob = 0;
  std::size_t labels = 0;
  for (const Described& group : pending_) {
    log_prob += std::log(static_cast<double>(group.word.confidence)) * static_cast<double>(group.word.labels.size());
    labels += group.word.labels.size();
  }
  return labels > 0 && log_prob < std::log(static_cast<double>(config_.doubt)) * static_cast<double>(labels);
}

std::vector<Search::Described> Search::describe(std::span<const HypothesisId> path, std::span<const LabelGroup> groups,
                                                std::int32_t total) const {
  std::vector<std::span<const float>> attention;
  for (const HypothesisId id : path) attention.emplace_back(tree_[id].attention);
  const std::vector<std::int32_t> rows = monotonic_path(attention, floor_);
  std::vector<Described> described;
  WordClock clock = clock_;
  float steadiest = 1;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const LabelGroup& group = groups[i];
    Described& one = described.emplace_back();
    one.path = {rows[group.begin], rows[group.end - 1]};
    one.tail = group.tail;
    one.word = make_word(path.subspan(group.begin, group.end - group.begin));
    if (group.tail) continue;
    const std::int32_t next_row = i + 1 < groups.size() ? rows[groups[i + 1].begin] : total;
    const WordSpan span = clock.place(one.path.first, one.path.last, next_row, total);
    one.word.first_row = span.first;
    one.word.end_row = span.end;
    steadiest = std::min(steadiest, stability(one.word.confidence, group, total));
    one.word.stability = steadiest;
  }
  return described;
}

Word Search::make_word(std::span<const HypothesisId> labels) const {
  Word word;
  double log_prob = 0;
  for (const HypothesisId id : labels) {
    word.labels.push_back(tree_[id].label);
    log_prob += tree_[id].log_prob;
  }
  word.confidence = std::clamp(static_cast<float>(std::exp(log_prob / static_cast<double>(labels.size()))), 0.0F, 1.0F);
  return word;
}

void Search::commit(std::span<const HypothesisId> path, std::span<const Described> groups) {
  std::size_t next = 0;
  for (const Described& group : groups) {
    for (const Label label : group.word.labels) {
      const Hypothesis& node = tree_[path[next++]];
      committed_.labels.push_back({{label, node.peak}, node.place});
      committed_labels_.push_back(label);
    }
    floor_ = group.path.last;
    if (!group.tail) clock_.stand_at(group.word.end_row);
  }
}

// Labels whose sound lies far behind keep the keys and values of this step; all others are scored anew in the next.
void Search::freeze(AttentionScorer& scorer) {
  const std::int32_t recent = rows_of(scorer) - config_.refresh;
  std::size_t& frozen = committed_.frozen;
  while (frozen + 1 < committed_.size() && committed_.labels[frozen].heard.peak < recent) ++frozen;
  scorer.keep(frozen == 0 ? no_node : committed_.labels[frozen - 1].place);
}

void Search::keep_opinions() {
  std::vector<std::vector<OpinionState>> states;
  for (std::size_t i = 0; i < tree_.size(); ++i) states.push_back(tree_[static_cast<HypothesisId>(i)].opinions);
  chooser_.keep(states);
}

std::optional<Cut> Search::cut_after(const StepRows& rows, Stop stop, std::span<const LabelGroup> rest) const {
  std::vector<PathSpan> paths;
  for (const Described& group : pending_) paths.push_back(group.path);
  StepOutcome step;
  step.total = rows.total;
  step.settled = rows.settled;
  step.opening_over = opening_over(rows, config_);
  step.stop = stop;
  step.empty_steps = empty_steps_;
  step.committed_any = committed_.size() > 0;
  step.committed_end = clock_.end();
  step.committed_row = floor_;
  step.words_end = pending_.empty() || pending_.back().tail ? clock_.end() : pending_.back().word.end_row;
  step.rest = paths;
  step.rest_agreed = rest.empty() || rest.back().agreed;
  step.rest_peak = rest.empty() ? 0 : rest.back().furthest;
  return find_cut(step, config_);
}

}  // namespace attend::decoder
