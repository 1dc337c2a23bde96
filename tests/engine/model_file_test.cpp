#include "engine/model_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>

#include "model_file_builder.hpp"

namespace attend::engine {
namespace {

using nlohmann::json;
using testing::config_with_heads;
using testing::conformer_config;
using testing::FileBuilder;
using ::testing::HasSubstr;
using testing::tiny_config;
using testing::tiny_file;

/// The sentence of the refusal, or "accepted".
std::string refusal(std::span<const std::byte> bytes) {
  const auto file = ModelFile::parse(bytes, "tiny.safetensors");
  if (file) return "accepted";
  EXPECT_THAT(file.error().message, HasSubstr("tiny.safetensors"));
  return file.error().message;
}

std::string refusal(const FileBuilder& file) {
  return refusal(file.bytes());
}

std::string refusal_of_header(const std::string& header) {
  return refusal(FileBuilder::join(header, {}));
}

std::size_t header_end(std::span<const std::byte> bytes) {
  std::size_t size = 0;
  for (unsigned i = 8; i-- > 0;) size = size << 8U | std::to_integer<std::size_t>(bytes[i]);
  return 8 + size;
}

TEST(ModelFile, GivesTensorsByName) {
  const auto bytes = tiny_file().bytes();
  const auto file = ModelFile::parse(bytes, "tiny.safetensors");
  ASSERT_TRUE(file) << file.error().message;
  const TensorView* const weight = file->find("stem.1.weight");
  ASSERT_NE(weight, nullptr);
  EXPECT_EQ(weight->type, ElementType::f32);
  EXPECT_EQ(weight->shape, (std::vector<std::int64_t>{14, 6, 7}));
  EXPECT_EQ(weight->data.size(), 4U * 14 * 6 * 7);
  EXPECT_GE(weight->data.data(), bytes.data());
  EXPECT_LE(weight->data.data() + weight->data.size(), bytes.data() + bytes.size());
  EXPECT_EQ(file->find("stem.7.weight"), nullptr);
  EXPECT_EQ(file->label_set().size(), 8U);
  EXPECT_EQ(file->config().name, "tiny");
}

// The names and shapes of docs/model-file.md, written out by hand.
TEST(ModelFile, AsksForTheDocumentedTensors) {
  const auto bytes = tiny_file().bytes();
  const auto names = ModelFile::parse(bytes, "tiny.safetensors")->tensor_names();
  std::vector<std::string> expected{"features.mean",       "features.scale",           "labels.model",
                                    "encoder.norm.weight", "decoder.embedding.weight", "decoder.norm.weight"};
  for (const char* const layer : {"0", "1", "2"}) {
    for (const char* const part : {".weight", ".bias"}) expected.push_back(std::string("stem.") + layer + part);
  }
  for (const char* const block : {"0", "1"}) {
    for (const char* const part : {"attention.norm", "attention.query", "attention.key", "attention.value", "attention.output",
                                   "feed_forward.norm", "feed_forward.up", "feed_forward.down"}) {
      expected.push_back(std::string("encoder.blocks.") + block + "." + part + ".weight");
    }
    for (const char* const part :
         {"self.norm", "self.query", "self.key", "self.value", "self.output", "cross.norm", "cross.query", "cross.key",
          "cross.value", "cross.output", "feed_forward.norm", "feed_forward.up", "feed_forward.down"}) {
      expected.push_back(std::string("decoder.blocks.") + block + "." + part + ".weight");
    }
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAreArray(expected));
}

TEST(ModelFile, AsksForTheConformersTensors) {
  const auto bytes = tiny_file(conformer_config()).bytes();
  const auto file = ModelFile::parse(bytes, "tiny.safetensors");
  ASSERT_TRUE(file) << file.error().message;
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> expected{
      {"stem.0.weight", {3, 1, 3, 3}},
      {"stem.1.weight", {5, 3, 3, 3}},
      {"stem.2.weight", {8, 5}},
      {"encoder.blocks.1.feed_forward_1.up.weight", {18, 8}},
      {"encoder.blocks.1.attention.query.bias", {8}},
      {"encoder.blocks.1.attention.position.weight", {8, 8}},
      {"encoder.blocks.1.attention.content_bias", {2, 4}},
      {"encoder.blocks.1.attention.position_bias", {2, 4}},
      {"encoder.blocks.1.convolution.in.weight", {16, 8}},
      {"encoder.blocks.1.convolution.depthwise.weight", {8, 7}},
      {"encoder.blocks.1.convolution.middle_norm.weight", {8}},
      {"encoder.blocks.1.convolution.out.weight", {8, 8}},
      {"encoder.blocks.1.norm.weight", {8}},
      {"decoder.blocks.1.cross.key.weight", {12, 8}},
      {"decoder.blocks.1.cross.query.weight", {12, 12}},
      {"decoder.blocks.1.feed_forward.up.weight", {40, 12}},
      {"decoder.blocks.1.feed_forward.down.weight", {12, 20}},
  };
  for (const auto& [name, shape] : expected) {
    const TensorView* const tensor = file->find(name);
    ASSERT_NE(tensor, nullptr) << name;
    EXPECT_EQ(tensor->shape, shape) << name;
  }
}

TEST(ModelFile, AsksForTheTensorsOfHeads) {
  const auto bytes = tiny_file(config_with_heads()).bytes();
  const auto file = ModelFile::parse(bytes, "tiny.safetensors");
  ASSERT_TRUE(file) << file.error().message;
  const std::vector<std::pair<std::string, std::vector<std::int64_t>>> expected{
      {"heads.counter.norm.weight", {8}},
      {"heads.counter.output.weight", {1, 8}},
      {"heads.ctc.blocks.0.attention.norm.weight", {8}},
      {"heads.ctc.blocks.0.attention.query.weight", {8, 8}},
      {"heads.ctc.blocks.0.attention.key.weight", {8, 8}},
      {"heads.ctc.blocks.0.attention.value.weight", {8, 8}},
      {"heads.ctc.blocks.0.attention.output.weight", {8, 8}},
      {"heads.ctc.blocks.0.feed_forward.norm.weight", {8}},
      {"heads.ctc.blocks.0.feed_forward.up.weight", {18, 8}},
      {"heads.ctc.blocks.0.feed_forward.down.weight", {8, 18}},
      {"heads.ctc.norm.weight", {8}},
      {"heads.ctc.output.weight", {5, 8}},  // of no symbol and of four
  };
  std::size_t of_heads = 0;
  for (const std::string& name : file->tensor_names()) of_heads += name.starts_with("heads.") ? 1 : 0;
  EXPECT_EQ(of_heads, expected.size());
  for (const auto& [name, shape] : expected) {
    const TensorView* const tensor = file->find(name);
    ASSERT_NE(tensor, nullptr) << name;
    EXPECT_EQ(tensor->shape, shape) << name;
  }
}

TEST(ModelFile, OptionalTensorsMayBeThere) {
  FileBuilder file = tiny_file();
  file.add_filled("decoder.output.weight", "BF16", {30, 12});
  file.add_filled("encoder.blocks.0.feed_forward.up.bias", "F32", {18});
  file.add_filled("decoder.norm.bias", "F32", {12});
  EXPECT_EQ(refusal(file), "accepted");
}

TEST(ModelFile, CountsParametersWithoutLabelsAndScales) {
  FileBuilder file = tiny_file();
  const auto before = ModelFile::parse(file.bytes(), "tiny.safetensors")->parameters();
  file.add_filled("decoder.output.weight", "I8", {30, 12});
  file.add_filled("decoder.output.weight.row_scale", "F32", {30});
  const auto bytes = file.bytes();
  const auto parsed = ModelFile::parse(bytes, "tiny.safetensors");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->parameters(), before + 360);
}

TEST(ModelFile, CutShortAnywhereIsRefused) {
  const auto bytes = tiny_file().bytes();
  const std::size_t data = header_end(bytes);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8}, std::size_t{9}, data / 2, data - 1,
                                 data, data + 1, (data + bytes.size()) / 2, bytes.size() - 1}) {
    EXPECT_THAT(refusal(std::span(bytes).first(size)), HasSubstr("again")) << size;
  }
}

TEST(ModelFile, BytesBehindTheEndAreRefused) {
  auto bytes = tiny_file().bytes();
  bytes.push_back({});
  EXPECT_THAT(refusal(bytes), HasSubstr("1 bytes behind the last tensor"));
}

TEST(ModelFile, HugeHeaderLengthIsRefused) {
  auto bytes = tiny_file().bytes();
  for (const std::uint64_t size :
       {std::numeric_limits<std::uint64_t>::max(), std::uint64_t{1} << 63U, (std::uint64_t{16} << 20U) + 1}) {
    std::memcpy(bytes.data(), &size, sizeof(size));
    EXPECT_THAT(refusal(bytes), HasSubstr("16 MiB"));
  }
}

TEST(ModelFile, HostileHeadersAreRefused) {
  EXPECT_THAT(refusal_of_header(""), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of_header("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(refusal_of_header("{\"a\": NaN}"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of_header("{\"a\": 1e999}"), HasSubstr("not JSON"));
  EXPECT_THAT(refusal_of_header("{\"\xff\xfe\": 1}"), HasSubstr("UTF-8"));
  EXPECT_THAT(refusal_of_header("{\"a\": {}, \"a\": {}}"), HasSubstr("'a' twice"));
  EXPECT_THAT(refusal_of_header("{\"a\": {}, \"\\u0061\": {}}"), HasSubstr("'a' twice"));
  EXPECT_THAT(refusal_of_header(std::string(1U << 20U, '[')), HasSubstr("nested deeper"));
  EXPECT_THAT(refusal_of_header("{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[\\\"[[[\"}"), HasSubstr("tensor 'a'"));
  EXPECT_THAT(refusal_of_header("{\"__metadata__\": 1}"), HasSubstr("not an object"));
  EXPECT_THAT(refusal_of_header("{\"__metadata__\": {\"attend\": 1}}"), HasSubstr("not a string"));
  EXPECT_THAT(refusal_of_header("{}"), HasSubstr("not a model of Attend"));
}

TEST(ModelFile, HostileTensorEntriesAreRefused) {
  const auto with = [](const char* entry) { return refusal_of_header(std::string("{\"x\": ") + entry + "}"); };
  EXPECT_THAT(with("3"), HasSubstr("tensor 'x' is not described"));
  EXPECT_THAT(with(R"({"dtype": "F32", "shape": [1], "data_offsets": [0, 4], "more": 1})"), HasSubstr("is not described"));
  EXPECT_THAT(with(R"({"dtype": "F64", "shape": [1], "data_offsets": [0, 0]})"), HasSubstr("dtype 'F64'"));
  EXPECT_THAT(with(R"({"dtype": 1, "shape": [1], "data_offsets": [0, 0]})"), HasSubstr("no 'dtype'"));
  for (const char* const shape :
       {"[]", "[1,1,1,1,1,1,1,1,1]", "[-1]", "[1.5]", "[1e308]", "[0]", "[\"1\"]", "[18446744073709551615]"}) {
    EXPECT_THAT(with((R"({"dtype": "F32", "shape": )" + std::string(shape) + R"(, "data_offsets": [0, 0]})").c_str()),
                HasSubstr("shape"))
        << shape;
  }
  for (const char* const offsets : {"[]", "[0]", "[0, 1, 2]", "[-1, 0]", "[0, 0.5]", "[0, -0]", "{}", "[0, 1e3]"}) {
    EXPECT_THAT(with((R"({"dtype": "F32", "shape": [1], "data_offsets": )" + std::string(offsets) + "}").c_str()),
                HasSubstr("'data_offsets'"))
        << offsets;
  }
  EXPECT_THAT(with(R"({"dtype": "F32", "shape": [1], "data_offsets": [4, 0]})"), HasSubstr("ends before it begins"));
  EXPECT_THAT(with(R"({"dtype": "F32", "shape": [1], "data_offsets": [0, 4]})"), HasSubstr("cut short"));
  EXPECT_THAT(with(R"({"dtype": "F32", "shape": [1], "data_offsets": [18446744073709551612, 18446744073709551615]})"),
              HasSubstr("cut short"));
  EXPECT_THAT(with(R"({"dtype": "F32", "shape": [4611686018427387904, 2, 2], "data_offsets": [0, 0]})"),
              HasSubstr("beyond all bounds"));
  EXPECT_THAT(with(R"({"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 0]})"),
              HasSubstr("beyond all bounds"));
  EXPECT_THAT(with(R"({"dtype": "F32", "shape": [1], "data_offsets": [0, 0]})"), HasSubstr("needs 4"));
}

TEST(ModelFile, OverlapAndGapAreRefused) {
  FileBuilder overlapping = tiny_file();
  overlapping.header["features.scale"]["data_offsets"] = overlapping.header["features.mean"]["data_offsets"];
  EXPECT_THAT(refusal(overlapping), HasSubstr("overlaps"));

  FileBuilder gap = tiny_file();
  gap.data.resize(gap.data.size() + 4);
  gap.add_filled("decoder.norm.bias", "F32", {12});
  EXPECT_THAT(refusal(gap), HasSubstr("gap"));

  FileBuilder late;
  late.data.resize(4);
  late.add_filled("x", "F32", {1});
  EXPECT_THAT(refusal(late), HasSubstr("gap"));
}

TEST(ModelFile, MissingSurplusAndMisshapenTensorsAreRefused) {
  const FileBuilder good = tiny_file(config_with_heads());
  for (const auto& [name, entry] : good.header.items()) {
    if (name == "__metadata__") continue;
    FileBuilder without = good;  // the data stays where it is, under another name
    without.header["another"] = entry;
    without.header.erase(name);
    EXPECT_THAT(refusal(without), HasSubstr("'" + name + "' is missing")) << name;

    FileBuilder reshaped = good;
    reshaped.header[name]["shape"].insert(reshaped.header[name]["shape"].begin(), 1);
    EXPECT_THAT(refusal(reshaped), HasSubstr("tensor '" + name + "' has the shape [1, ")) << name;
  }
  FileBuilder surplus = good;
  surplus.add_filled("encoder.blocks.2.attention.query.weight", "F32", {8, 8});
  EXPECT_THAT(refusal(surplus), HasSubstr("not called for"));
  FileBuilder head = good;
  head.add_filled("heads.counter.blocks.0.attention.query.weight", "F32", {8, 8});
  EXPECT_THAT(refusal(head), HasSubstr("not called for"));
  FileBuilder of_no_head = tiny_file();
  of_no_head.add_filled("heads.counter.output.weight", "F32", {1, 8});
  EXPECT_THAT(refusal(of_no_head), HasSubstr("not called for"));
  FileBuilder bias = good;
  bias.add_filled("encoder.blocks.0.attention.query.bias", "F32", {8});
  EXPECT_THAT(refusal(bias), HasSubstr("not called for"));
}

TEST(ModelFile, WrongStorageIsRefused) {
  const auto stored = [](const char* tensor, const char* type) {
    FileBuilder file;
    const FileBuilder good = tiny_file();
    file.header["__metadata__"] = good.header["__metadata__"];
    for (const auto& [name, entry] : good.header.items()) {
      if (name == "__metadata__") continue;
      file.add_filled(name, name == tensor ? type : entry["dtype"].get<std::string>(),
                      entry["shape"].get<std::vector<std::int64_t>>());
    }
    return refusal(file);
  };
  EXPECT_THAT(stored("features.mean", "BF16"), HasSubstr("stored as BF16"));
  EXPECT_THAT(stored("stem.0.bias", "I8"), HasSubstr("stored as I8"));
  EXPECT_THAT(stored("stem.0.weight", "U8"), HasSubstr("stored as U8"));
  EXPECT_THAT(stored("labels.model", "I8"), HasSubstr("stored as I8"));
  EXPECT_THAT(stored("stem.0.weight", "I8"), HasSubstr("'stem.0.weight.row_scale' is missing"));
  EXPECT_EQ(stored("stem.0.weight", "BF16"), "accepted");
  EXPECT_EQ(stored("stem.0.bias", "BF16"), "accepted");
}

TEST(ModelFile, RowScalesAreChecked) {
  FileBuilder file = tiny_file();
  file.add_filled("decoder.output.weight", "I8", {30, 12});
  FileBuilder wrong = file;
  wrong.add_filled("decoder.output.weight.row_scale", "F32", {12});
  EXPECT_THAT(refusal(wrong), HasSubstr("is not F32 of the shape [30]"));
  FileBuilder alone = tiny_file();
  alone.add_filled("stem.0.weight.row_scale", "F32", {6});
  EXPECT_THAT(refusal(alone), HasSubstr("not called for"));
}

TEST(ModelFile, ValuesThatAreNoNumbersAreRefused) {
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
    FileBuilder file = tiny_file();
    const auto at = file.header["decoder.norm.weight"]["data_offsets"][1].get<std::size_t>() - sizeof(value);
    std::memcpy(file.data.data() + at, &value, sizeof(value));
    EXPECT_THAT(refusal(file), HasSubstr("'decoder.norm.weight' holds values that are no finite numbers"));
  }
  FileBuilder half = tiny_file();
  half.add_filled("decoder.norm.bias", "BF16", {12}, std::byte{0xFF});
  EXPECT_THAT(refusal(half), HasSubstr("no finite numbers"));
}

TEST(ModelFile, ConfigurationErrorsNameFileAndPlace) {
  FileBuilder file = tiny_file();
  json config = tiny_config();
  config["encoder"]["block"]["attention"]["positions"] = "alibi";
  file.header["__metadata__"]["attend"] = config.dump();
  EXPECT_THAT(refusal(file), HasSubstr("'encoder.block.attention.positions' in the configuration is 'alibi'"));
}

class ModelFileOnDisk : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(std::span<const std::byte> bytes) const {
    std::ofstream(folder_ / "m.safetensors", std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return folder_ / "m.safetensors";
  }

  std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) /
      ("attend_model_file_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(ModelFileOnDisk, IsTheSameAsInMemoryAndOutlivesItsName) {
  const auto bytes = tiny_file().bytes();
  const auto path = write(bytes);
  auto opened = ModelFile::open(path);
  ASSERT_TRUE(opened) << opened.error().message;
  std::filesystem::remove(path);
  const ModelFile copy = *opened;
  opened = fail(ErrorCode::internal, "gone");
  const auto parsed = ModelFile::parse(bytes, "m");
  ASSERT_EQ(copy.tensor_names(), parsed->tensor_names());
  for (const std::string& name : copy.tensor_names())
    EXPECT_TRUE(std::ranges::equal(copy.find(name)->data, parsed->find(name)->data)) << name;
}

TEST_F(ModelFileOnDisk, WhatIsNoFileIsRefused) {
  const auto code = [](const std::filesystem::path& path) {
    const auto file = ModelFile::open(path);
    EXPECT_FALSE(file);
    EXPECT_THAT(file.error().message, HasSubstr(path.string()));
    return file.error().code;
  };
  EXPECT_EQ(code(folder_ / "nothing.safetensors"), ErrorCode::not_found);
  EXPECT_EQ(code(folder_), ErrorCode::invalid_argument);
  EXPECT_EQ(code("/dev/null"), ErrorCode::invalid_argument);
  EXPECT_EQ(code(write({})), ErrorCode::malformed);
}

}  // namespace
}  // namespace attend::engine
