#include "sdk/label_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sentencepiece_processor.h>

#include <random>

#include "engine/model_file.hpp"
#include "sdk/piece_list.hpp"

namespace attend::sdk {
namespace {

using ::testing::HasSubstr;

std::string label_model(const std::string& name) {
  const auto file = engine::ModelFile::open(ATTEND_SOURCE_DIR "/tests/data/engine/" + name + ".safetensors");
  EXPECT_TRUE(file) << file.error().message;
  const auto bytes = file->label_set();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

// Protobuf, as much as these models need.
std::string varint(std::uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7U) text += static_cast<char>(value | 0x80U);
  return text + static_cast<char>(value);
}

std::string field(unsigned number, const std::string& content) {
  return varint(number << 3U | 2U) + varint(content.size()) + content;
}

std::string piece(const std::string& text, int type = 1) {
  return field(
      1, field(1, text) + varint(2U << 3U | 5U) + std::string(4, '\0') + varint(3U << 3U) + varint(static_cast<unsigned>(type)));
}

std::string small_model() {
  std::string model = piece("<unk>", 2) + piece("<s>", 3) + piece("</s>", 3);
  for (const char* const text : {"\u2581", "\u2581He", "llo", ".", "'s", "\u2581New\u2581York", "\u00e9"}) model += piece(text);
  for (const char* const text : {"<0xE2>", "<0x82>", "<0xAC>", "<0x20>"}) model += piece(text, 6);
  return model + field(2, varint(3U << 3U) + varint(2));  // trainer_spec: BPE
}

LabelSet small_set() {
  return LabelSet::read(bytes(small_model()), 14).value();
}

// Independent reference: the library whose format this is.
TEST(PieceList, AgreesWithSentencepiece) {
  for (const char* const name : {"rotary", "conformer-relative"}) {
    const std::string model = label_model(name);
    sentencepiece::SentencePieceProcessor oracle;
    ASSERT_TRUE(oracle.LoadFromSerializedProto(model).ok());
    const auto pieces = read_pieces(bytes(model), 1U << 20U);
    ASSERT_TRUE(pieces) << pieces.error().message;
    ASSERT_EQ(pieces->size(), static_cast<std::size_t>(oracle.GetPieceSize()));
    for (int i = 0; i < oracle.GetPieceSize(); ++i) {
      const Piece& read = (*pieces)[static_cast<std::size_t>(i)];
      EXPECT_EQ(read.text, oracle.IdToPiece(i));
      EXPECT_EQ(read.type == PieceType::unknown, oracle.IsUnknown(i));
      EXPECT_EQ(read.type == PieceType::control, oracle.IsControl(i));
      EXPECT_EQ(read.type == PieceType::unused, oracle.IsUnused(i));
      EXPECT_EQ(read.type == PieceType::byte, oracle.IsByte(i));
    }
  }
}

TEST(LabelSet, WritesTextAsSentencepieceDoes) {
  const std::string model = label_model("rotary");
  sentencepiece::SentencePieceProcessor oracle;
  ASSERT_TRUE(oracle.LoadFromSerializedProto(model).ok());
  const auto set = LabelSet::read(bytes(model), oracle.GetPieceSize());
  ASSERT_TRUE(set) << set.error().message;
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    std::vector<int> labels;
    while (labels.size() < 1 + static_cast<std::size_t>(round) % 8) {
      const int label = static_cast<int>(random() % static_cast<unsigned>(oracle.GetPieceSize()));
      // Sentencepiece writes bytes that are no UTF-8 and unknown labels in its own way.
      if (!oracle.IsByte(label) && !oracle.IsUnknown(label)) labels.push_back(label);
    }
    std::string expected = oracle.DecodeIds(labels);
    const auto first = expected.find_first_not_of(' ');
    expected = first == std::string::npos ? "" : expected.substr(first, expected.find_last_not_of(' ') - first + 1);
    EXPECT_EQ(set->text(labels), expected);
  }
}

TEST(LabelSet, KnowsWhereWordsBegin) {
  const LabelSet set = small_set();
  EXPECT_EQ(set.begins_word(),
            (std::vector<bool>{false, false, false, true, true, false, false, false, true, false, false, false, false, false}));
}

TEST(LabelSet, JoinsMarksAndBytes) {
  const LabelSet set = small_set();
  const auto text = [&](std::vector<decoder::Label> labels) { return set.text(labels); };
  EXPECT_EQ(text({4, 5, 6}), "Hello.");
  EXPECT_EQ(text({4, 7}), "He's");
  EXPECT_EQ(text({8, 7}), "New York's");
  EXPECT_EQ(text({3, 9}), "\u00e9");
  EXPECT_EQ(text({3, 10, 11, 12}), "\u20ac");
  EXPECT_EQ(text({4, 10, 11}), "He\uFFFD");
  EXPECT_EQ(text({4, 11, 5}), "He\uFFFDllo");
  EXPECT_EQ(text({1, 4, 2}), "He");
  EXPECT_EQ(text({4, 13, 13}), "He");
  EXPECT_EQ(text({3}), "");
  EXPECT_EQ(text({0}), "\u2047");
  EXPECT_EQ(text({}), "");
}

std::string refusal(const std::string& model, int labels = 14) {
  const auto set = LabelSet::read(bytes(model), labels);
  return set ? "accepted" : set.error().message;
}

TEST(LabelSet, RefusesWhatDoesNotFit) {
  EXPECT_EQ(refusal(small_model()), "accepted");
  EXPECT_THAT(refusal(small_model(), 15), HasSubstr("has 14 pieces where the configuration has 15"));
  EXPECT_THAT(refusal(small_model(), 13), HasSubstr("more than 13 pieces"));
  EXPECT_THAT(refusal(small_model() + piece("<0x0G>", 6), 15), HasSubstr("'<0x0G>' names no byte"));
  EXPECT_THAT(refusal(small_model() + piece("<0x000>", 6), 15), HasSubstr("names no byte"));
  EXPECT_THAT(refusal(small_model() + piece("", 1), 15), HasSubstr("piece 14"));
  EXPECT_THAT(refusal(small_model() + piece("x", 7), 15), HasSubstr("piece 14"));
  EXPECT_THAT(refusal(""), HasSubstr("has 0 pieces"));
  EXPECT_THAT(refusal("not a model"), HasSubstr("breaks off"));
}

TEST(LabelSet, HostileBytesAreRefused) {
  EXPECT_THAT(refusal(std::string(12, '\xff')), HasSubstr("breaks off"));
  EXPECT_THAT(refusal(std::string("\x0a") + std::string(9, '\xff') + "\x01"), HasSubstr("breaks off"));  // a length of 2^64 - 1
  EXPECT_THAT(refusal(std::string("\x0b", 1)), HasSubstr("breaks off"));                                 // a group, long out of use
  EXPECT_THAT(refusal(std::string("\x02\x00", 2)), HasSubstr("breaks off"));                             // field number 0
  EXPECT_THAT(refusal(field(1, std::string("\x0a\x7fx", 3)), 1), HasSubstr("piece 0"));  // a length beyond its message
  // A character map of wild offsets with a sample to try it on, at which libsentencepiece 0.1.97 dies: it is not looked at.
  const std::string wild = std::string("\x04\0\0\0", 4) + "\xff\xff\xff\x7f" + "abc";
  EXPECT_EQ(refusal(small_model() + field(3, field(2, wild)) + field(4, field(1, field(1, "ab") + field(2, "a b")))), "accepted");
}

TEST(LabelSet, DamageIsRefusedOrHarmless) {
  const std::string model = small_model();
  for (std::size_t size = 0; size < model.size(); ++size) {
    const auto set = LabelSet::read(bytes(model.substr(0, size)), 14);
    if (set) {
      EXPECT_EQ(set->begins_word().size(), 14U);
    }
  }
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = model;
    for (int hits = 0; hits < 3; ++hits) damaged[random() % damaged.size()] = static_cast<char>(random());
    if (const auto set = LabelSet::read(bytes(damaged), 14)) {
      for (decoder::Label label = 0; label < 14; ++label) set->text(std::vector{label, label});
      EXPECT_EQ(set->begins_word().size(), 14U);
    }
  }
}

}  // namespace
}  // namespace attend::sdk
