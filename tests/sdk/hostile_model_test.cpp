// Models that are well formed and mean harm: weights beyond all reason, labels that write nothing. A host survives them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "../engine/model_file_builder.hpp"
#include "streams.hpp"

namespace attend {
namespace {

using engine::PlannedTensor;
using engine::Storage;
using engine::testing::conformer_config;
using engine::testing::FileBuilder;
using engine::testing::tiny_config;
using testing::recognise;
using testing::sound;

/// `count` pieces: "▁a", then control labels or letters.
std::string label_set(int count, bool letters) {
  std::string model;
  for (int i = 0; i < count; ++i) {
    const std::string text = i == 0 || !letters ? "\u2581a" : std::string(1, static_cast<char>('a' + i % 26));
    const std::string piece = std::string("\x0a") + static_cast<char>(text.size()) + text + "\x18" + (letters ? '\x01' : '\x03');
    model += std::string("\x0a") + static_cast<char>(piece.size()) + piece;
  }
  return model;
}

class HostileModel : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  /// Every weight is made of one byte, repeated.
  Model model(const nlohmann::json& config, std::byte fill, const std::string& labels) const {
    FileBuilder file;
    file.header["__metadata__"] = {{"attend", config.dump()}};
    for (const PlannedTensor& tensor : engine::plan_tensors(engine::parse_model_config(config.dump()).value())) {
      if (tensor.storage == Storage::bytes) {
        file.add(tensor.name, "U8", {static_cast<std::int64_t>(labels.size())}, std::as_bytes(std::span(labels)));
      } else if (!tensor.optional) {
        file.add_filled(tensor.name, "F32", tensor.shape, fill);
      }
    }
    const auto bytes = file.bytes();
    const auto path = folder_ / "hostile.safetensors";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return Model::load(path);
  }

  std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) /
      ("attend_hostile_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
};

// 0x7e7e7e7e is 8.5e37: every product overflows to infinity and then to no number at all.
TEST_F(HostileModel, WeightsBeyondReasonEndInEventsOrNone) {
  for (const auto& config : {tiny_config(), conformer_config()}) {
    for (const int fill : {0x7e, 0xfe, 0x00, 0x4b}) {
      const auto events = recognise(model(config, std::byte(fill), label_set(30, true)), sound(30, 1));
      double heard = 0;
      for (const Event& event : events) {
        EXPECT_GE(event.audio_time, heard);
        heard = event.audio_time;
        for (const Word& word : event.committed) EXPECT_LE(word.end, 30.001);
      }
    }
  }
}

TEST_F(HostileModel, LabelsWithoutLettersGiveNoEvents) {
  EXPECT_THAT(recognise(model(tiny_config(), std::byte{0x3c}, label_set(30, false)), sound(10, 2)), ::testing::IsEmpty());
}

TEST_F(HostileModel, LabelSetOfAnotherSizeIsRefused) {
  try {
    model(tiny_config(), std::byte{0x3c}, label_set(29, true));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::malformed);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("hostile.safetensors: the label set has 29 pieces"));
  }
}

}  // namespace
}  // namespace attend
