#include "listen_pace.hpp"

#include <algorithm>

namespace attend::tools {
namespace {

constexpr double shortest_patience = 10, longest_patience = 300;
/// A narrowing that had to be taken back within this many seconds was too early.
constexpr double trial = 60;
/// Lag below this share of the limit is none.
constexpr double calm_share = 0.25;

double in_seconds(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

PaceRule::PaceRule(const PaceLimits& limits) : limits_(limits), chunk_(limits.narrowest), patience_(shortest_patience) {
  limits_.widest = std::max(limits_.widest, limits_.narrowest);
}

std::optional<std::chrono::milliseconds> PaceRule::update(double position, double lag) {
  least_lag_ = std::min(lag, least_lag_.value_or(lag));
  if (position - stretch_begin_ < 2 * in_seconds(chunk_)) return std::nullopt;
  const double least = *least_lag_;
  stretch_begin_ = position;
  least_lag_.reset();
  return judge(position, least);
}

std::optional<std::chrono::milliseconds> PaceRule::judge(double position, double lag) {
  if (lag > calm_share * limits_.lag) calm_since_ = position;
  if (lag > limits_.lag) return widen(position);
  if (position - calm_since_ >= patience_) return narrow(position);
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> PaceRule::widen(double position) {
  if (chunk_ >= limits_.widest) return std::nullopt;
  if (narrowed_at_) {
    const bool too_early = position - *narrowed_at_ < trial;
    patience_ = too_early ? std::min(2 * patience_, longest_patience) : shortest_patience;
    narrowed_at_.reset();
  }
  chunk_ = std::min(2 * chunk_, limits_.widest);
  return chunk_;
}

std::optional<std::chrono::milliseconds> PaceRule::narrow(double position) {
  calm_since_ = position;
  if (chunk_ <= limits_.narrowest) return std::nullopt;
  chunk_ = std::max(chunk_ / 2, limits_.narrowest);
  narrowed_at_ = position;
  return chunk_;
}

}  // namespace attend::tools
