// Times of the engine on one core: attend_engine_bench MODEL.safetensors [Google Benchmark's own options].
// Each figure is the time of one step or one call; compare with the milliseconds of sound that a step covers.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/encoder.hpp"
#include "engine/label_decoder.hpp"
#include "engine/model_file.hpp"
#include "engine/network.hpp"

namespace {

using namespace attend::engine;

using SharedNetwork = std::shared_ptr<const Network>;

std::vector<float> noise(std::size_t count, float mean, float deviation) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(mean, deviation);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

/// How much sound one iteration stands for.
void tell_sound(benchmark::State& state, const ModelConfig& config, int rows) {
  state.counters["ms_of_sound"] = 1000 * static_cast<double>(rows) * config.row_seconds();
}

/// Steps of chunk/look-ahead rows with `left` settled rows behind them.
void encoder_step(benchmark::State& state, const SharedNetwork& network) {
  const ModelConfig& config = network->config();
  const auto chunk = static_cast<int>(state.range(0));
  const auto left = static_cast<int>(state.range(2));
  Encoder encoder(network, {chunk, static_cast<int>(state.range(1)), left});
  const int frames = chunk * config.stem_stride();
  const std::vector<float> features = noise(static_cast<std::size_t>(frames * config.features.bins), 10, 3);
  while (encoder.settled_rows() < left) {
    encoder.push(features);
    if (encoder.ready()) encoder.step();
  }
  for (auto _ : state) {
    encoder.push(features);
    if (encoder.ready()) benchmark::DoNotOptimize(encoder.step().settled.data());
  }
  tell_sound(state, config, chunk);
}

LabelDecoder decoder_with_rows(const SharedNetwork& network, int rows, int labels) {
  LabelDecoder decoder(network);
  const auto width = static_cast<std::size_t>(network->config().encoder.width);
  const std::vector<float> encoded = noise(static_cast<std::size_t>(rows) * width, 0, 1);
  decoder.advance({encoded, {}});
  std::vector<LabelRequest> committed;
  for (int i = 0; i < labels; ++i) committed.push_back({i - 1, 3 + i, false});
  decoder.score(committed);
  return decoder;
}

/// A tree of `nodes` nodes below `labels` committed ones over `rows` encoder rows, all with scores.
void label_scores(benchmark::State& state, const SharedNetwork& network) {
  const auto nodes = static_cast<int>(state.range(0));
  const auto labels = static_cast<int>(state.range(2));
  LabelDecoder decoder = decoder_with_rows(network, static_cast<int>(state.range(1)), labels);
  for (auto _ : state) {
    std::vector<LabelRequest> requests;
    const std::int32_t first = decoder.next_node();
    for (int i = 0; i < nodes; ++i) requests.push_back({i == 0 ? labels - 1 : first + i - 1, 100 + i, true});
    decoder.score(requests);
    benchmark::DoNotOptimize(decoder.view(first).log_probs.data());
    decoder.keep(labels - 1);
  }
}

/// The encoder rows of one step become keys and values.
void decoder_advance(benchmark::State& state, const SharedNetwork& network) {
  const auto width = static_cast<std::size_t>(network->config().encoder.width);
  const std::vector<float> encoded = noise(static_cast<std::size_t>(state.range(0) + state.range(1)) * width, 0, 1);
  const std::span<const float> all(encoded);
  const std::size_t settled = static_cast<std::size_t>(state.range(0)) * width;
  LabelDecoder decoder(network);
  for (auto _ : state) {
    decoder.advance({all.first(settled), all.subspan(settled)});
    if (decoder.rows() > 1250) decoder.reset();
  }
  tell_sound(state, network->config(), static_cast<int>(state.range(0)));
}

void add_benchmarks(const std::string& precision, const SharedNetwork& network) {
  using benchmark::kMillisecond;
  benchmark::RegisterBenchmark(("encoder_step/" + precision).c_str(), encoder_step, network)
      ->ArgNames({"chunk", "lookahead", "left"})
      ->Args({13, 27, 100})
      ->Args({13, 27, 400})
      ->Args({13, 27, 1250})
      ->Args({7, 27, 400})
      ->Unit(kMillisecond);
  benchmark::RegisterBenchmark(("decoder_advance/" + precision).c_str(), decoder_advance, network)
      ->ArgNames({"settled", "preview"})
      ->Args({13, 27})
      ->Unit(kMillisecond);
  benchmark::RegisterBenchmark(("label_scores/" + precision).c_str(), label_scores, network)
      ->ArgNames({"nodes", "rows", "committed"})
      ->Args({1, 400, 60})
      ->Args({4, 400, 60})
      ->Args({16, 400, 60})
      ->Args({16, 1250, 120})
      ->Args({60, 400, 60})
      ->Unit(kMillisecond);
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (count != 2) {
    std::fprintf(stderr, "usage: attend_engine_bench MODEL.safetensors [--benchmark_filter=…]\n");
    return 2;
  }
  const auto file = ModelFile::open(arguments[1]);
  if (!file) {
    std::fprintf(stderr, "%s\n", file.error().message.c_str());
    return 1;
  }
  for (const Precision precision : {Precision::bf16, Precision::f32}) {
    auto network = Network::load(*file, precision);
    if (!network) {
      std::fprintf(stderr, "%s\n", network.error().message.c_str());
      return 1;
    }
    if ((*network)->precision() != precision) continue;
    add_benchmarks(precision == Precision::bf16 ? "bf16" : "f32", *network);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
