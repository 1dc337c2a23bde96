#include "sdk/stream_settings.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace attend::sdk {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds shortest_silence{50};
constexpr milliseconds shortest_longest{4000};
constexpr milliseconds longest_longest{120000};
constexpr int widest_beam = 16;
constexpr double row_seconds_of_defaults = 0.024;  // decoder/search_config.hpp

tl::unexpected<Failure> refuse(const std::string& sentence) {
  return fail(ErrorCode::invalid_argument, sentence);
}

std::string text(milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

class Rows {
 public:
  explicit Rows(const engine::ModelConfig& model) : row_seconds_(model.row_seconds()) {}

  std::int32_t of(milliseconds time) const {
    return static_cast<std::int32_t>(std::lround(static_cast<double>(time.count()) / 1000 / row_seconds_));
  }

  /// The search's defaults for rows of this length.
  decoder::SearchConfig search() const {
    using Config = decoder::SearchConfig;
    decoder::SearchConfig config;
    const double ratio = row_seconds_of_defaults / row_seconds_;
    for (const auto size :
         {&Config::edge_guard, &Config::jump_back, &Config::repeat_advance, &Config::refresh, &Config::commit_guard,
          &Config::opening, &Config::patience, &Config::show_guard, &Config::word_lead, &Config::word_tail, &Config::word_gap,
          &Config::last_tail, &Config::silence, &Config::longest, &Config::widest_gap, &Config::nothing_said, &Config::lead}) {
      if (config.*size > 0) config.*size = std::max(1, static_cast<std::int32_t>(std::lround(config.*size * ratio)));
    }
    config.labels_per_row = static_cast<float>(config.labels_per_row / ratio);
    return config;
  }

 private:
  double row_seconds_;
};

Status check_audio(const StreamOptions& options) {
  if (options.sample_rate < 1000 || options.sample_rate > 768000) {
    return refuse("StreamOptions::sample_rate is " + std::to_string(options.sample_rate) + "; give a rate from 1000 to 768000 Hz");
  }
  if (options.channels < 1 || options.channels > 1024) {
    return refuse("StreamOptions::channels is " + std::to_string(options.channels) + "; give a number from 1 to 1024");
  }
  if (!(options.start_seconds >= 0 && options.start_seconds <= 1e9)) {
    return refuse("StreamOptions::start_seconds is no time in a recording; give seconds from 0 to 1e9");
  }
  if (options.first_segment < 0) return refuse("StreamOptions::first_segment is negative; give 0 or more");
  return {};
}

Status check_endpoint(const EndpointOptions& endpoint) {
  if (endpoint.longest < shortest_longest || endpoint.longest > longest_longest) {
    return refuse("EndpointOptions::longest is " + text(endpoint.longest) + "; give a time from " + text(shortest_longest) +
                  " to " + text(longest_longest));
  }
  if (endpoint.silence < shortest_silence || endpoint.silence > endpoint.longest) {
    return refuse("EndpointOptions::silence is " + text(endpoint.silence) + "; give a time from " + text(shortest_silence) +
                  " to EndpointOptions::longest");
  }
  return {};
}

/// What a step's block may span, so that a cut (at half the longest segment or later) always lies behind the first step's chunk.
milliseconds block_limit(const StreamOptions& options) {
  return options.endpoint.longest / 2;
}

Result<engine::EncoderSpan> make_span(const StreamOptions& options, const engine::ModelConfig& model) {
  const Rows rows(model);
  const std::int32_t left = std::max(1, rows.of(milliseconds(model.left_ms)));
  if (options.whole) return engine::EncoderSpan{.chunk = rows.of(options.endpoint.longest), .lookahead = 0, .left = left};
  const milliseconds chunk = options.chunk.value_or(milliseconds(model.chunk_ms));
  const milliseconds lookahead = options.lookahead.value_or(milliseconds(model.lookahead_ms));
  if (chunk <= milliseconds(0)) return refuse("StreamOptions::chunk is " + text(chunk) + "; give a time above 0");
  if (lookahead < milliseconds(0)) return refuse("StreamOptions::lookahead is " + text(lookahead) + "; give 0 or more");
  if (chunk > block_limit(options) || lookahead > block_limit(options) - chunk) {
    return refuse("StreamOptions::chunk and lookahead are " + text(chunk) + " and " + text(lookahead) +
                  "; together they may be half of EndpointOptions::longest, beyond that use StreamOptions::whole");
  }
  const milliseconds hindsight = options.hindsight.value_or(std::min(milliseconds(model.hindsight_ms), block_limit(options)));
  if (hindsight < milliseconds(0) || hindsight > block_limit(options)) {
    return refuse("StreamOptions::hindsight is " + text(hindsight) + "; give a time from 0 to half of EndpointOptions::longest");
  }
  return engine::EncoderSpan{.chunk = std::max(1, rows.of(chunk)),
                             .lookahead = rows.of(lookahead),
                             .left = left,
                             .widest = rows.of(block_limit(options) - lookahead),
                             .hindsight = rows.of(hindsight)};
}

Status check_search(const SearchOptions& search) {
  if (search.beam && (*search.beam < 1 || *search.beam > widest_beam)) {
    return refuse("SearchOptions::beam is " + std::to_string(*search.beam) + "; give a number from 1 to " +
                  std::to_string(widest_beam));
  }
  if (search.alternatives < 0 || search.alternatives > widest_beam) {
    return refuse("SearchOptions::alternatives is " + std::to_string(search.alternatives) + "; give a number from 0 to " +
                  std::to_string(widest_beam));
  }
  if (!(search.language_weight >= 0 && search.language_weight <= 10)) {
    return refuse("SearchOptions::language_weight is " + std::to_string(search.language_weight) + "; give a number from 0 to 10");
  }
  return {};
}

constexpr float usual_weight = 0.2F;  // of an opinion that was asked for and to which the model gives no weight

const char* name_of(engine::HeadKind kind) {
  return kind == engine::HeadKind::counter ? "counter" : "CTC head";
}

/// The head that the options name, if they name one.
std::optional<engine::HeadKind> chosen_head(const SearchOptions& options) {
  if (!options.opinion || *options.opinion == SecondOpinion::none) return std::nullopt;
  return *options.opinion == SecondOpinion::counter ? engine::HeadKind::counter : engine::HeadKind::ctc;
}

Status check_opinion(const SearchOptions& options, const engine::ModelConfig& model) {
  if (options.opinion_weight && !(*options.opinion_weight >= 0 && *options.opinion_weight <= 10)) {
    return refuse("SearchOptions::opinion_weight is " + std::to_string(*options.opinion_weight) + "; give a number from 0 to 10");
  }
  const auto chosen = chosen_head(options);
  if (chosen && engine::find_head(model, *chosen) == nullptr) {
    return refuse("the model " + model.name + " has no " + name_of(*chosen) + "; leave SearchOptions::opinion unset");
  }
  return {};
}

/// What a head of the model counts.
float weight_of(engine::HeadKind kind, float of_model, const SearchOptions& options) {
  if (options.opinion && chosen_head(options) != kind) return 0;
  if (options.opinion_weight && (options.opinion || of_model > 0)) return *options.opinion_weight;
  return options.opinion && of_model == 0 ? usual_weight : of_model;
}

std::vector<WeightedHead> heads_for(const SearchOptions& options, const engine::ModelConfig& model) {
  std::vector<WeightedHead> heads;
  for (const engine::HeadKind kind : {engine::HeadKind::counter, engine::HeadKind::ctc}) {
    const engine::HeadConfig* const head = engine::find_head(model, kind);
    const float weight = head == nullptr ? 0 : weight_of(kind, head->weight, options);
    if (head != nullptr && (weight > 0 || options.explain)) heads.push_back({kind, weight});
  }
  return heads;
}

void apply(const SearchOptions& options, decoder::SearchConfig& config) {
  if (options.beam) config.beam = *options.beam;
  config.alternatives = options.alternatives;
  config.keep_attention = options.explain;
}

}  // namespace

Result<StreamSettings> make_settings(const StreamOptions& options, const engine::ModelConfig& model) {
  if (auto checked = check_audio(options); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_endpoint(options.endpoint); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_search(options.search); !checked) return tl::unexpected(checked.error());
  if (auto checked = check_opinion(options.search, model); !checked) return tl::unexpected(checked.error());
  const auto span = make_span(options, model);
  if (!span) return tl::unexpected(span.error());
  StreamSettings settings;
  settings.input = {options.sample_rate, options.channels};
  settings.span = *span;
  settings.search = Rows(model).search();
  settings.search.silence = std::max(1, Rows(model).of(options.endpoint.silence));
  settings.search.longest = Rows(model).of(options.endpoint.longest);
  apply(options.search, settings.search);
  settings.start_seconds = options.start_seconds;
  settings.first_segment = options.first_segment;
  settings.language_weight = options.search.language_weight;
  settings.heads = heads_for(options.search, model);
  settings.whole = options.whole;
  settings.widest_chunk = block_limit(options) - options.lookahead.value_or(milliseconds(model.lookahead_ms));
  return settings;
}

Result<std::int32_t> chunk_rows(milliseconds chunk, const StreamSettings& settings, const engine::ModelConfig& model) {
  if (settings.whole) return settings.span.chunk;
  if (chunk <= milliseconds(0) || chunk > settings.widest_chunk) {
    return refuse("Stream::set_chunk was given " + text(chunk) +
                  "; give a time above 0 that with the look-ahead is at most half of " + "EndpointOptions::longest, here " +
                  text(settings.widest_chunk));
  }
  return std::max(1, Rows(model).of(chunk));
}

frontend::LogMelConfig feature_settings(const engine::FeatureConfig& features) {
  frontend::LogMelConfig settings;
  settings.sample_rate = features.sample_rate;
  settings.window_samples = features.window_samples();
  settings.hop_samples = features.hop_samples();
  settings.fft = features.fft;
  settings.bins = features.bins;
  settings.low_hz = features.low_hz;
  settings.high_hz = features.high_hz;
  settings.window = features.window == engine::WindowShape::hann ? frontend::Window::hann : frontend::Window::povey;
  settings.preemphasis = features.preemphasis;
  settings.remove_dc = features.remove_dc;
  settings.floor = features.floor;
  return settings;
}

}  // namespace attend::sdk
