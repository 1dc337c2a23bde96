#include "score_files.hpp"

#include <fstream>

#include "command.hpp"
#include "evaluation_report.hpp"

namespace attend::tools {
namespace {

void close(std::ofstream& out, const std::filesystem::path& file) {
  out.flush();
  if (!out) throw CommandError(exit_failure, file.string() + ": cannot be written; check that its folder exists and has room.");
}

}  // namespace

void write_texts(const std::filesystem::path& file, std::span<const Score> scores) {
  std::ofstream out(file);
  for (const auto& score : scores) out << to_json(score).dump() << '\n';
  close(out, file);
}

void write_timelines(const std::filesystem::path& file, std::span<const Score> scores) {
  std::ofstream out(file);
  for (const auto& score : scores) {
    if (score.failure.empty() && score.streaming)
      out << to_json(RecordedTimeline{score.id, score.audio_seconds, score.timeline}).dump() << '\n';
  }
  close(out, file);
}

}  // namespace attend::tools
