#include "score_files.hpp"

#include <cerrno>
#include <fstream>

#include "command.hpp"
#include "evaluation_report.hpp"
#include "transcript_json.hpp"
#include "write_failure.hpp"

namespace attend::tools {
namespace {

void close(std::ofstream& out, const std::filesystem::path& file) {
  out.flush();
  if (!out) throw CommandError(exit_failure, write_failure(file, errno != 0 ? errno : EIO));
}

}  // namespace

void write_texts(const std::filesystem::path& file, std::span<const Score> scores) {
  std::ofstream out(file);
  for (const auto& score : scores) out << to_line(to_json(score)) << '\n';
  close(out, file);
}

void write_timelines(const std::filesystem::path& file, std::span<const Score> scores) {
  std::ofstream out(file);
  for (const auto& score : scores) {
    if (score.failure.empty() && score.streaming)
      out << to_line(to_json(RecordedTimeline{score.id, score.audio_seconds, score.timeline})) << '\n';
  }
  close(out, file);
}

}  // namespace attend::tools
