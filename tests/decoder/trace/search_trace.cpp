// Shows, step by step, what the search does on recordings: for scripts/compare_search.py and for measuring rules.
// usage: search_trace MODEL CHUNK-ROWS LOOKAHEAD-ROWS HINDSIGHT-ROWS [bf16] [once] [SETTING=VALUE …] < LIST
// LIST names one recording a line: headerless float32 samples at the model's rate. One JSON object per step goes to standard
// output, with the processor seconds that the encoder and the search took for the step (`verify_seconds` of the search for the
// label decoder's first batch, `extend_seconds` for its others) and what was asked of the label decoder. SETTING is a field of
// decoder/search_config.hpp. With `once` the encoder goes step by step and segments are cut where the search that follows the steps
// cuts them, but the text comes from a search that is asked once, when a segment ends: what the search loses by going along, apart
// from what the encoder loses.
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "decoder/search.hpp"
#include "engine/encoder.hpp"
#include "engine/label_decoder.hpp"
#include "engine/model_file.hpp"
#include "engine/network.hpp"
#include "frontend/log_mel.hpp"
#include "sdk/engine_scorer.hpp"
#include "sdk/label_set.hpp"
#include "sdk/stream_settings.hpp"

namespace {

using namespace attend;
using nlohmann::json;

template <class T>
T value(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

void set(decoder::SearchConfig& config, const std::string& setting) {
  using Config = decoder::SearchConfig;
  static const std::map<std::string, std::int32_t Config::*> fields = {{"beam", &Config::beam},
                                                                       {"alternatives", &Config::alternatives},
                                                                       {"edge_guard", &Config::edge_guard},
                                                                       {"jump_back", &Config::jump_back},
                                                                       {"repeat_longest", &Config::repeat_longest},
                                                                       {"repeat_advance", &Config::repeat_advance},
                                                                       {"stall", &Config::stall},
                                                                       {"refresh", &Config::refresh},
                                                                       {"commit_guard", &Config::commit_guard},
                                                                       {"opening", &Config::opening},
                                                                       {"patience", &Config::patience},
                                                                       {"show_guard", &Config::show_guard},
                                                                       {"word_lead", &Config::word_lead},
                                                                       {"word_tail", &Config::word_tail},
                                                                       {"word_gap", &Config::word_gap},
                                                                       {"last_tail", &Config::last_tail},
                                                                       {"silence", &Config::silence},
                                                                       {"longest", &Config::longest},
                                                                       {"widest_gap", &Config::widest_gap},
                                                                       {"nothing_said", &Config::nothing_said},
                                                                       {"lead", &Config::lead}};
  static const std::map<std::string, float Config::*> numbers = {
      {"window", &Config::window},       {"agree_within", &Config::agree_within}, {"show_within", &Config::show_within},
      {"show_sure", &Config::show_sure}, {"end_within", &Config::end_within},     {"label_bonus", &Config::label_bonus},
      {"doubt", &Config::doubt},         {"commit_sure", &Config::commit_sure}};
  const auto equals = setting.find('=');
  if (const auto number = numbers.find(setting.substr(0, equals)); number != numbers.end() && equals != std::string::npos) {
    config.*number->second = std::stof(setting.substr(equals + 1));
    return;
  }
  const auto field = fields.find(setting.substr(0, equals));
  if (equals == std::string::npos || field == fields.end()) throw std::runtime_error("no such setting: " + setting);
  config.*field->second = std::stoi(setting.substr(equals + 1));
}

std::vector<float> read_samples(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<float> samples(static_cast<std::size_t>(in.tellg()) / sizeof(float));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(samples.data()), static_cast<std::streamsize>(samples.size() * sizeof(float)));
  return samples;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// What the search asked of the label decoder in a step.
struct Asked {
  std::int64_t batches = 0, nodes = 0, scored = 0;
  double first_seconds = 0, more_seconds = 0;  ///< of the batch that verifies, and of those that extend
};

/// Counts and times what is asked of another scorer.
class CountingScorer final : public decoder::AttentionScorer {
 public:
  explicit CountingScorer(decoder::AttentionScorer& scorer) : scorer_(scorer) {}

  std::size_t rows() const override { return scorer_.rows(); }
  std::size_t horizon() const override { return scorer_.horizon(); }
  std::size_t settled_rows() const override { return scorer_.settled_rows(); }
  decoder::NodeId next_node() const override { return scorer_.next_node(); }
  decoder::NodeView view(decoder::NodeId node) const override { return scorer_.view(node); }
  void keep(decoder::NodeId leaf) override { scorer_.keep(leaf); }
  void score(std::span<const decoder::NodeRequest> requests) override {
    const double began = processor_seconds();
    scorer_.score(requests);
    (asked_.batches == 0 ? asked_.first_seconds : asked_.more_seconds) += processor_seconds() - began;
    ++asked_.batches;
    asked_.nodes += static_cast<std::int64_t>(requests.size());
    for (const decoder::NodeRequest& request : requests) asked_.scored += request.scores ? 1 : 0;
  }
  /// Since the last call.
  Asked take() { return std::exchange(asked_, {}); }

 private:
  decoder::AttentionScorer& scorer_;
  Asked asked_;
};

/// A search over a segment's rows, with all that it asks.
class Listener {
 public:
  Listener(const std::shared_ptr<const engine::Network>& network, const decoder::LabelTable& table,
           const decoder::SearchConfig& config, const engine::Encoder& encoder)
      : label_decoder_(network), engine_scorer_(encoder, label_decoder_), search_(table, config) {}

  void hear(const engine::EncoderBlock& block) { label_decoder_.advance(block); }
  decoder::StepResult step() { return search_.step(scorer_); }
  decoder::StepResult finish(std::optional<decoder::Cut> cut = std::nullopt) { return search_.finish(scorer_, cut); }
  const decoder::Search& search() const { return search_; }
  CountingScorer& scorer() { return scorer_; }

 private:
  engine::LabelDecoder label_decoder_;
  sdk::EngineScorer engine_scorer_;
  CountingScorer scorer_{engine_scorer_};
  decoder::Search search_;
};

json describe(const std::vector<decoder::Word>& words) {
  json list = json::array();
  for (const decoder::Word& word : words) {
    list.push_back({{"labels", word.labels},
                    {"first", word.first_row},
                    {"end", word.end_row},
                    {"confidence", word.confidence},
                    {"stability", word.stability}});
  }
  return list;
}

class Tracer {
 public:
  Tracer(const std::string& model, engine::EncoderSpan span, engine::Precision precision, bool once,
         const std::vector<std::string>& settings)
      : file_(value(engine::ModelFile::open(model))),
        network_(value(engine::Network::load(file_, precision))),
        span_(span),
        once_(once) {
    const auto& config = file_.config();
    const auto labels = value(sdk::LabelSet::read(file_.label_set(), config.decoder.labels));
    table_ = {config.decoder.labels, config.decoder.begin, config.decoder.end, labels.begins_word()};
    for (const std::string& setting : settings) set(search_, setting);
  }

  void trace(const std::string& recording) {
    auto log_mel = value(frontend::LogMel::create(sdk::feature_settings(file_.config().features)));
    std::vector<float> features;
    log_mel.push(read_samples(recording), features);
    std::size_t start = 0;
    while (const auto cut = segment(recording, std::span(features), start)) {
      start += static_cast<std::size_t>(cut->row) * static_cast<std::size_t>(file_.config().stem_stride());
    }
  }

 private:
  std::optional<decoder::Cut> segment(const std::string& recording, std::span<const float> features, std::size_t start) {
    const auto bins = static_cast<std::size_t>(file_.config().features.bins);
    const std::size_t rows = features.size() / bins;
    engine::Encoder encoder(network_, span_);
    Listener along(network_, table_, search_, encoder), at_end(network_, table_, search_, encoder);
    Listener& told = once_ ? at_end : along;
    for (std::size_t next = start; next < rows; ++next) {
      encoder.push(features.subspan(next * bins, bins));
      if (!encoder.ready()) continue;
      hear(encoder, &engine::Encoder::step, along, at_end);
      const auto result = along.step();
      if (!once_) tell(recording, start, along, result, false);
      if (!result.cut) continue;
      began_ = encoded_ = processor_seconds();
      if (once_) at_end.step();
      tell(recording, start, told, told.finish(result.cut), true);
      return result.cut;
    }
    hear(encoder, &engine::Encoder::finish, along, at_end);
    tell(recording, start, told, told.finish(), true);
    return std::nullopt;
  }

  void hear(engine::Encoder& encoder, engine::EncoderBlock (engine::Encoder::*step)(), Listener& along, Listener& at_end) {
    began_ = processor_seconds();
    const engine::EncoderBlock block = (encoder.*step)();
    encoded_ = processor_seconds();
    along.hear(block);
    if (once_) at_end.hear(block);
  }

  void tell(const std::string& recording, std::size_t start, Listener& listener, const decoder::StepResult& result,
            bool last) const {
    const double search_seconds = processor_seconds() - encoded_;
    const CountingScorer& scorer = listener.scorer();
    const Asked asked = listener.scorer().take();
    json line = {{"recording", recording},
                 {"start", start / static_cast<std::size_t>(file_.config().stem_stride())},
                 {"total", scorer.rows()},
                 {"horizon", scorer.horizon()},
                 {"final", last},
                 {"labels", listener.search().committed_labels()},
                 {"committed", describe(result.committed)},
                 {"tentative", describe(result.tentative)},
                 {"encoder_seconds", encoded_ - began_},
                 {"search_seconds", search_seconds},
                 {"batches", asked.batches},
                 {"nodes", asked.nodes},
                 {"scored_nodes", asked.scored},
                 {"verify_seconds", asked.first_seconds},
                 {"extend_seconds", asked.more_seconds},
                 {"cut", nullptr}};
    for (const decoder::Reading& reading : result.alternatives) {
      line["alternatives"].push_back({{"score", reading.score}, {"words", describe(reading.words)}});
    }
    static const std::vector<std::string> reasons = {"silence", "longest", "nothing_said"};
    if (result.cut) line["cut"] = {{"reason", reasons.at(static_cast<std::size_t>(result.cut->reason))}, {"row", result.cut->row}};
    std::cout << line.dump() << "\n";
  }

  engine::ModelFile file_;
  std::shared_ptr<const engine::Network> network_;
  engine::EncoderSpan span_;
  bool once_;
  decoder::LabelTable table_;
  decoder::SearchConfig search_;
  double began_ = 0, encoded_ = 0;  // processor seconds when a step's encoder began, and when its search began
};

}  // namespace

int main(int argc, char** argv) {
  try {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 4)
      throw std::runtime_error(
          "usage: search_trace MODEL CHUNK-ROWS LOOKAHEAD-ROWS HINDSIGHT-ROWS [bf16] [once] [SETTING=VALUE …]");
    const engine::EncoderSpan span{
        .chunk = std::stoi(arguments[1]), .lookahead = std::stoi(arguments[2]), .hindsight = std::stoi(arguments[3])};
    std::vector<std::string> settings(arguments.begin() + 4, arguments.end());
    const auto bf16 = std::erase(settings, "bf16") > 0;
    const auto once = std::erase(settings, "once") > 0;
    Tracer tracer(arguments[0], span, bf16 ? engine::Precision::bf16 : engine::Precision::f32, once, settings);
    for (std::string recording; std::getline(std::cin, recording);) tracer.trace(recording);
  } catch (const std::exception& error) {
    std::cerr << "search_trace: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
