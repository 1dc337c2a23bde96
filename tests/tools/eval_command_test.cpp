#include "eval_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench_command.hpp"
#include "model_command.hpp"
#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

struct Outcome {
  int code = 0;
  std::string output, complaints;
};

/// Runs a command line in this process, as main does.
Outcome run(std::vector<std::string> arguments) {
  CLI::App program{"", "attend"};
  Run chosen;
  add_eval_command(program, chosen);
  add_model_command(program, chosen);
  add_bench_command(program, chosen);
  std::ranges::reverse(arguments);
  Outcome outcome;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  try {
    program.parse(arguments);
    outcome.code = chosen();
  } catch (const CLI::ParseError&) {
    outcome.code = exit_usage;
  } catch (const CommandError& error) {
    outcome.code = error.code();
    outcome.complaints = error.what();
  } catch (const std::exception& error) {
    outcome.code = exit_failure;
    outcome.complaints = error.what();
  }
  outcome.output = testing::internal::GetCapturedStdout();
  outcome.complaints += testing::internal::GetCapturedStderr();
  return outcome;
}

class EvalCommand : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) { return folder.write(name, text).string(); }

  test::TemporaryFolder folder;
  std::string manifest = write("set.jsonl", R"({"id": "a", "audio": "a.wav", "text": "One, two, three!", "speaker": "s"}
{"id": "b", "audio": "b.wav", "text": "4 5", "speaker": "t"}
)");
};

TEST_F(EvalCommand, ScoresTextsOfElsewhere) {
  const auto texts =
      write("texts.jsonl", "{\"id\": \"b\", \"text\": \"four six\"}\n{\"id\": \"a\", \"text\": \"one two three\"}\n");
  const auto outcome = run({"eval", manifest, "--hypotheses", texts, "--json", "--per-file"});
  ASSERT_EQ(outcome.code, exit_success) << outcome.complaints;
  const auto object = nlohmann::json::parse(outcome.output);
  EXPECT_DOUBLE_EQ(object["wer"].get<double>(), 20.0);
  EXPECT_EQ(object["clusters_are"], "speakers");
  EXPECT_EQ(object["files"][1]["reference"], "four five");
  EXPECT_EQ(object["files"][1]["hypothesis"], "four six");
}

TEST_F(EvalCommand, WritesTextsAndATable) {
  const auto texts = write("texts2.jsonl", "{\"id\": \"b\", \"text\": \"four six\"}\n{\"id\": \"a\", \"text\": \"\"}\n");
  const auto written = write("written.jsonl", "");
  const auto outcome = run({"eval", manifest, "--hypotheses", texts, "--per-file", "--texts", written});
  ASSERT_EQ(outcome.code, exit_success) << outcome.complaints;
  EXPECT_THAT(outcome.output, testing::HasSubstr("3\t3\t0\t3\t0\t100.00\ta\n"));
  EXPECT_THAT(outcome.output, testing::HasSubstr("WER 80.00 %"));
  std::ifstream lines(written);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(nlohmann::json::parse(line)["deletions"], 3);
}

TEST_F(EvalCommand, ReportsEvenWhereAFileCannotBeWritten) {
  const auto texts = write("texts4.jsonl", "{\"id\": \"b\", \"text\": \"four six\"}\n{\"id\": \"a\", \"text\": \"\"}\n");
  const std::string nowhere = (folder / "missing" / "written.jsonl").string();
  const auto outcome = run({"eval", manifest, "--hypotheses", texts, "--texts", nowhere});
  EXPECT_EQ(outcome.code, exit_failure);
  EXPECT_THAT(outcome.output, testing::HasSubstr("WER 80.00 %"));
  EXPECT_THAT(outcome.complaints, testing::HasSubstr(nowhere + " cannot be written (No such file or directory)"));
}

TEST_F(EvalCommand, AMissingTextFailsButTheRestCounts) {
  const auto texts = write("texts3.jsonl", "{\"id\": \"a\", \"text\": \"one two three\"}\n");
  const auto outcome = run({"eval", manifest, "--hypotheses", texts, "--json"});
  EXPECT_EQ(outcome.code, exit_failure);
  EXPECT_THAT(outcome.complaints, testing::HasSubstr("'b'"));
  const auto object = nlohmann::json::parse(outcome.output);
  EXPECT_EQ(object["failed"], 1);
  EXPECT_EQ(object["words"], 3);
}

TEST_F(EvalCommand, TheLimitIsSpreadOverTheManifest) {
  std::string lines, texts;
  for (int i = 0; i < 10; ++i) {
    lines += "{\"id\": \"" + std::to_string(i) + "\", \"audio\": \"x\", \"text\": \"x\"}\n";
    texts += "{\"id\": \"" + std::to_string(i) + "\", \"text\": \"x\"}\n";
  }
  const auto outcome = run(
      {"eval", write("ten.jsonl", lines), "--hypotheses", write("ten-texts.jsonl", texts), "--json", "--per-file", "--limit", "3"});
  ASSERT_EQ(outcome.code, exit_success) << outcome.complaints;
  std::vector<std::string> ids;
  const auto object = nlohmann::json::parse(outcome.output);
  for (const auto& file : object["files"]) ids.push_back(file["id"]);
  EXPECT_EQ(ids, (std::vector<std::string>{"0", "3", "6"}));
}

TEST_F(EvalCommand, MeasuresTimelinesOfElsewhere) {
  const auto timelines = write("timelines.jsonl", R"({"id": "a", "audio_seconds": 3, "showings": [
{"kind": "partial", "audio_time": 1, "committed": "", "tentative": "One to"},
{"kind": "endpoint", "audio_time": 3, "committed": "One two three.", "tentative": ""}]}
)");
  std::string one_line;
  for (const char c : test::read_file(timelines)) one_line += c == '\n' ? ' ' : c;
  const auto empty = R"({"id": "b", "audio_seconds": 1, "showings": []})";
  const auto file = write("one-line.jsonl", one_line + "\n" + empty + "\n");
  const auto words = write("words.jsonl", R"({"id": "a", "words": [{"word": "one", "start": 0, "end": 0.5},)"
                                          R"( {"word": "two", "start": 0.5, "end": 1}, {"word": "three", "start": 1, "end": 2}]})");
  const auto saved = write("saved.jsonl", "");
  const auto outcome =
      run({"eval", manifest, "--timelines", file, "--alignment", words, "--json", "--per-file", "--save-timelines", saved});
  ASSERT_EQ(outcome.code, exit_success) << outcome.complaints;
  const auto object = nlohmann::json::parse(outcome.output);
  EXPECT_DOUBLE_EQ(object["wer"].get<double>(), 40.0);
  const auto& streaming = object["streaming"];
  EXPECT_DOUBLE_EQ(streaming["shown_wer"].get<double>(), 60.0);
  EXPECT_DOUBLE_EQ(streaming["flicker"].get<double>(), 1.0 / 3);
  EXPECT_EQ(streaming["shown_ms"]["p50"], 1000);
  EXPECT_EQ(streaming["endpoint_ms"]["p50"], 1000);
  EXPECT_EQ(streaming["timed_recordings"], 1);
  EXPECT_EQ(object["files"][0]["streaming"]["final_words"], 3);
  const auto again = run({"eval", manifest, "--timelines", saved, "--alignment", words, "--json"});
  EXPECT_EQ(nlohmann::json::parse(again.output)["streaming"], streaming);
}

TEST_F(EvalCommand, WrongUseOfStreamingIsRefused) {
  EXPECT_EQ(run({"eval", manifest, "--alignment", manifest}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--hypotheses", manifest, "--streaming"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--timelines", manifest, "--join"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--streaming", "--tail", "long"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--streaming", "--block", "0"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--timelines", manifest}).code, exit_failure);
  EXPECT_EQ(run({"bench"}).code, exit_usage);
  EXPECT_EQ(run({"bench", "latency", manifest}).code, exit_usage);
  const auto outcome = run({"bench", "latency", manifest, "--alignment", "no/such.jsonl"});
  EXPECT_EQ(outcome.code, exit_failure);
  EXPECT_THAT(outcome.complaints, testing::HasSubstr("no/such.jsonl"));
}

TEST_F(EvalCommand, WrongUseIsRefused) {
  EXPECT_EQ(run({"eval"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--jobs", "0"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--limit", "0"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--chunk", "fast"}).code, exit_usage);
  EXPECT_EQ(run({"eval", manifest, "--hypotheses", manifest, "--join"}).code, exit_usage);
  EXPECT_EQ(run({"eval", "no/such.jsonl"}).code, exit_failure);
}

TEST_F(EvalCommand, AFileThatIsNoModelIsRefused) {
  for (const auto& arguments : {std::vector<std::string>{"eval", manifest, "--model", manifest},
                                {"model", "info", manifest},
                                {"model", "info", "no/such"}}) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.code, exit_model);
    EXPECT_THAT(outcome.complaints, testing::Not(testing::IsEmpty()));
    EXPECT_EQ(outcome.output, "");
  }
}

}  // namespace
}  // namespace attend::tools
