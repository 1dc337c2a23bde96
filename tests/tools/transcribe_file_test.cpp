#include "transcribe_file.hpp"

#include <gmock/gmock.h>

#include "fake_recogniser.hpp"
#include "journal.hpp"
#include "temporary_folder.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;
using test::FakeAudio;
using test::read_file;
using test::TemporaryFolder;
using testing::HasSubstr;

/// A recording of 10 s (segments of 3 s) in a folder of its own, with fakes around the program's middle.
class TranscribeFileTest : public testing::Test {
 protected:
  /// `stop_at`: a signal comes when so many blocks have been opened for reading; `breaks_at`: the file ends there in an error.
  std::optional<std::string> run(std::optional<double> stop_at = std::nullopt,
                                 std::optional<std::int64_t> breaks_at = std::nullopt) {
    Progress progress(-1, 1, 1);
    OrderedOutput standard_output(-1, true);
    std::stop_source stop;
    heard_from_ = -1;
    TranscribeContext context{
        options_, Heading{},       false,           30, recognisers(stop, stop_at), open_input(breaks_at), ledger_,
        progress, standard_output, stop.get_token()};
    const TranscribeJob job{
        0, {folder_ / "talk.wav", "talk.wav", 1}, "print", {{Format::text, text_}, {Format::jsonl, folder_ / "talk.jsonl"}}};
    return transcribe_file(job, context);
  }

  bool journal_exists() const { return fs::exists(journal_path(folder_.path(), "talk.wav")); }

  TemporaryFolder folder_;
  fs::path text_ = folder_ / "talk.txt";
  TranscribeOptions options_;
  Ledger ledger_;
  double heard_from_ = -1;  ///< where the recogniser of the last run began
  static constexpr auto whole = "w0 w1 w2\nw3 w4 w5\nw6 w7 w8\nw9\n";

 private:
  std::function<std::unique_ptr<AudioInput>(const Input&)> open_input(std::optional<std::int64_t> breaks_at) {
    return [breaks_at](const Input&) { return std::make_unique<FakeAudio>(100, 1, 1000, breaks_at); };
  }

  /// Recognisers that ask for a stop once they have heard `stop_at` seconds.
  OpenRecogniser recognisers(std::stop_source& stop, std::optional<double> stop_at) {
    class Stopping : public test::FakeRecogniser {
     public:
      Stopping(int rate, const ResumePoint& from, std::stop_source& stop, std::optional<double> at)
          : FakeRecogniser(rate, 1, from), stop_(stop), at_(at), heard_(from.seconds), rate_(rate) {}
      void write(std::span<const float> samples) override {
        FakeRecogniser::write(samples);
        heard_ += static_cast<double>(samples.size()) / rate_;
        if (at_ && heard_ >= *at_) stop_.request_stop();
      }

     private:
      std::stop_source& stop_;
      std::optional<double> at_;
      double heard_;
      int rate_;
    };
    return [this, &stop, stop_at](int rate, int, const ResumePoint& from) {
      heard_from_ = from.seconds;
      return std::make_unique<Stopping>(rate, from, stop, stop_at);
    };
  }
};

TEST_F(TranscribeFileTest, WritesAllFormatsAndLeavesNoJournal) {
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(read_file(text_), whole);
  EXPECT_FALSE(journal_exists());
  EXPECT_TRUE(ledger_.is_finished(text_, "print"));
  EXPECT_TRUE(ledger_.is_finished(folder_ / "talk.jsonl", "print"));
}

TEST_F(TranscribeFileTest, AStoppedRunGoesOnAfterItsLastFinal) {
  ASSERT_EQ(run(), std::nullopt);
  const std::string jsonl = read_file(folder_ / "talk.jsonl");
  fs::remove(text_);
  fs::remove(folder_ / "talk.jsonl");

  EXPECT_EQ(run(7.5), std::nullopt);
  EXPECT_TRUE(journal_exists());
  EXPECT_FALSE(fs::exists(text_));

  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(heard_from_, 6.0);
  EXPECT_EQ(read_file(text_), whole);
  EXPECT_EQ(read_file(folder_ / "talk.jsonl"), jsonl);
  EXPECT_FALSE(journal_exists());
}

TEST_F(TranscribeFileTest, RestartHearsAllAgain) {
  EXPECT_EQ(run(7.5), std::nullopt);
  options_.restart = true;
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(heard_from_, 0.0);
  EXPECT_EQ(read_file(text_), whole);
}

TEST_F(TranscribeFileTest, ABrokenFileIsWrittenAndReportedButNotFinished) {
  EXPECT_EQ(run(std::nullopt, 450), "fake.wav breaks off.");
  EXPECT_EQ(read_file(text_), "w0 w1 w2\nw3\n");
  EXPECT_THAT(read_file(folder_ / "talk.jsonl"), HasSubstr("\"type\":\"error\""));
  EXPECT_FALSE(ledger_.is_finished(text_, "print"));
  EXPECT_FALSE(journal_exists());
  // Once the file is whole, its transcript replaces the broken one.
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(read_file(text_), whole);
}

TEST_F(TranscribeFileTest, AFileThatGivesNothingLeavesNothing) {
  EXPECT_EQ(run(std::nullopt, 0), "fake.wav breaks off.");
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(TranscribeFileTest, SomebodyElsesFileStands) {
  folder_.write("talk.txt", "by hand");
  EXPECT_THAT(run().value_or(""), HasSubstr("talk.txt exists and was not written by attend"));
  EXPECT_EQ(read_file(text_), "by hand");
  options_.restart = true;
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(read_file(text_), whole);
}

TEST_F(TranscribeFileTest, OwnFilesAreReplaced) {
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(read_file(text_), whole);
}

}  // namespace
}  // namespace attend::tools
