#include "streaming_report.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "decimal.hpp"
#include "percentile.hpp"

namespace attend::tools {
namespace {

using Json = nlohmann::ordered_json;

struct Quantiles {
  double p50 = 0, p90 = 0, p99 = 0;  ///< milliseconds
};

Quantiles quantiles(std::vector<double> seconds) {
  std::ranges::sort(seconds);
  const auto at = [&](double per_cent) { return 1000 * percentile(seconds, per_cent); };
  return {at(50), at(90), at(99)};
}

double share(std::int64_t part, std::int64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

Json delay_to_json(const std::vector<double>& seconds) {
  if (seconds.empty()) return nullptr;
  const auto [p50, p90, p99] = quantiles(seconds);
  return {{"p50", std::round(p50)}, {"p90", std::round(p90)}, {"p99", std::round(p99)}, {"count", seconds.size()}};
}

void print_delay(std::ostream& out, std::string_view what, const std::vector<double>& seconds) {
  if (seconds.empty()) return;
  const auto [p50, p90, p99] = quantiles(seconds);
  out << "    " << what << ": P50 " << fixed(p50, 0) << " ms, P90 " << fixed(p90, 0) << " ms, P99 " << fixed(p99, 0) << " ms\n";
}

void print_timed(std::ostream& out, const StreamingMeasures& measures) {
  out << "    word times known for " << measures.timed_recordings << " of " << measures.recordings << " recordings; "
      << measures.missed_words << " of their " << measures.timed_words << " words never right ("
      << fixed(100 * share(measures.missed_words, measures.timed_words), 2) << " %)\n";
  print_delay(out, "word shown after", measures.word_shown.audio);
  print_delay(out, "    by the wall's clock", measures.word_shown.wall);
  print_delay(out, "word committed after", measures.word_committed.audio);
  print_delay(out, "    by the wall's clock", measures.word_committed.wall);
  print_delay(out, "endpoint after", measures.endpoint.audio);
  print_delay(out, "    by the wall's clock", measures.endpoint.wall);
  if (measures.ended_without_endpoint > 0)
    out << "    " << measures.ended_without_endpoint << " recordings ended before an endpoint came\n";
}

}  // namespace

Json to_json(const StreamingMeasures& measures) {
  return {{"shown_wer", measures.shown.rate()},
          {"shown_substitutions", measures.shown.substitutions},
          {"shown_deletions", measures.shown.deletions},
          {"shown_insertions", measures.shown.insertions},
          {"flicker", measures.flicker()},
          {"changed_words", measures.changed_words},
          {"final_words", measures.final_words},
          {"long_words", measures.long_words},
          {"long_by_final", measures.long_by_final},
          {"long_by_final_share", share(measures.long_by_final, measures.long_words)},
          {"recordings", measures.recordings},
          {"timed_recordings", measures.timed_recordings},
          {"timed_words", measures.timed_words},
          {"missed_words", measures.missed_words},
          {"missed_share", share(measures.missed_words, measures.timed_words)},
          {"shown_ms", delay_to_json(measures.word_shown.audio)},
          {"shown_wall_ms", delay_to_json(measures.word_shown.wall)},
          {"committed_ms", delay_to_json(measures.word_committed.audio)},
          {"committed_wall_ms", delay_to_json(measures.word_committed.wall)},
          {"endpoint_ms", delay_to_json(measures.endpoint.audio)},
          {"endpoint_wall_ms", delay_to_json(measures.endpoint.wall)},
          {"ended_without_endpoint", measures.ended_without_endpoint}};
}

void print(std::ostream& out, const StreamingMeasures& measures) {
  out << "as it was shown: WER " << fixed(measures.shown.rate(), 2) << " %, flicker " << fixed(measures.flicker(), 3) << " ("
      << measures.changed_words << " words changed or withdrawn, " << measures.final_words << " final)\n    "
      << fixed(100 * share(measures.long_by_final, measures.long_words), 1) << " % of " << measures.long_words
      << " words of recordings over 5 s first committed by a final\n";
  if (measures.timed_recordings > 0) print_timed(out, measures);
}

}  // namespace attend::tools
