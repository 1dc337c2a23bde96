#include "output_plan.hpp"

#include <gmock/gmock.h>

#include "command.hpp"

namespace attend::tools {
namespace {

using testing::HasSubstr;

Input input(const std::string& path, const std::string& place = {}) {
  return {path, place.empty() ? std::filesystem::path(path).filename() : std::filesystem::path(place), 1};
}

std::string refusal(const std::vector<Input>& inputs, const std::vector<Format>& formats, const Destination& destination) {
  try {
    plan_outputs(inputs, formats, destination);
    return "";
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), exit_usage);
    return error.what();
  }
}

TEST(OutputPlan, StandardOutputNeedsNoFiles) {
  const auto plan = plan_outputs({input("a.wav"), input("a.flac")}, {Format::text}, {});
  ASSERT_EQ(plan.size(), 2u);
  EXPECT_TRUE(plan[0].empty());
}

TEST(OutputPlan, BesideTheInputs) {
  const auto plan = plan_outputs({input("x/a.b.wav"), input("c", "c")}, {Format::text, Format::srt}, {true, {}});
  EXPECT_EQ(plan[0][0].path, "x/a.b.txt");
  EXPECT_EQ(plan[0][1].path, "x/a.b.srt");
  EXPECT_EQ(plan[0][1].format, Format::srt);
  EXPECT_EQ(plan[1][0].path, "c.txt");
}

TEST(OutputPlan, AFolderMirrorsTheInputs) {
  const auto plan = plan_outputs({input("in/s/t/a.wav", "s/t/a.wav"), input("-", "stdin")}, {Format::json}, {false, "out"});
  EXPECT_EQ(plan[0][0].path, "out/s/t/a.json");
  EXPECT_EQ(plan[1][0].path, "out/stdin.json");
}

TEST(OutputPlan, RefusesTwoInputsForOneFile) {
  EXPECT_THAT(refusal({input("a.wav"), input("a.flac")}, {Format::text}, {true, {}}),
              HasSubstr("a.wav and a.flac would both be written to a.txt"));
  EXPECT_THAT(refusal({input("x/a.wav"), input("y/a.wav")}, {Format::text}, {false, "out"}), HasSubstr("out/a.txt"));
  EXPECT_EQ(refusal({input("x/a.wav"), input("y/a.wav")}, {Format::text}, {true, {}}), "");
  EXPECT_THAT(refusal({input("x/a.wav"), input("x/../x/a.flac")}, {Format::text}, {true, {}}), HasSubstr("would both be written"));
}

TEST(OutputPlan, RefusesToReplaceAnInput) {
  EXPECT_THAT(refusal({input("a.txt")}, {Format::text}, {true, {}}), HasSubstr("would replace the input"));
}

TEST(OutputPlan, NothingLiesBesideStandardInput) {
  EXPECT_THAT(refusal({input("-", "stdin")}, {Format::text}, {true, {}}), HasSubstr("--output-dir"));
}

}  // namespace
}  // namespace attend::tools
