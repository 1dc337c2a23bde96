#include "engine/model_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "model_file_builder.hpp"

namespace attend::engine {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using testing::config_with_heads;
using testing::conformer_config;
using ::testing::HasSubstr;
using testing::tiny_config;

std::string refusal(const json& config) {
  const auto parsed = parse_model_config(config.dump(), "tiny");
  return parsed ? "accepted" : parsed.error().message;
}

/// The refusal after one value was replaced.
std::string with(const char* place, const json& value, json config = tiny_config()) {
  config[json::json_pointer(place)] = value;
  return refusal(config);
}

std::string without(const char* place) {
  const json::json_pointer pointer(place);
  json config = tiny_config();
  config[pointer.parent_pointer()].erase(pointer.back());
  return refusal(config);
}

TEST(ModelConfig, ReadsTheExampleOfTheDocumentation) {
  std::ifstream page(ATTEND_SOURCE_DIR "/docs/model-file.md");
  std::stringstream text;
  text << page.rdbuf();
  const std::string all = text.str();
  const std::size_t begin = all.find("```json\n") + 8;
  const auto config = parse_model_config(std::string_view(all).substr(begin, all.find("```", begin) - begin));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->name, "attend-small-en");
  EXPECT_EQ(config->features.hop_samples(), 128);
  EXPECT_EQ(config->features.window_samples(), 400);
  EXPECT_EQ(config->stem_stride(), 3);
  EXPECT_DOUBLE_EQ(config->row_seconds(), 0.024);
  EXPECT_EQ(config->stem.at(1).kernel, 7);
  EXPECT_EQ(config->encoder.block.attention.positions, Positions::rotary);
  EXPECT_EQ(config->encoder.block.attention.rotary_dims, 32);
  EXPECT_FALSE(config->encoder.block.convolution);
  EXPECT_EQ(config->decoder.labels, 18614);
  EXPECT_EQ(config->decoder.clock_heads.at(2), std::pair(3, 5));
  EXPECT_EQ(config->chunk_ms, 320);
  EXPECT_EQ(config->origin.at(1).licence, "CC BY 4.0");
  EXPECT_EQ(config->measured.at(0).set, "dev-clean");
}

TEST(ModelConfig, ReadsTheConformer) {
  const auto config = parse_model_config(conformer_config().dump());
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->stem_stride(), 4);
  EXPECT_EQ(config->encoder.block.attention.positions, Positions::relative);
  EXPECT_EQ(config->encoder.block.convolution->kernel, 7);
  EXPECT_FLOAT_EQ(config->encoder.block.feed_forward_1->scale, 0.5F);
  EXPECT_TRUE(config->encoder.block.norm);
}

TEST(ModelConfig, ReadsHeads) {
  const auto bare = parse_model_config(tiny_config().dump());
  ASSERT_TRUE(bare) << bare.error().message;
  EXPECT_FALSE(bare->heads.counter || bare->heads.ctc);
  const auto config = parse_model_config(config_with_heads().dump());
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->heads.counter->blocks, 0);
  EXPECT_FLOAT_EQ(config->heads.counter->weight, 0.5F);
  EXPECT_EQ(config->heads.ctc->blocks, 1);
  EXPECT_EQ(config->heads.ctc->symbols, " 'ab");
}

TEST(ModelConfig, HeadsOutOfBoundsAreRefused) {
  const auto changed = [](const char* place, const json& value) { return with(place, value, config_with_heads()); };
  EXPECT_THAT(changed("/heads/ctc/symbols", "ab"), HasSubstr("no blank"));
  EXPECT_THAT(changed("/heads/ctc/symbols", " aba"), HasSubstr("twice"));
  EXPECT_THAT(changed("/heads/ctc/symbols", " aB"), HasSubstr("lower case"));
  EXPECT_THAT(changed("/heads/ctc/symbols", " \u00e4"), HasSubstr("ASCII"));
  EXPECT_THAT(changed("/heads/ctc/symbols", 3), HasSubstr("'heads.ctc.symbols'"));
  EXPECT_THAT(changed("/heads/counter/symbols", " ab"), HasSubstr("'heads.counter.symbols'"));
  EXPECT_THAT(changed("/heads/words", json::object()), HasSubstr("'heads.words'"));
  EXPECT_THAT(changed("/heads", json::array()), HasSubstr("not an object"));
  for (const json& value : {json(-1), json(129), json(1.5), json(1e308), json("1"), json(18446744073709551615U)}) {
    EXPECT_THAT(changed("/heads/ctc/blocks", value), HasSubstr("is not a whole number from")) << value;
  }
  for (const json& value : {json(-1), json(101), json(1e308), json("1"), json(nullptr)}) {
    EXPECT_NE(changed("/heads/counter/weight", value), "accepted") << value;
  }
  json config = config_with_heads();
  config["heads"]["ctc"].erase("symbols");
  EXPECT_THAT(refusal(config), HasSubstr("'heads.ctc.symbols' in the configuration is missing"));
}

TEST(ModelConfig, EveryMemberOfMeaningIsNeeded) {
  EXPECT_EQ(refusal(tiny_config()), "accepted");
  for (const char* const place : {"/format",
                                  "/name",
                                  "/features",
                                  "/features/hop_ms",
                                  "/features/window",
                                  "/stem",
                                  "/stem/0/kind",
                                  "/stem/1/kernel",
                                  "/stem_scale",
                                  "/encoder/width",
                                  "/encoder/block",
                                  "/encoder/block/attention",
                                  "/encoder/block/attention/bias",
                                  "/encoder/block/feed_forward",
                                  "/decoder",
                                  "/decoder/labels",
                                  "/decoder/feed_forward/kind",
                                  "/decoder/clock_heads",
                                  "/defaults/chunk_ms",
                                  "/licence",
                                  "/origin"}) {
    EXPECT_THAT(without(place), HasSubstr("is missing")) << place;
  }
  EXPECT_EQ(without("/encoder/block/convolution"), "accepted");
}

TEST(ModelConfig, UnknownMembersAndKindsAreRefusedByName) {
  EXPECT_THAT(with("/format", 2), HasSubstr("format 2"));
  EXPECT_THAT(with("/ctc", json::object()), HasSubstr("'ctc' in the configuration is a field that this version does not know"));
  EXPECT_THAT(with("/encoder/block/attention/window", 3), HasSubstr("'encoder.block.attention.window'"));
  EXPECT_THAT(with("/stem/0/padding", 3), HasSubstr("'stem.0.padding'"));
  EXPECT_THAT(with("/stem/0/kind", "conv3d"), AllOf(HasSubstr("'stem.0.kind'"), HasSubstr("conv1d, conv2d, linear")));
  EXPECT_THAT(with("/stem/0/activation", "tanh"), HasSubstr("'tanh'"));
  EXPECT_THAT(with("/features/window", "hamming"), HasSubstr("'features.window'"));
  EXPECT_THAT(with("/decoder/feed_forward/kind", "gelu"), HasSubstr("'decoder.feed_forward.kind'"));
  EXPECT_EQ(with("/training", {{"anything", {1, 2}}}), "accepted");
  EXPECT_EQ(with("/origin/0/url", "x"), "accepted");
}

TEST(ModelConfig, NumbersOutOfBoundsAreRefused) {
  for (const char* const place :
       {"/encoder/width", "/encoder/heads", "/encoder/blocks", "/decoder/labels", "/stem/0/out", "/stem/0/kernel", "/stem/0/stride",
        "/encoder/block/feed_forward/size", "/features/bins", "/features/fft", "/defaults/chunk_ms"}) {
    for (const json& value : {json(-1), json(0), json(1.5), json(1e308), json(-1e308), json(4294967296),
                              json(18446744073709551615U), json("8"), json(true), json::array()}) {
      EXPECT_THAT(with(place, value), HasSubstr("is not a whole number from")) << place << " " << value;
    }
  }
  for (const char* const place :
       {"/stem_scale", "/encoder/norm_eps", "/features/floor", "/features/preemphasis", "/features/hop_ms"}) {
    for (const json& value : {json(1e308), json(-1e308), json("1"), json(nullptr)})
      EXPECT_NE(with(place, value), "accepted") << place << " " << value;
  }
}

TEST(ModelConfig, NumbersThatDoNotFitEachOtherAreRefused) {
  EXPECT_THAT(with("/encoder/heads", 3), HasSubstr("does not divide"));
  EXPECT_THAT(with("/encoder/block/attention/rotary_dims", 6), HasSubstr("'encoder.block.attention.rotary_dims'"));
  EXPECT_THAT(with("/encoder/block/attention/rotary_dims", 3), HasSubstr("odd"));
  EXPECT_THAT(with("/features/hop_ms", 8.01), HasSubstr("whole number of samples"));
  EXPECT_THAT(with("/features/fft", 256), HasSubstr("longer than the FFT"));
  EXPECT_THAT(with("/features/high_hz", 8001), HasSubstr("half the sample rate"));
  EXPECT_THAT(with("/features/low_hz", 7600), HasSubstr("'features.low_hz'"));
  EXPECT_THAT(with("/stem/0/in", 11), HasSubstr("where 10 arrive"));
  EXPECT_THAT(with("/stem/1/in", 7), HasSubstr("where 6 arrive"));
  EXPECT_THAT(with("/stem/0/left", 5), HasSubstr("not below the kernel"));
  EXPECT_THAT(with("/stem/2/out", 9), HasSubstr("encoder's width"));
  EXPECT_THAT(with("/stem", json::array()), HasSubstr("no layers"));
  EXPECT_THAT(with("/decoder/begin", 30), HasSubstr("'decoder.begin'"));
  EXPECT_THAT(with("/decoder/end", 1), HasSubstr("same label"));
  for (const json& heads : {json::parse("[]"), json::parse("[[2, 0]]"), json::parse("[[0, 3]]"), json::parse("[[-1, 0]]"),
                            json::parse("[[0]]"), json::parse("[[0, 1], [0, 1]]"), json::parse("[0, 1]")}) {
    EXPECT_THAT(with("/decoder/clock_heads", heads), HasSubstr("'decoder.clock_heads'")) << heads;
  }
}

TEST(ModelConfig, TwoDimensionalStemsAreFollowed) {
  json config = conformer_config();
  config["stem"][2]["in"] = 6;
  EXPECT_THAT(refusal(config), HasSubstr("where 5 arrive"));
  config = conformer_config();
  config["stem"][1]["kernel"] = 7;
  EXPECT_THAT(refusal(config), HasSubstr("wider than the row"));
  config = tiny_config();
  config["stem"][1]["kind"] = "conv2d";
  EXPECT_THAT(refusal(config), HasSubstr("behind a layer that is not"));
}

TEST(ModelConfig, StridesDoNotOverflow) {
  json config = tiny_config();
  config["stem"].clear();
  for (int i = 0; i < 16; ++i) {
    config["stem"].push_back(
        {{"kind", "conv1d"}, {"in", 10}, {"out", 10}, {"kernel", 16}, {"stride", 16}, {"left", 0}, {"activation", "none"}});
  }
  EXPECT_THAT(refusal(config), HasSubstr("more than 64 feature rows"));
}

TEST(ModelConfig, WrongKindsOfJsonAreRefused) {
  for (const char* const text :
       {"", "[]", "1", "null", "{", "{\"format\": 1", "{\"format\": 1}", "{\"format\": \"1\"}", "{\"format\": 1, \"format\": 1}"}) {
    EXPECT_FALSE(parse_model_config(text)) << text;
  }
  for (const char* const place : {"/features", "/stem", "/stem/0", "/encoder", "/encoder/block", "/decoder", "/origin", "/origin/0",
                                  "/languages", "/defaults"}) {
    for (const json& value : {json(1), json("x"), json(nullptr), json::parse("[[1]]")})
      EXPECT_NE(with(place, value), "accepted") << place << " " << value;
  }
}

}  // namespace
}  // namespace attend::engine
