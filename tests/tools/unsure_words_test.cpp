#include "unsure_words.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace attend::tools::test {
namespace {

class Scripted : public Recogniser {
 public:
  explicit Scripted(std::vector<Event> events) : events_(std::move(events)) {}
  void write(std::span<const float>) override {}
  void finish() override {}
  std::optional<Event> read() override { return next_ < events_.size() ? std::optional<Event>(events_[next_++]) : std::nullopt; }

 private:
  std::vector<Event> events_;
  std::size_t next_ = 0;
};

Word word(const char* text, float confidence) {
  return {text, 0, 1, confidence, 1};
}

TEST(UnsureWords, AreLeftOutEverywhere) {
  Event event;
  event.kind = EventKind::final;
  event.committed = {word("sure", 0.9F), word("unsure", 0.2F), word("even", 0.5F)};
  event.tentative = {word("maybe", 0.49F)};
  event.alternatives = {{-1, {word("other", 0.8F), word("bad", 0.1F)}}};
  event.explanation.emplace();
  event.explanation->attention = {{{1}, {}}, {{2}, {}}, {{3}, {}}};
  Event all_unsure;
  all_unsure.kind = EventKind::final;
  all_unsure.committed = {word("no", 0.1F)};

  const OpenRecogniser open = without_unsure_words(
      [&](int, int, const ResumePoint&) {
        return std::make_unique<Scripted>(std::vector{event, all_unsure});
      },
      0.5F);
  const auto recogniser = open(16000, 1, {});
  const auto read = recogniser->read();
  ASSERT_TRUE(read);
  EXPECT_EQ(to_text(read->committed), "sure even");
  EXPECT_TRUE(read->tentative.empty());
  EXPECT_EQ(to_text(read->alternatives[0].words), "other");
  ASSERT_EQ(read->explanation->attention.size(), 2U);
  EXPECT_EQ(read->explanation->attention[1].weights, std::vector<float>{3});
  const auto closing = recogniser->read();
  ASSERT_TRUE(closing) << "the final is told, for what resumes behind it";
  EXPECT_TRUE(closing->committed.empty());
  EXPECT_FALSE(recogniser->read());
}

}  // namespace
}  // namespace attend::tools::test
