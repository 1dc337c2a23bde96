#include "engine/model_config.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <span>

#include "engine/json_text.hpp"

namespace attend::engine {
namespace {

using nlohmann::json;

// Bounds on sizes. The largest product, a conv2d weight of 65,536 · 8,192 · 64 · 64 elements, is 2^41.
constexpr int largest_width = 8192;
constexpr int largest_stem_width = 65536;
constexpr int largest_kernel = 64;
constexpr int largest_stride = 16;
constexpr int largest_size = 32768;
constexpr int most_blocks = 128;
constexpr int most_heads = 256;
constexpr int most_labels = 1 << 20;
constexpr std::size_t most_entries = 1024;
constexpr std::size_t longest_text = 4096;

template <class Enum>
struct Choice {
  std::string_view text;
  Enum value;
};
constexpr Choice<Activation> activations[] = {
    {"none", Activation::none}, {"gelu", Activation::gelu}, {"relu", Activation::relu}, {"swish", Activation::swish}};
constexpr Choice<WindowShape> windows[] = {{"povey", WindowShape::povey}, {"hann", WindowShape::hann}};
constexpr Choice<LayerKind> layer_kinds[] = {
    {"conv1d", LayerKind::conv1d}, {"conv2d", LayerKind::conv2d}, {"linear", LayerKind::linear}};
constexpr Choice<Positions> positions[] = {
    {"none", Positions::none}, {"rotary", Positions::rotary}, {"relative", Positions::relative}};
constexpr Choice<MiddleNorm> middle_norms[] = {{"none", MiddleNorm::none}, {"layer", MiddleNorm::layer}};

/// As JSON writes it: the shortest form.
std::string number_text(double value) {
  return json(value).dump();
}

/// The first thing found wrong; what is read after it does not matter.
struct Trouble {
  std::string name;
  std::optional<Failure> error;

  void add(ErrorCode code, const std::string& place, const std::string& what) {
    if (!error) error = Failure{code, name + ": '" + place + "' in the configuration " + what + "; export the model again"};
  }
};

/// Reads the members of one object and, at its end, refuses those that nobody asked for. After trouble all values are defaults.
class Fields {
 public:
  /// `value` may be nullptr where trouble has been told already.
  Fields(const json* value, std::string place, Trouble& trouble) : place_(std::move(place)), trouble_(trouble) {
    if (value == nullptr) return;
    if (value->is_object()) {
      value_ = value;
    } else {
      trouble_.add(ErrorCode::malformed, place_, "is not an object");
    }
  }

  std::string at(std::string_view key) const { return place_.empty() ? std::string(key) : place_ + "." + std::string(key); }
  void refuse(std::string_view key, const std::string& what) { trouble_.add(ErrorCode::malformed, at(key), what); }

  /// Whether the member is there and not null.
  bool has(std::string_view key) {
    known_.insert(std::string(key));
    if (value_ == nullptr) return false;
    const auto found = value_->find(key);
    return found != value_->end() && !found->is_null();
  }

  const json* find(std::string_view key) {
    if (has(key)) return &*value_->find(key);
    refuse(key, "is missing");
    return nullptr;
  }

  int integer(std::string_view key, std::int64_t low, std::int64_t high) { return static_cast<int>(long_integer(key, low, high)); }

  std::int64_t long_integer(std::string_view key, std::int64_t low, std::int64_t high) {
    const json* const value = find(key);
    if (value == nullptr) return low;
    const bool fits =
        value->is_number_integer() &&
        (!value->is_number_unsigned() || value->get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}) &&
        value->get<std::int64_t>() >= low && value->get<std::int64_t>() <= high;
    if (fits) return value->get<std::int64_t>();
    refuse(key, "is not a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return low;
  }

  double number(std::string_view key, double low, double high) {
    const json* const value = find(key);
    if (value == nullptr) return low;
    const double read = value->is_number() ? value->get<double>() : std::numeric_limits<double>::quiet_NaN();
    if (read >= low && read <= high) return read;
    refuse(key, "is not a number from " + number_text(low) + " to " + number_text(high));
    return low;
  }

  float number_or(std::string_view key, double low, double high, float otherwise) {
    return has(key) ? static_cast<float>(number(key, low, high)) : otherwise;
  }

  bool boolean(std::string_view key) {
    const json* const value = find(key);
    if (value != nullptr && !value->is_boolean()) refuse(key, "is neither true nor false");
    return value != nullptr && value->is_boolean() && value->get<bool>();
  }

  bool boolean_or(std::string_view key, bool otherwise) { return has(key) ? boolean(key) : otherwise; }

  std::string text(std::string_view key) {
    const json* const value = find(key);
    if (value == nullptr) return {};
    if (value->is_string() && value->get_ref<const std::string&>().size() <= longest_text) return value->get<std::string>();
    refuse(key, "is not a string of at most 4096 bytes");
    return {};
  }

  std::string text_or_empty(std::string_view key) { return has(key) ? text(key) : std::string(); }

  template <class Enum, std::size_t n>
  Enum choice(std::string_view key, const Choice<Enum> (&choices)[n]) {
    const std::string read = text(key);
    std::string known;
    for (const auto& [name, value] : choices) {
      if (read == name) return value;
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    trouble_.add(ErrorCode::unsupported, at(key), "is '" + read + "', where this version knows " + known);
    return choices[0].value;
  }

  /// An array of at most `most` values, or nullptr.
  const json* array(std::string_view key, std::size_t most) {
    const json* const value = find(key);
    if (value == nullptr) return nullptr;
    if (value->is_array() && value->size() <= most) return value;
    refuse(key, "is not an array of at most " + std::to_string(most) + " values");
    return nullptr;
  }

  const json* array_or_null(std::string_view key, std::size_t most) { return has(key) ? array(key, most) : nullptr; }

  Fields object(std::string_view key) { return {find(key), at(key), trouble_}; }

  /// Marks a member as known without reading it.
  void skip(std::string_view key) { known_.insert(std::string(key)); }

  void refuse_others() {
    if (value_ == nullptr) return;
    for (const auto& [key, value] : value_->items()) {
      if (!known_.contains(key)) trouble_.add(ErrorCode::unsupported, at(key), "is a field that this version does not know");
    }
  }

  Trouble& trouble() { return trouble_; }

 private:
  const json* value_ = nullptr;
  std::string place_;
  Trouble& trouble_;
  std::set<std::string> known_;
};

bool whole_samples(double ms, int rate) {
  const double samples = ms * rate / 1000;
  return samples >= 1 && samples == std::floor(samples);
}

FeatureConfig read_features(Fields fields) {
  FeatureConfig config;
  config.sample_rate = fields.integer("sample_rate", 8000, 48000);
  config.window_ms = static_cast<float>(fields.number("window_ms", 1, 100));
  config.hop_ms = static_cast<float>(fields.number("hop_ms", 1, 100));
  config.fft = fields.integer("fft", 64, 8192);
  config.bins = fields.integer("bins", 1, 256);
  config.low_hz = static_cast<float>(fields.number("low_hz", 0, 24000));
  config.high_hz = static_cast<float>(fields.number("high_hz", 0, 24000));
  config.window = fields.choice("window", windows);
  config.preemphasis = static_cast<float>(fields.number("preemphasis", 0, 1));
  config.remove_dc = fields.boolean("remove_dc");
  config.floor = static_cast<float>(fields.number("floor", 1e-30, 1e12));
  fields.refuse_others();
  if (!whole_samples(config.window_ms, config.sample_rate)) fields.refuse("window_ms", "is not a whole number of samples");
  if (!whole_samples(config.hop_ms, config.sample_rate)) fields.refuse("hop_ms", "is not a whole number of samples");
  if (config.fft % 2 != 0) fields.refuse("fft", "is not even");
  if (config.window_samples() > config.fft) fields.refuse("window_ms", "is longer than the FFT");
  if (config.low_hz >= config.high_hz) fields.refuse("low_hz", "is not below high_hz");
  if (2 * config.high_hz > static_cast<float>(config.sample_rate)) fields.refuse("high_hz", "is above half the sample rate");
  return config;
}

StemLayer read_stem_layer(Fields fields) {
  StemLayer layer;
  layer.kind = fields.choice("kind", layer_kinds);
  layer.in = fields.integer("in", 1, largest_stem_width);
  layer.out = fields.integer("out", 1, largest_width);
  layer.activation = fields.choice("activation", activations);
  if (layer.kind != LayerKind::linear) {
    layer.kernel = fields.integer("kernel", 1, largest_kernel);
    layer.stride = fields.integer("stride", 1, largest_stride);
    layer.left = fields.integer("left", 0, largest_kernel - 1);
    if (layer.left >= layer.kernel) fields.refuse("left", "is not below the kernel");
  }
  fields.refuse_others();
  return layer;
}

/// Follows the row through the layers: [channels, bins] while the layers are two-dimensional, else [channels · bins, 1].
void check_stem_chain(const std::vector<StemLayer>& stem, int bins, int width, Trouble& trouble) {
  int channels = 1;
  int row = bins;  // bins per channel
  int stride = 1;
  bool flat = false;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    const StemLayer& layer = stem[i];
    const std::string place = "stem." + std::to_string(i);
    const bool two_dimensional = layer.kind == LayerKind::conv2d;
    if (two_dimensional && flat)
      return trouble.add(ErrorCode::unsupported, place + ".kind", "is conv2d behind a layer that is not");
    const int expected = two_dimensional ? channels : channels * row;
    if (layer.in != expected) {
      return trouble.add(ErrorCode::malformed, place + ".in",
                         "is " + std::to_string(layer.in) + " where " + std::to_string(expected) + " arrive");
    }
    if (two_dimensional && row < layer.kernel) return trouble.add(ErrorCode::malformed, place + ".kernel", "is wider than the row");
    row = two_dimensional ? (row - layer.kernel) / layer.stride + 1 : 1;
    channels = layer.out;
    flat = flat || !two_dimensional;
    stride *= layer.stride;
    if (stride > 64)
      return trouble.add(ErrorCode::unsupported, place + ".stride", "makes an encoder row of more than 64 feature rows");
  }
  if (channels * row != width) trouble.add(ErrorCode::malformed, "stem", "does not end in rows of the encoder's width");
}

std::vector<StemLayer> read_stem(Fields& fields) {
  std::vector<StemLayer> stem;
  const json* const layers = fields.array("stem", 16);
  if (layers == nullptr) return stem;
  if (layers->empty()) fields.refuse("stem", "has no layers");
  for (const json& layer : *layers) {
    stem.push_back(read_stem_layer(Fields(&layer, "stem." + std::to_string(stem.size()), fields.trouble())));
  }
  return stem;
}

FeedForwardConfig read_feed_forward(Fields fields) {
  FeedForwardConfig config;
  config.size = fields.integer("size", 1, largest_size);
  config.activation = fields.choice("activation", activations);
  config.scale = fields.number_or("scale", -1e6, 1e6, 1.0F);
  fields.refuse_others();
  return config;
}

int read_rotary_dims(Fields& fields, int width, int heads) {
  const int dims = fields.integer("rotary_dims", 2, largest_width);
  if (dims % 2 != 0 || dims > width / heads) fields.refuse("rotary_dims", "is odd or more than a head's width");
  return dims;
}

AttentionConfig read_attention(Fields fields, int width, int heads) {
  AttentionConfig config;
  config.positions = fields.choice("positions", positions);
  if (config.positions == Positions::rotary) {
    config.rotary_dims = read_rotary_dims(fields, width, heads);
  } else if (fields.has("rotary_dims")) {
    fields.integer("rotary_dims", 0, 0);
  }
  config.bias = fields.boolean("bias");
  fields.refuse_others();
  return config;
}

ConvolutionConfig read_convolution(Fields fields) {
  ConvolutionConfig config;
  config.kernel = fields.integer("kernel", 1, most_blocks);
  config.norm = fields.choice("norm", middle_norms);
  config.activation = fields.choice("activation", activations);
  config.gate = fields.boolean("gate");
  fields.refuse_others();
  return config;
}

BlockConfig read_block(Fields fields, int width, int heads) {
  BlockConfig config;
  if (fields.has("feed_forward_1")) config.feed_forward_1 = read_feed_forward(fields.object("feed_forward_1"));
  config.attention = read_attention(fields.object("attention"), width, heads);
  if (fields.has("convolution")) config.convolution = read_convolution(fields.object("convolution"));
  config.feed_forward = read_feed_forward(fields.object("feed_forward"));
  config.norm = fields.boolean_or("norm", false);
  fields.refuse_others();
  return config;
}

/// Attention heads that divide the width.
int read_attention_heads(Fields& fields, int width) {
  const int heads = fields.integer("heads", 1, most_heads);
  if (width % heads != 0) fields.refuse("heads", "does not divide the width");
  return heads;
}

EncoderConfig read_encoder(Fields fields) {
  EncoderConfig config;
  config.width = fields.integer("width", 1, largest_width);
  config.heads = read_attention_heads(fields, config.width);
  config.blocks = fields.integer("blocks", 1, most_blocks);
  config.norm_eps = static_cast<float>(fields.number("norm_eps", 1e-12, 1));
  config.final_norm = fields.boolean("final_norm");
  config.block = read_block(fields.object("block"), config.width, config.heads);
  fields.refuse_others();
  return config;
}

std::vector<std::pair<int, int>> read_clock_heads(Fields& fields, int blocks, int heads) {
  std::vector<std::pair<int, int>> pairs;
  const json* const list = fields.array("clock_heads", most_entries);
  if (list == nullptr) return pairs;
  const auto below = [](const json& value, int bound) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() < static_cast<std::uint64_t>(bound);
  };
  for (const json& pair : *list) {
    if (!pair.is_array() || pair.size() != 2 || !below(pair[0], blocks) || !below(pair[1], heads)) {
      fields.refuse("clock_heads", "holds something else than pairs of a block and a head that the decoder has");
      return pairs;
    }
    pairs.emplace_back(pair[0].get<int>(), pair[1].get<int>());
  }
  if (pairs.empty()) fields.refuse("clock_heads", "names no head, so nothing would follow the sound");
  if (std::set(pairs.begin(), pairs.end()).size() != pairs.size()) fields.refuse("clock_heads", "names a head twice");
  return pairs;
}

int read_swiglu(Fields fields) {
  constexpr Choice<bool> kinds[] = {{"swiglu", true}};
  fields.choice("kind", kinds);
  const int size = fields.integer("size", 1, largest_size);
  fields.refuse_others();
  return size;
}

DecoderConfig read_decoder(Fields fields) {
  DecoderConfig config;
  config.width = fields.integer("width", 1, largest_width);
  config.heads = read_attention_heads(fields, config.width);
  config.blocks = fields.integer("blocks", 1, most_blocks);
  config.norm_eps = static_cast<float>(fields.number("norm_eps", 1e-12, 1));
  config.rotary_dims = read_rotary_dims(fields, config.width, config.heads);
  config.feed_forward_size = read_swiglu(fields.object("feed_forward"));
  config.labels = fields.integer("labels", 3, most_labels);
  config.begin = fields.integer("begin", 0, config.labels - 1);
  config.end = fields.integer("end", 0, config.labels - 1);
  if (config.begin == config.end) fields.refuse("end", "is the same label as begin");
  config.clock_heads = read_clock_heads(fields, config.blocks, config.heads);
  fields.refuse_others();
  return config;
}

bool lower_case(char symbol) {
  return symbol > ' ' && symbol <= '~' && !(symbol >= 'A' && symbol <= 'Z');
}

std::string read_symbols(Fields& fields) {
  std::string symbols = fields.text("symbols");
  const std::set<char> different(symbols.begin(), symbols.end());
  if (!different.contains(' ')) fields.refuse("symbols", "has no blank, the gap between words");
  if (different.size() != symbols.size()) fields.refuse("symbols", "holds a character twice");
  const auto known = [](char symbol) { return symbol == ' ' || lower_case(symbol); };
  if (!std::all_of(symbols.begin(), symbols.end(), known)) {
    fields.refuse("symbols", "holds something else than printable ASCII characters in lower case");
  }
  return symbols;
}

HeadConfig read_head(Fields fields, bool has_symbols) {
  HeadConfig config;
  config.blocks = fields.integer("blocks", 0, most_blocks);
  config.weight = static_cast<float>(fields.number("weight", 0, 100));
  if (has_symbols) config.symbols = read_symbols(fields);
  fields.refuse_others();
  return config;
}

HeadsConfig read_heads(Fields fields) {
  HeadsConfig config;
  if (fields.has("counter")) config.counter = read_head(fields.object("counter"), false);
  if (fields.has("ctc")) config.ctc = read_head(fields.object("ctc"), true);
  fields.refuse_others();
  return config;
}

void read_defaults(Fields fields, ModelConfig& config) {
  config.chunk_ms = fields.integer("chunk_ms", 1, 60000);
  config.lookahead_ms = fields.integer("lookahead_ms", 0, 60000);
  if (fields.has("hindsight_ms")) config.hindsight_ms = fields.integer("hindsight_ms", 0, 60000);
  config.left_ms = fields.integer("left_ms", 0, 600000);
  fields.refuse_others();
}

std::vector<std::string> read_languages(Fields& fields) {
  std::vector<std::string> languages;
  const json* const list = fields.array("languages", most_entries);
  if (list == nullptr) return languages;
  for (const json& language : *list) {
    if (!language.is_string()) {
      fields.refuse("languages", "holds something else than strings");
      break;
    }
    languages.push_back(language.get<std::string>());
  }
  return languages;
}

std::vector<OriginEntry> read_origin(Fields& fields) {
  std::vector<OriginEntry> origin;
  const json* const list = fields.array("origin", most_entries);
  if (list == nullptr) return origin;
  for (const json& value : *list) {
    Fields entry(&value, "origin." + std::to_string(origin.size()), fields.trouble());
    origin.push_back({entry.text("what"), entry.text("name"), entry.text("licence")});
  }
  return origin;
}

std::vector<MeasuredEntry> read_measured(Fields& fields) {
  std::vector<MeasuredEntry> measured;
  const json* const list = fields.array_or_null("measured", most_entries);
  if (list == nullptr) return measured;
  for (const json& value : *list) {
    Fields entry(&value, "measured." + std::to_string(measured.size()), fields.trouble());
    MeasuredEntry read;
    read.set = entry.text("set");
    read.wer = entry.number("wer", 0, 1e6);
    read.words = entry.long_integer("words", 0, std::int64_t{1} << 40U);
    read.chunk_ms = entry.integer("chunk_ms", 0, 3600000);
    read.lookahead_ms = entry.integer("lookahead_ms", 0, 3600000);
    read.command = entry.text_or_empty("command");
    measured.push_back(std::move(read));
  }
  return measured;
}

ModelConfig read_config(Fields fields) {
  ModelConfig config;
  config.name = fields.text("name");
  config.version = fields.text("version");
  config.licence = fields.text("licence");
  config.languages = read_languages(fields);
  config.features = read_features(fields.object("features"));
  config.stem = read_stem(fields);
  config.stem_scale = static_cast<float>(fields.number("stem_scale", -1e6, 1e6));
  config.encoder = read_encoder(fields.object("encoder"));
  config.decoder = read_decoder(fields.object("decoder"));
  if (fields.has("heads")) config.heads = read_heads(fields.object("heads"));
  read_defaults(fields.object("defaults"), config);
  config.origin = read_origin(fields);
  config.measured = read_measured(fields);
  fields.skip("training");
  fields.refuse_others();
  check_stem_chain(config.stem, config.features.bins, config.encoder.width, fields.trouble());
  return config;
}

int samples(float ms, int rate) {
  return static_cast<int>(std::lround(double{ms} * rate / 1000));
}

}  // namespace

int FeatureConfig::window_samples() const {
  return samples(window_ms, sample_rate);
}

int FeatureConfig::hop_samples() const {
  return samples(hop_ms, sample_rate);
}

int ModelConfig::stem_stride() const {
  int stride = 1;
  for (const StemLayer& layer : stem) stride *= layer.stride;
  return stride;
}

double ModelConfig::row_seconds() const {
  return static_cast<double>(features.hop_samples()) * stem_stride() / features.sample_rate;
}

Result<ModelConfig> parse_model_config(std::string_view text, const std::string& name) {
  const auto value = parse_json_object(text, name + ": the configuration");
  if (!value) return tl::unexpected(value.error());
  Trouble trouble{name, std::nullopt};
  Fields fields(&*value, "", trouble);
  if (const auto format = fields.long_integer("format", 1, std::int64_t{1} << 30U); !trouble.error && format != 1) {
    return fail(ErrorCode::unsupported, name + ": the configuration has format " + std::to_string(format) +
                                            " where this version of Attend reads format 1; use a newer Attend");
  }
  ModelConfig config = read_config(std::move(fields));
  if (trouble.error) return tl::unexpected(*trouble.error);
  return config;
}

}  // namespace attend::engine
