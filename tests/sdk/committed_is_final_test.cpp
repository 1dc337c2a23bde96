// Promise 3 over random sounds, random pauses, random blocks: committed text only grows, a final extends it, every committed word
// keeps its text and its times; with a beam of 1 and of 4, with and without phrases.
#include <gtest/gtest.h>

#include <optional>

#include "streams.hpp"

namespace attend {
namespace {

using testing::tiny_model;

/// Bursts of random tones and noise with pauses of 0.05 to 2.5 s between them.
std::vector<float> sound_with_pauses(double seconds, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0, 1);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto size = static_cast<std::size_t>(seconds * 16000);
  std::vector<float> samples;
  for (bool speaks = uniform(random) < 0.5; samples.size() < size; speaks = !speaks) {
    const double length = speaks ? 0.1 + 2.5 * uniform(random) : 0.05 * std::pow(50, uniform(random));
    const auto level = static_cast<float>(speaks ? std::pow(10, -1.5 * uniform(random)) : 1e-4);
    const auto pitch = static_cast<float>(80 + 1500 * uniform(random));
    for (auto left = static_cast<std::size_t>(length * 16000); left > 0 && samples.size() < size; --left) {
      samples.push_back(level * (0.5F * std::sin(6.2831853F * pitch * static_cast<float>(left) / 16000) + 0.1F * noise(random)));
    }
  }
  return samples;
}

struct Setting {
  std::string model;
  int beam = 1;
  bool phrases = false;
};

void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.model << ", beam " << setting.beam << (setting.phrases ? ", phrases" : "");
}

class CommittedIsFinal : public ::testing::TestWithParam<Setting> {
 protected:
  StreamOptions options() const {
    StreamOptions options;
    options.search.beam = GetParam().beam;
    options.endpoint.longest = std::chrono::milliseconds(7000);
    if (GetParam().phrases) options.search.phrases = {{"the", 3}, {"a b", 2}, {"e", 8}};
    return options;
  }

  /// Checks events as they come.
  void expect_growth(const std::vector<Event>& events) {
    std::optional<Event> before;
    for (const Event& event : events) {
      if (before && before->kind == EventKind::partial && before->segment == event.segment) {
        ASSERT_GE(event.committed.size(), before->committed.size());
        for (std::size_t i = 0; i < before->committed.size(); ++i) {
          ASSERT_EQ(event.committed[i].text, before->committed[i].text);
          ASSERT_EQ(event.committed[i].start, before->committed[i].start);
          ASSERT_EQ(event.committed[i].end, before->committed[i].end);
          ASSERT_EQ(event.committed[i].confidence, before->committed[i].confidence);
        }
        grown_ += event.committed.size() - before->committed.size();
      } else if (before && before->kind == EventKind::partial && event.segment != before->segment) {
        ADD_FAILURE() << "segment " << before->segment << " was left without a final";
      }
      if (event.kind == EventKind::final) {
        ASSERT_TRUE(event.tentative.empty());
        ASSERT_FALSE(event.committed.empty());
        ++finals_;
      }
      for (const Word& word : event.committed) ASSERT_EQ(word.stability, 1);
      before = event;
    }
  }

  std::size_t grown_ = 0, finals_ = 0;
};

TEST_P(CommittedIsFinal, HoweverItSoundsAndIsCut) {
  const Model model = tiny_model(GetParam().model);
  for (unsigned seed = 1; seed <= 6; ++seed) {
    const auto samples = sound_with_pauses(14, 100 * seed);
    const auto events = testing::recognise_in_blocks(model, samples, options(), 50U << (2 * (seed % 5)), seed);
    expect_growth(events);
    if (seed <= 2) {
      EXPECT_EQ(testing::recognise(model, samples, options()), events);
    }
  }
  EXPECT_GT(grown_, 0U) << "nothing was ever committed before a final";
  EXPECT_GT(finals_, 0U);
}

INSTANTIATE_TEST_SUITE_P(Tiny, CommittedIsFinal,
                         ::testing::Values(Setting{"rotary", 1, false}, Setting{"rotary", 4, false}, Setting{"rotary", 4, true},
                                           Setting{"rotary-i8", 4, false}),
                         [](const auto& of) {
                           return std::string(of.param.model == "rotary" ? "Rotary" : "RotaryI8Beam") +
                                  std::to_string(of.param.beam) + (of.param.phrases ? "WithPhrases" : "");
                         });

}  // namespace
}  // namespace attend
