#include <utility>

#include "engine/model_file.hpp"
#include "sdk/letter_spelling.hpp"
#include "sdk/model_impl.hpp"
#include "sdk/raise.hpp"

namespace attend {
namespace {

std::string summary(const engine::ModelConfig& config) {
  const auto& encoder = config.encoder;
  const auto& decoder = config.decoder;
  const char* const kind = encoder.block.convolution ? "Conformer" : "Transformer";
  return std::string(kind) + " encoder of " + std::to_string(encoder.blocks) + " blocks and width " +
         std::to_string(encoder.width) + ", attention decoder of " + std::to_string(decoder.blocks) + " blocks and width " +
         std::to_string(decoder.width) + ", " + std::to_string(decoder.labels) + " labels" +
         (config.heads.counter ? ", a counter" : "") + (config.heads.ctc ? ", a CTC head" : "");
}

ModelInfo describe(const engine::ModelFile& file, engine::Precision precision) {
  const engine::ModelConfig& config = file.config();
  ModelInfo info;
  info.name = config.name;
  info.version = config.version;
  info.licence = config.licence;
  info.languages = config.languages;
  for (const auto& entry : config.origin) info.origin.push_back({entry.what, entry.name, entry.licence});
  for (const auto& entry : config.measured) {
    info.measured.push_back({entry.set, entry.wer, entry.words, entry.chunk_ms, entry.lookahead_ms, entry.command});
  }
  info.parameters = file.parameters();
  info.labels = config.decoder.labels;
  info.sample_rate = config.features.sample_rate;
  info.chunk = std::chrono::milliseconds(config.chunk_ms);
  info.lookahead = std::chrono::milliseconds(config.lookahead_ms);
  info.hindsight = std::chrono::milliseconds(config.hindsight_ms);
  info.row_seconds = config.row_seconds();
  info.precision = precision == engine::Precision::bf16 ? "bf16" : "f32";
  info.summary = summary(config);
  return info;
}

decoder::LabelTable label_table(const engine::DecoderConfig& config, const sdk::LabelSet& labels) {
  return {config.labels, config.begin, config.end, labels.begins_word()};
}

}  // namespace

Model::Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Model Model::load(const std::filesystem::path& path, const ModelOptions& options) {
  // The engine falls back to f32 where the processor does not multiply bf16.
  const auto precision = options.precision == Precision::f32 ? engine::Precision::f32 : engine::Precision::bf16;
  const engine::ModelFile file = sdk::value_or_raise(engine::ModelFile::open(path));
  auto impl = std::make_shared<Impl>();
  impl->config = file.config();
  auto labels = sdk::LabelSet::read(file.label_set(), impl->config.decoder.labels);
  if (!labels) sdk::raise({labels.error().code, path.string() + ": " + labels.error().message});
  impl->labels = std::move(*labels);
  impl->label_table = label_table(impl->config.decoder, impl->labels);
  if (const auto& ctc = impl->config.heads.ctc) impl->spelling = sdk::letter_spelling(impl->letters, ctc->symbols);
  impl->network = sdk::value_or_raise(engine::Network::load(file, precision));
  if (options.precision == Precision::bf16 && impl->network->precision() != engine::Precision::bf16) {
    throw Error(Fault::unsupported,
                path.string() + ": this processor does not multiply bf16; load the model with automatic precision or f32");
  }
  impl->info = describe(file, impl->network->precision());
  return Model(std::move(impl));
}

const ModelInfo& Model::info() const noexcept {
  return impl_->info;
}

}  // namespace attend
