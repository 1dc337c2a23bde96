#include "decoder/search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "decoder/agreement.hpp"
#include "decoder/confidence.hpp"

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

// The last label that the step commits: all else goes on from there.
HypothesisId new_root(std::span<const HypothesisId> path, std::span<const LabelGroup> committed) {
  return committed.empty() ? HypothesisTree::root : path[committed.back().end - 1];
}

}  // namespace

Search::Search(const LabelTable& labels, const SearchConfig& config, std::vector<WeightedOpinion> opinions)
    : labels_(labels),
      config_(config),
      chooser_(labels.end, config.candidates, std::move(opinions)),
      tree_(first_place(labels.begin, chooser_)),
      readings_(static_cast<std::size_t>(std::max(config.alternatives, 0))),
      clock_(config) {}

StepResult Search::step(AttentionScorer& scorer) {
  return advance(scorer, false);
}

StepResult Search::finish(AttentionScorer& scorer, std::optional<Cut> cut) {
  if (!cut) return advance(scorer, true);
  StepResult result;
  if (doubtful()) return result;
  result.alternatives = readings_.before(cut->row);
  for (DescribedGroup& group : pending_) {
    if (group.path.last >= cut->row) break;
    committed_labels_.insert(committed_labels_.end(), group.word.labels.begin(), group.word.labels.end());
    group.word.stability = 1;
    if (!group.tail) result.committed.push_back(std::move(group.word));
  }
  pending_.clear();
  return result;
}

StepResult Search::advance(AttentionScorer& scorer, bool at_end) {
  if (scorer.rows() == 0) return {};
  const std::vector<Extended> found = extend(scorer, committed_, tree_, chooser_, labels_, config_, at_end);
  const std::vector<HypothesisId> path = tree_.path(found.front().leaf);
  count_steps(path);
  empty_steps_ = path.empty() ? empty_steps_ + 1 : 0;
  const StepRows rows = rows_at(scorer, path);
  const std::vector<LabelGroup> groups = weighed_groups(found, found.front(), path, rows.total);
  pending_ = describe(tree_, path, groups, {floor_, rows.total, clock_});
  if (config_.keep_attention) add_attention(tree_, path, groups, pending_);
  const Counts counts = decide(groups, rows, at_end);
  const HypothesisId root = new_root(path, std::span(groups).first(counts.committed));
  StepResult result = tell_committed(counts.committed);
  if (!at_end) result.tentative = show(counts, found, root, rows);
  const std::vector<Rival> dropped = read_rivals(found, root, false, rows);
  commit(path, counts.committed, dropped);
  follow(read_rivals(found, root, true, rows), counts.shown - counts.committed);
  if (!at_end || pending_.empty()) result.alternatives = readings_.shown();
  prune(root, found);
  freeze(scorer);
  keep_opinions();
  if (!at_end) result.cut = cut_after(rows, found.front().stop, std::span(groups).subspan(counts.committed));
  return result;
}

// Of those hypotheses on whose way `root` lies, what follows it; of the others, all.
std::vector<Rival> Search::read_rivals(std::span<const Extended> found, HypothesisId root, bool following,
                                       const StepRows& rows) const {
  std::vector<Rival> rivals;
  if (config_.alternatives <= 0) return rivals;
  const std::size_t depth = following ? tree_.path(root).size() : 0;
  for (const Extended& hypothesis : found) {
    if (tree_.descends(hypothesis.leaf, root) != following) continue;
    const std::vector<HypothesisId> path = tree_.path(hypothesis.leaf);
    const auto below = std::span(path).subspan(depth);
    auto groups = group_labels(tree_, below, hypothesis, labels_, committed_.size() > 0);
    Rival& rival = rivals.emplace_back();
    rival.behind = behind(found.front(), hypothesis);
    rival.shown = count_shown(groups, 0, rows, config_);  // however unsure: it is told as what might have been said instead
    rate_stability(tree_, below, rows.total, groups);
    rival.groups = describe(tree_, below, groups, {floor_, rows.total, clock_});
  }
  return rivals;
}

void Search::follow(std::vector<Rival> rivals, std::size_t shown) {
  if (rivals.empty()) return;
  rivals.front().groups = pending_;
  rivals.front().shown = shown;
  readings_.follow(std::move(rivals));
}

void Search::count_steps(std::span<const HypothesisId> path) {
  std::vector<std::int32_t> before;
  for (const HypothesisId id : path) before.push_back(tree_[id].steps);
  for (std::size_t i = 0; i < tree_.size(); ++i) tree_[static_cast<HypothesisId>(i)].steps = 0;
  for (std::size_t i = 0; i < path.size(); ++i) tree_[path[i]].steps = before[i] + 1;
}

std::vector<LabelGroup> Search::weighed_groups(std::span<const Extended> found, const Extended& one,
                                               std::span<const HypothesisId> path, std::int32_t total) const {
  std::vector<LabelGroup> groups = group_labels(tree_, path, one, labels_, committed_.size() > 0);
  weigh_rivals(tree_, found, one, config_.agree_within, groups);
  rate_stability(tree_, path, total, groups);
  return groups;
}

StepResult Search::tell_committed(std::size_t count) const {
  StepResult result;
  for (const DescribedGroup& group : std::span(pending_).first(count)) {
    if (group.tail) continue;
    result.committed.push_back(group.word);
    result.committed.back().stability = 1;
  }
  return result;
}

std::vector<Word> Search::show(const Counts& counts, std::span<const Extended> found, HypothesisId root, const StepRows& rows) {
  const Extended& one = to_show(found, root);
  const bool waits = one.stop == Stop::edge;
  if (&one == &found.front()) return shown_.step(pending_, counts.committed, counts.shown, said(one), waits);
  const std::vector<HypothesisId> path = tree_.path(one.leaf);
  const std::vector<LabelGroup> groups = weighed_groups(found, one, path, rows.total);
  const auto described = describe(tree_, path, groups, {floor_, rows.total, clock_});
  return shown_.step(described, counts.committed, count_shown(groups, counts.committed, rows, config_), said(one), waits);
}

// The best; or the best that goes on from what was shown, if it is nearly as good.
const Extended& Search::to_show(std::span<const Extended> found, HypothesisId root) const {
  for (const Extended& one : found) {
    if (behind(found.front(), one) > static_cast<double>(config_.show_within)) break;
    if (tree_.descends(one.leaf, root) && !shown_.contradicted(said(one), one.stop == Stop::edge)) return one;
  }
  return found.front();
}

// The labels of a hypothesis, and behind them the one that waits for its sound, if one does.
std::vector<Label> Search::said(const Extended& hypothesis) const {
  std::vector<Label> labels;
  for (const HypothesisId id : tree_.path(hypothesis.leaf)) labels.push_back(tree_[id].label);
  if (hypothesis.stop == Stop::edge) labels.push_back(hypothesis.next);
  return labels;
}

StepRows Search::rows_at(const AttentionScorer& scorer, std::span<const HypothesisId> path) const {
  StepRows rows;
  rows.total = rows_of(scorer);
  rows.horizon = static_cast<std::int32_t>(scorer.horizon());
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
  for (const DescribedGroup& group : pending_) {
    log_prob += group.log_prob;
    labels += group.word.labels.size();
  }
  return labels > 0 && log_prob < std::log(static_cast<double>(config_.doubt)) * static_cast<double>(labels);
}

void Search::commit(std::span<const HypothesisId> path, std::size_t count, std::span<const Rival> dropped) {
  const auto groups = std::span(pending_).first(count);
  std::size_t next = 0;
  for (const DescribedGroup& group : groups) {
    for (const Label label : group.word.labels) {
      const Hypothesis& node = tree_[path[next++]];
      committed_.labels.push_back({{label, node.peak}, node.place});
      committed_labels_.push_back(label);
    }
    floor_ = group.path.last;
    if (!group.tail) heard_end_ = group.heard_end;
    if (!group.tail) clock_.stand_at(group.word.end_row);
  }
  readings_.commit(groups, dropped, floor_);
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
}

// Keeps the hypotheses that begin with what has been committed.
void Search::prune(HypothesisId root, std::span<const Extended> found) {
  std::vector<HypothesisId> leaves;
  for (const Extended& hypothesis : found) {
    if (tree_.descends(hypothesis.leaf, root)) leaves.push_back(hypothesis.leaf);
  }
  tree_.prune(root, leaves);
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
  for (const DescribedGroup& group : pending_) paths.push_back(group.path);
  StepOutcome step;
  step.total = rows.total;
  step.horizon = rows.horizon;
  step.opening_over = opening_over(rows, config_);
  step.stop = stop;
  step.empty_steps = empty_steps_;
  step.committed_any = committed_.size() > 0;
  step.committed_end = heard_end_;
  step.committed_row = floor_;
  step.words_end = pending_.empty() || pending_.back().tail ? heard_end_ : pending_.back().heard_end;
  step.rest = paths;
  step.rest_agreed = rest.empty() || rest.back().agreed;
  step.rest_peak = rest.empty() ? 0 : rest.back().furthest;
  return find_cut(step, config_);
}

}  // namespace attend::decoder
