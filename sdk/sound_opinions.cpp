#include "sdk/sound_opinions.hpp"

#include <algorithm>
#include <cmath>

#include "decoder/counter_opinion.hpp"
#include "decoder/ctc_opinion.hpp"

namespace attend::sdk {
namespace {

class HeadWeights final : public decoder::RowWeights {
 public:
  explicit HeadWeights(const engine::Head& head) : head_(head) {}

  std::size_t rows() const override { return head_.rows(); }
  std::size_t settled_rows() const override { return head_.settled_rows(); }
  float weight(std::size_t row) const override { return head_.row(row)[0]; }

 private:
  const engine::Head& head_;
};

class HeadPosteriors final : public decoder::Posteriors {
 public:
  explicit HeadPosteriors(const engine::Head& head) : head_(head) {}

  std::size_t rows() const override { return head_.rows(); }
  std::size_t settled_rows() const override { return head_.settled_rows(); }
  std::span<const float> row(std::size_t index) const override { return head_.row(index); }
  decoder::Symbol blank() const override { return 0; }

 private:
  const engine::Head& head_;
};

}  // namespace

/// A head with its opinion.
class SoundOpinions::Speaker {
 public:
  Speaker(const std::shared_ptr<const engine::Network>& network, const WeightedHead& choice, const engine::EncoderSpan& span,
          const decoder::LabelSpelling& spelling, decoder::Label end)
      : choice_(choice), head_(network, choice.kind, span), spelling_(spelling), end_(end) {}

  void begin() {
    head_.reset();
    if (choice_.kind == engine::HeadKind::counter) {
      opinion_ = std::make_unique<decoder::CounterOpinion>(weights_, end_);
    } else {
      opinion_ = std::make_unique<decoder::CtcOpinion>(posteriors_, spelling_, end_);
    }
  }

  void advance(const engine::EncoderBlock& block) { head_.advance(block); }
  decoder::WeightedOpinion opinion() const { return {opinion_.get(), choice_.weight}; }

  std::vector<float> of_rows() const {
    std::vector<float> values;
    for (std::size_t row = 0; row < head_.rows(); ++row) {
      const float first = head_.row(row)[0];
      values.push_back(choice_.kind == engine::HeadKind::counter ? first : 1 - std::exp(first));
    }
    return values;
  }

 private:
  WeightedHead choice_;
  engine::Head head_;
  HeadWeights weights_{head_};
  HeadPosteriors posteriors_{head_};
  const decoder::LabelSpelling& spelling_;
  decoder::Label end_;
  std::unique_ptr<decoder::LabelOpinion> opinion_;
};

SoundOpinions::SoundOpinions(const std::shared_ptr<const engine::Network>& network, const std::vector<WeightedHead>& heads,
                             const engine::EncoderSpan& span, const decoder::LabelSpelling& spelling, decoder::Label end) {
  for (const WeightedHead& head : heads) speakers_.push_back(std::make_unique<Speaker>(network, head, span, spelling, end));
  begin();
}

SoundOpinions::~SoundOpinions() = default;

void SoundOpinions::begin() {
  for (const auto& speaker : speakers_) speaker->begin();
}

void SoundOpinions::advance(const engine::EncoderBlock& block) {
  for (const auto& speaker : speakers_) speaker->advance(block);
}

std::vector<decoder::WeightedOpinion> SoundOpinions::opinions() const {
  std::vector<decoder::WeightedOpinion> opinions;
  for (const auto& speaker : speakers_) {
    if (speaker->opinion().weight > 0) opinions.push_back(speaker->opinion());
  }
  return opinions;
}

std::vector<float> SoundOpinions::of_rows() const {
  const auto loudest = std::max_element(speakers_.begin(), speakers_.end(),
                                        [](const auto& a, const auto& b) { return a->opinion().weight < b->opinion().weight; });
  return loudest == speakers_.end() ? std::vector<float>{} : (*loudest)->of_rows();
}

}  // namespace attend::sdk
