// A tensor that the network reads but does not use would go unnoticed in a model that happens to hold zeros: change each one and
// look for a difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "engine/head.hpp"
#include "reference_case.hpp"

namespace attend::engine {
namespace {

void append_heads(const std::shared_ptr<const Network>& network, const ReferenceCase& reference, std::vector<float>& result) {
  for (const HeadKind kind : {HeadKind::counter, HeadKind::ctc}) {
    if (find_head(network->config(), kind) == nullptr) continue;
    const EncoderSpan span{4, 3, 50};
    Encoder encoder(network, span);
    Head head(network, kind, span);
    encoder.push(reference.get("features"));
    while (encoder.ready()) head.advance(encoder.step());
    for (std::size_t row = 0; row < head.rows(); ++row) result.insert(result.end(), head.row(row).begin(), head.row(row).end());
  }
}

/// What a network says to the reference features and labels: encoder rows of all steps, log-probabilities, what heads say.
std::vector<float> outcome(const ModelFile& file, const ReferenceCase& reference) {
  auto network = Network::load(file, Precision::f32);
  if (!network) throw std::runtime_error(network.error().message);
  Encoder encoder(*network, {4, 3, 50});
  std::vector<float> result = settled_rows(encode(encoder, reference.get("features")));
  LabelDecoder decoder(*network);
  decoder.advance({result, {}});
  const std::vector<LabelRequest> requests = {{-1, 1, true}, {0, 3, true}, {1, 4, true}};
  decoder.score(requests);
  for (std::int32_t node = 0; node < 3; ++node) {
    const auto view = decoder.view(node).log_probs;
    result.insert(result.end(), view.begin(), view.end());
  }
  append_heads(*network, reference, result);
  return result;
}

class EveryTensor : public testing::TestWithParam<std::string> {};

TEST_P(EveryTensor, ChangesTheOutcome) {
  const ReferenceCase reference(GetParam());
  std::ifstream in(ATTEND_SOURCE_DIR "/tests/data/engine/" + GetParam() + ".safetensors", std::ios::binary);
  std::vector<char> bytes(std::istreambuf_iterator<char>(in), {});
  auto opened = ModelFile::parse(std::as_bytes(std::span(bytes)), GetParam());
  ASSERT_TRUE(opened) << opened.error().message;
  const std::vector<float> expected = outcome(*opened, reference);
  int changed = 0;
  for (const std::string& name : opened->tensor_names()) {
    const TensorView& tensor = *opened->find(name);
    if (tensor.type == ElementType::u8) continue;  // the label set
    // A key's bias adds the same to all of a query's scores, which softmax takes out again, unless rotation comes between.
    const bool rotary = opened->config().encoder.block.attention.positions == Positions::rotary;
    if (name.ends_with("cross.key.bias") || (name.ends_with("attention.key.bias") && !rotary)) continue;
    const auto place = static_cast<std::size_t>(reinterpret_cast<const char*>(tensor.data.data()) - bytes.data());
    const std::vector<char> before(bytes.begin() + static_cast<std::ptrdiff_t>(place),
                                   bytes.begin() + static_cast<std::ptrdiff_t>(place + tensor.data.size()));
    const std::size_t size = element_size(tensor.type);
    // The top byte of a float holds its sign, and an int8 is its own: turn the sign of all elements but every third.
    for (std::size_t i = 0, element = 0; i < tensor.data.size(); i += size, ++element) {
      char& top = bytes[place + i + size - 1];
      if (element % 3 != 2) top = static_cast<char>(tensor.type == ElementType::i8 ? -top : top ^ static_cast<char>(0x80));
    }
    EXPECT_NE(outcome(*opened, reference), expected) << name << " has no influence";
    std::copy(before.begin(), before.end(), bytes.begin() + static_cast<std::ptrdiff_t>(place));
    ++changed;
  }
  EXPECT_GT(changed, 30);
  EXPECT_EQ(outcome(*opened, reference), expected);
}

INSTANTIATE_TEST_SUITE_P(Cases, EveryTensor, testing::ValuesIn(case_names()), [](const auto& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace attend::engine
