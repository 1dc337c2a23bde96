#include "fingerprint.hpp"

#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "attend/attend.hpp"
#include "file_digest.hpp"

namespace attend::tools {
namespace {

using nlohmann::json;

json milliseconds_or_null(const std::optional<std::chrono::milliseconds>& duration) {
  return duration ? json(duration->count()) : json(nullptr);
}

json raw_to_json(const std::optional<RawFormat>& raw) {
  if (!raw) return nullptr;
  return json::array({raw->sample_rate, raw->channels, static_cast<int>(raw->format)});
}

}  // namespace

std::string fingerprint_of(const Input& input, const std::string& model_sha256, const TranscribeOptions& options) {
  struct stat status {};
  if (input.standard_input() || ::stat(input.path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const json facts{{"version", version()},
                   {"name", sha256_of_text(input.path.filename().string())},
                   {"size", status.st_size},
                   {"changed", json::array({status.st_mtim.tv_sec, status.st_mtim.tv_nsec})},
                   {"model", model_sha256},
                   {"chunk", milliseconds_or_null(options.recogniser.chunk)},
                   {"lookahead", milliseconds_or_null(options.recogniser.lookahead)},
                   {"hindsight", milliseconds_or_null(options.recogniser.hindsight)},
                   {"whole", options.recogniser.whole},
                   {"precision", precision_name(options.recogniser.precision)},
                   {"channels", options.channels == ChannelMode::split ? "split" : "mix"},
                   {"search", describe_choice(options.recogniser.search)},
                   {"alternatives", options.alternatives},
                   {"least_confidence", options.least_confidence},
                   {"partials", options.partials},
                   {"raw", raw_to_json(options.raw)}};
  return sha256_of_text(facts.dump());
}

}  // namespace attend::tools
