#include "channel_merger.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace attend::tools {
namespace {

constexpr double pause_seconds = 0.3;

bool ends_phrase(const Word& word, const Word& next) {
  const bool sentence = !word.text.empty() && std::string_view(".?!").find(word.text.back()) != std::string_view::npos;
  return sentence || next.start - word.end >= pause_seconds;
}

}  // namespace

ChannelMerger::ChannelMerger(int channels, double hold, std::function<void(const Passage&)> tell)
    : ends_(static_cast<std::size_t>(channels), 0.0), hold_(hold), tell_(std::move(tell)) {}

void ChannelMerger::add(const Segment& segment) {
  Phrase phrase{segment.channel, segment.number, {}};
  for (std::size_t i = 0; i < segment.words.size(); ++i) {
    phrase.words.push_back(segment.words[i]);
    if (i + 1 < segment.words.size() && !ends_phrase(segment.words[i], segment.words[i + 1])) continue;
    insert(std::exchange(phrase, Phrase{segment.channel, segment.number, {}}));
  }
  double& end = ends_.at(static_cast<std::size_t>(segment.channel - 1));
  end = std::max(end, segment.end);
  release(reached());
}

void ChannelMerger::heard(double seconds) {
  heard_ = std::max(heard_, seconds);
  release(reached());
}

void ChannelMerger::finish() {
  release(std::numeric_limits<double>::infinity());
  tell_open();
}

double ChannelMerger::reached() const {
  return std::max(heard_ - hold_, *std::ranges::min_element(ends_));
}

void ChannelMerger::insert(Phrase phrase) {
  const auto start = [](const Phrase& other) { return other.words.front().start; };
  waiting_.insert(std::ranges::upper_bound(waiting_, start(phrase), {}, start), std::move(phrase));
}

void ChannelMerger::release(double up_to) {
  const auto first_kept =
      std::ranges::find_if(waiting_, [up_to](const Phrase& phrase) { return phrase.words.front().start > up_to; });
  for (auto phrase = waiting_.begin(); phrase != first_kept; ++phrase) join(std::move(*phrase));
  waiting_.erase(waiting_.begin(), first_kept);
}

void ChannelMerger::join(Phrase phrase) {
  if (open_ && open_->channel == phrase.channel && open_->segment == phrase.segment) {
    std::ranges::move(phrase.words, std::back_inserter(open_->words));
    return;
  }
  tell_open();
  open_ = std::move(phrase);
}

void ChannelMerger::tell_open() {
  if (open_) tell_({open_->channel, std::move(open_->words)});
  open_.reset();
}

}  // namespace attend::tools
