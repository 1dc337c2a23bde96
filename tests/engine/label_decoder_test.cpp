// Properties of the label decoder that need no reference values.
#include "engine/label_decoder.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "reference_case.hpp"

namespace attend::engine {
namespace {

struct Answer {
  std::vector<float> log_probs, attention;
  bool operator==(const Answer&) const = default;
};

Answer answer(const LabelView& view) {
  return {{view.log_probs.begin(), view.log_probs.end()}, {view.attention.begin(), view.attention.end()}};
}

class LabelDecoderTest : public testing::TestWithParam<std::string> {
 protected:
  ReferenceCase reference{GetParam()};
  std::shared_ptr<const Network> network = reference.network();
  std::vector<float> rows = reference.get("full");
  std::int32_t labels = network->config().decoder.labels;

  /// What a chain of labels answers at its end, scored label by label and alone.
  Answer alone(std::span<const std::int32_t> chain, const std::shared_ptr<const Network>& with) const {
    LabelDecoder decoder(with);
    decoder.advance({rows, {}});
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const LabelRequest request{static_cast<std::int32_t>(i) - 1, chain[i], i + 1 == chain.size()};
      decoder.score({&request, 1});
    }
    return answer(decoder.view(static_cast<std::int32_t>(chain.size()) - 1));
  }

  /// Random trees over several rounds of score and keep, every answer compared with the lonely one's, to the last bit.
  void expect_trees_like_chains(const std::shared_ptr<const Network>& with) const {
    std::mt19937 random(1);
    LabelDecoder decoder(with);
    decoder.advance({rows, {}});
    std::map<std::int32_t, std::vector<std::int32_t>> chains;  // of the nodes that live
    std::map<std::int32_t, std::int32_t> parents;
    for (int round = 0; round < 4; ++round) {
      std::vector<LabelRequest> requests;
      const std::int32_t first = decoder.next_node();
      for (std::int32_t i = 0; i < 17; ++i) {
        const std::int32_t parent = chains.empty() ? -1 : std::next(chains.begin(), random() % chains.size())->first;
        const auto label = static_cast<std::int32_t>(random() % static_cast<unsigned>(labels));
        requests.push_back({parent, label, random() % 4 != 0});
        chains[first + i] = parent == -1 ? std::vector<std::int32_t>() : chains[parent];
        chains[first + i].push_back(label);
        parents[first + i] = parent;
      }
      decoder.score(requests);
      for (std::int32_t i = 0; i < 17; ++i) {
        if (!requests[static_cast<std::size_t>(i)].scores) {
          EXPECT_TRUE(decoder.view(first + i).log_probs.empty());
        } else {
          EXPECT_EQ(answer(decoder.view(first + i)), alone(chains[first + i], with)) << "round " << round << " node " << i;
        }
      }
      const std::int32_t leaf = std::next(chains.begin(), random() % chains.size())->first;
      decoder.keep(leaf);
      std::map<std::int32_t, std::vector<std::int32_t>> kept;
      for (std::int32_t at = leaf; at != -1; at = parents[at]) kept[at] = chains[at];
      chains = std::move(kept);
    }
  }
};

TEST_P(LabelDecoderTest, ABatchIsAsGoodAsSingleNodes) {
  expect_trees_like_chains(network);
}

TEST_P(LabelDecoderTest, ABatchIsAsGoodAsSingleNodesInHalfPrecision) {
  expect_trees_like_chains(reference.network(Precision::bf16));
}

TEST_P(LabelDecoderTest, LogProbabilitiesAndAttentionAddUpToOne) {
  LabelDecoder decoder(network);
  decoder.advance({rows, {}});
  const LabelRequest request{-1, 1, true};
  decoder.score({&request, 1});
  double labels_sum = 0;
  double rows_sum = 0;
  for (const float value : decoder.view(0).log_probs) labels_sum += std::exp(double{value});
  for (const float value : decoder.view(0).attention) rows_sum += value;
  EXPECT_NEAR(labels_sum, 1, 1e-5);
  EXPECT_NEAR(rows_sum, 1, 1e-5);
  EXPECT_EQ(decoder.view(0).attention.size(), decoder.rows());
}

TEST_P(LabelDecoderTest, TheWayRowsArriveDoesNotMatter) {
  const auto width = static_cast<std::size_t>(network->config().encoder.width);
  const std::span<const float> all(rows);
  LabelDecoder decoder(network);
  std::mt19937 random(2);
  for (std::size_t settled = 0; settled < all.size();) {
    const std::size_t more = std::min((1 + random() % 5) * width, all.size() - settled);
    const std::vector<float> preview(random() % 4 * width, 0.25F);
    decoder.advance(
        {all.subspan(settled, more), settled + more < all.size() ? std::span<const float>(preview) : std::span<const float>()});
    settled += more;
  }
  const std::vector<std::int32_t> chain = {1, 2, 3};
  const std::vector<LabelRequest> requests = {{-1, 1, false}, {0, 2, false}, {1, 3, true}};
  decoder.score(requests);
  EXPECT_EQ(answer(decoder.view(2)), alone(chain, network));
}

TEST_P(LabelDecoderTest, ImpossibleRequestsGiveNodesWithoutAView) {
  LabelDecoder decoder(network);
  decoder.advance({rows, {}});
  const std::vector<LabelRequest> requests = {{-1, labels, true}, {-1, -1, true}, {99, 1, true}, {0, 1, true},
                                              {-1, 1, true},      {5, 1, true},   {4, 2, true}};
  decoder.score(requests);
  for (const std::int32_t node : {-1, 0, 1, 2, 3, 5, 7, 1000}) EXPECT_TRUE(decoder.view(node).log_probs.empty()) << node;
  EXPECT_EQ(answer(decoder.view(4)), alone(std::vector<std::int32_t>{1}, network));
  EXPECT_EQ(answer(decoder.view(6)), alone(std::vector<std::int32_t>{1, 2}, network));
  decoder.score({});
  EXPECT_TRUE(decoder.view(6).log_probs.empty());
  decoder.keep(12345);
  decoder.keep(-1);
  EXPECT_EQ(decoder.next_node(), 7);
}

TEST_P(LabelDecoderTest, WithoutRowsThereIsAnAnswerToo) {
  LabelDecoder decoder(network);
  const LabelRequest request{-1, 1, true};
  decoder.score({&request, 1});
  EXPECT_TRUE(decoder.view(0).attention.empty());
  for (const float value : decoder.view(0).log_probs) EXPECT_TRUE(std::isfinite(value));
}

TEST_P(LabelDecoderTest, ResetBeginsAgain) {
  LabelDecoder decoder(network);
  decoder.advance({rows, rows});
  const std::vector<LabelRequest> others = {{-1, 3, true}, {0, 4, true}, {1, 5, true}};
  decoder.score(others);
  decoder.reset();
  EXPECT_EQ(decoder.rows(), 0U);
  EXPECT_EQ(decoder.next_node(), 0);
  EXPECT_TRUE(decoder.view(0).log_probs.empty());
  decoder.advance({rows, {}});
  const std::vector<LabelRequest> requests = {{-1, 1, false}, {0, 2, true}};
  decoder.score(requests);
  EXPECT_EQ(answer(decoder.view(1)), alone(std::vector<std::int32_t>{1, 2}, network));
}

TEST_P(LabelDecoderTest, ThreadsSharingANetworkDontMatter) {
  const std::vector<std::vector<std::int32_t>> chains = {{1, 2, 3, 4}, {1, 5}, {1, 6, 7}};
  const auto shared = reference.network();
  std::vector<Answer> together(chains.size());
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < chains.size(); ++t) threads.emplace_back([&, t] { together[t] = alone(chains[t], shared); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t t = 0; t < chains.size(); ++t) EXPECT_EQ(together[t], alone(chains[t], network));
}

INSTANTIATE_TEST_SUITE_P(Cases, LabelDecoderTest, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
