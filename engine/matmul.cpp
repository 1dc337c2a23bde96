#include "engine/matmul.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <dnnl.hpp>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <shared_mutex>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/aligned.hpp"
#include "engine/byte_matrix.hpp"
#include "engine/kernels.hpp"
#include "engine/one_thread.hpp"

namespace attend::engine {
namespace {

using dnnl::memory;

// More rows are done in pieces, which keeps buffers and the number of compiled primitives small; the speed is flat from 16 rows on.
constexpr std::int64_t most_rows = 128;
// Where the number of rows could change a row's sums, every product runs with so many rows.
constexpr std::int64_t tile_rows = 16;

struct MatmulKey {
  std::int64_t inputs, outputs;
  bool bias;
  bool operator<(const MatmulKey& other) const {
    return std::tie(inputs, outputs, bias) < std::tie(other.inputs, other.outputs, other.bias);
  }
};

bool has_bf16() {
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  const auto wanted = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_bf16);
  return (isa & wanted) == wanted;  // the values are sets of features
}

memory::data_type type_of(Precision precision) {
  return precision == Precision::bf16 ? memory::data_type::bf16 : memory::data_type::f32;
}

dnnl::matmul::primitive_desc describe(const dnnl::engine& engine, const memory::desc& source, const memory::desc& weights,
                                      const memory::desc* bias, const memory::desc& target) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR >= 3
  if (bias != nullptr) return {engine, source, weights, *bias, target, attributes};
  return {engine, source, weights, target, attributes};
#else
  if (bias != nullptr) return {dnnl::matmul::desc(source, weights, *bias, target), attributes, engine};
  return {dnnl::matmul::desc(source, weights, target), attributes, engine};
#endif
}

bool starts_with_brgemm(const std::string& implementation) {
  return implementation.rfind("brg", 0) == 0;
}

}  // namespace

/// One compiled product for a fixed number of rows.
struct MatmulPlan {
  std::int64_t rows = 0;
  dnnl::matmul primitive;
  memory::desc source, target, scratch;
  std::string implementation;
};

/// The compiled products of all matrices of one shape; grows as numbers of rows appear. Thread-safe.
class MatmulShape {
 public:
  MatmulShape(dnnl::engine engine, Precision precision, const MatmulKey& key)
      : engine_(std::move(engine)), type_(type_of(precision)), key_(key) {
    bias_ = memory::desc({1, key.outputs}, memory::data_type::f32, memory::format_tag::ab);
    const auto any = memory::desc({key.inputs, key.outputs}, type_, memory::format_tag::any);
    weights_ = describe_rows(tile_rows, any).weights_desc();
    tile_ = make(tile_rows);
    exact_ = starts_with_brgemm(tile_->implementation);
  }

  const MatmulKey& key() const { return key_; }
  const dnnl::engine& engine() const { return engine_; }
  const memory::desc& weights() const { return weights_; }
  const memory::desc& bias() const { return bias_; }
  memory::data_type type() const { return type_; }

  /// A plan for up to `rows` rows (itself at most most_rows); the caller repeats it until all rows are done. Brgemm sums each row
  /// in one order whatever the number of rows, as long as it is the same code (newer versions take another instruction set for a
  /// single row); everything else runs in full tiles.
  const MatmulPlan& plan(std::int64_t rows) const {
    if (!exact_ || rows == tile_rows) return *tile_;
    const auto index = static_cast<std::size_t>(rows - 1);
    {
      const std::shared_lock reading(mutex_);
      if (plans_[index] != nullptr) return *plans_[index];
    }
    const std::unique_lock writing(mutex_);
    if (plans_[index] == nullptr) plans_[index] = make_like_tile(rows);
    return *plans_[index];
  }

 private:
  dnnl::matmul::primitive_desc describe_rows(std::int64_t rows, const memory::desc& weights) const {
    const memory::desc source({rows, key_.inputs}, type_, memory::format_tag::ab);
    const memory::desc target({rows, key_.outputs}, memory::data_type::f32, memory::format_tag::ab);
    return describe(engine_, source, weights, key_.bias ? &bias_ : nullptr, target);
  }

  std::shared_ptr<const MatmulPlan> make(std::int64_t rows) const {
    const auto description = describe_rows(rows, weights_);
    auto plan = std::make_shared<MatmulPlan>();
    plan->rows = rows;
    plan->source = description.src_desc();
    plan->target = description.dst_desc();
    plan->scratch = description.scratchpad_desc();
    plan->implementation = description.impl_info_str();
    plan->primitive = dnnl::matmul(description);
    return plan;
  }

  std::shared_ptr<const MatmulPlan> make_like_tile(std::int64_t rows) const {
    try {
      auto plan = make(rows);
      if (plan->implementation == tile_->implementation) return plan;
    } catch (const dnnl::error&) {  // no memory for more code: full tiles give the same sums
    }
    return tile_;
  }

  dnnl::engine engine_;
  memory::data_type type_;
  MatmulKey key_;
  memory::desc weights_, bias_;
  std::shared_ptr<const MatmulPlan> tile_;
  bool exact_ = false;
  mutable std::shared_mutex mutex_;
  mutable std::array<std::shared_ptr<const MatmulPlan>, most_rows> plans_;
};

// ---- Scratch
// ---------------------------------------------------------------------------------------------------------------------

/// oneDNN's handles for one plan, made once per thread that runs it: only their addresses change from call to call.
struct Handles {
  memory source, target, scratch;
};

struct MatmulScratch::Memory {
  dnnl::stream stream;
  std::unordered_map<const MatmulPlan*, Handles> handles;
  Aligned<std::byte> scratch;
  Aligned<std::uint16_t> narrow;                // source rows in bf16
  Aligned<float> padded_source, padded_target;  // a tile that is not full

  Handles& handles_of(const MatmulPlan& plan, const dnnl::engine& engine) {
    if (!stream) stream = dnnl::stream(engine);
    const auto found = handles.find(&plan);
    if (found != handles.end()) return found->second;
    return handles
        .emplace(&plan, Handles{memory(plan.source, engine, nullptr), memory(plan.target, engine, nullptr),
                                memory(plan.scratch, engine, nullptr)})
        .first->second;
  }

  /// `rows` rows of f32 as `padded` rows of what the product reads; what is added is zero.
  void* source_rows(const float* source, std::int64_t rows, std::int64_t padded, std::int64_t width, memory::data_type type) {
    const auto some = static_cast<std::size_t>(rows * width);
    const auto all = static_cast<std::size_t>(padded * width);
    if (type == memory::data_type::bf16) {
      std::uint16_t* to = at_least(narrow, all);
      kernels().to_bf16(source, rows * width, to);
      std::fill(to + some, to + all, std::uint16_t{0});
      return to;
    }
    if (rows == padded) return const_cast<float*>(source);  // NOLINT: oneDNN's handles know no const; a source is only read
    float* to = at_least(padded_source, all);
    std::copy_n(source, some, to);
    std::fill(to + some, to + all, 0.0F);
    return to;
  }
};

MatmulScratch::MatmulScratch() : memory_(std::make_unique<Memory>()) {}
MatmulScratch::~MatmulScratch() = default;
MatmulScratch::MatmulScratch(MatmulScratch&&) noexcept = default;
MatmulScratch& MatmulScratch::operator=(MatmulScratch&&) noexcept = default;

// ---- Matrix
// ----------------------------------------------------------------------------------------------------------------------

struct Matrix::Packed {
  std::optional<ByteMatrix> bytes;  ///< instead of all else
  std::shared_ptr<const MatmulShape> shape;
  memory weights, bias;

  /// Runs one plan; `source` and `target` hold plan.rows rows.
  void run(const MatmulPlan& plan, void* source, float* target, MatmulScratch::Memory& with) const {
    Handles& handles = with.handles_of(plan, shape->engine());
    handles.source.set_data_handle(source);
    handles.target.set_data_handle(target);
    handles.scratch.set_data_handle(at_least(with.scratch, plan.scratch.get_size()));
    std::array<dnnl_exec_arg_t, 5> arguments{{{DNNL_ARG_SRC, handles.source.get()},
                                              {DNNL_ARG_WEIGHTS, weights.get()},
                                              {DNNL_ARG_DST, handles.target.get()},
                                              {DNNL_ARG_SCRATCHPAD, handles.scratch.get()},
                                              {DNNL_ARG_BIAS, nullptr}}};
    int count = 4;
    if (shape->key().bias) arguments[count++].memory = bias.get();
    if (dnnl_primitive_execute(plan.primitive.get(), with.stream.get(), count, arguments.data()) != dnnl_success) {
      throw std::bad_alloc();
    }
    with.stream.wait();
  }
};

Matrix::Matrix() = default;
Matrix::~Matrix() = default;
Matrix::Matrix(const Matrix&) = default;
Matrix::Matrix(Matrix&&) noexcept = default;
Matrix& Matrix::operator=(const Matrix&) = default;
Matrix& Matrix::operator=(Matrix&&) noexcept = default;

std::int64_t Matrix::inputs() const {
  return packed_->bytes ? packed_->bytes->inputs() : packed_->shape->key().inputs;
}
std::int64_t Matrix::outputs() const {
  return packed_->bytes ? packed_->bytes->outputs() : packed_->shape->key().outputs;
}
std::string Matrix::implementation(std::int64_t rows) const {
  if (packed_->bytes) return "bytes";
  return packed_->shape->plan(std::clamp<std::int64_t>(rows, 1, most_rows)).implementation;
}

void Matrix::multiply(const float* source, std::int64_t rows, float* target, MatmulScratch& scratch) const {
  MatmulScratch::Memory& with = *scratch.memory_;
  if (packed_->bytes) {
    const auto count = static_cast<std::size_t>(rows * inputs());
    kernels().to_bf16(source, rows * inputs(), at_least(with.narrow, count));
    packed_->bytes->multiply(with.narrow.data(), rows, target);
    return;
  }
  const MatmulShape& shape = *packed_->shape;
  try {
    while (rows > 0) {
      const MatmulPlan& plan = shape.plan(std::min(rows, most_rows));
      const std::int64_t now = std::min(rows, plan.rows);
      void* from = with.source_rows(source, now, plan.rows, inputs(), shape.type());
      if (now == plan.rows) {
        packed_->run(plan, from, target, with);
      } else {
        float* padded = at_least(with.padded_target, static_cast<std::size_t>(plan.rows * outputs()));
        packed_->run(plan, from, padded, with);
        std::copy_n(padded, now * outputs(), target);
      }
      source += now * inputs();
      target += now * outputs();
      rows -= now;
    }
  } catch (const dnnl::error&) {
    throw std::bad_alloc();  // all that can still fail here: everything else was tried when the weights were packed
  }
}

// ---- Library
// ---------------------------------------------------------------------------------------------------------------------

struct MatmulLibrary::Shapes {
  dnnl::engine engine;
  dnnl::stream stream;
  Precision precision = Precision::f32;
  std::map<MatmulKey, std::shared_ptr<const MatmulShape>> shapes;

  std::shared_ptr<const MatmulShape> shape(const MatmulKey& key) {
    auto& found = shapes[key];
    if (found == nullptr) found = std::make_shared<const MatmulShape>(engine, precision, key);
    return found;
  }
};

MatmulLibrary::MatmulLibrary(std::unique_ptr<Shapes> shapes) : shapes_(std::move(shapes)) {}
MatmulLibrary::~MatmulLibrary() = default;
MatmulLibrary::MatmulLibrary(MatmulLibrary&&) noexcept = default;
MatmulLibrary& MatmulLibrary::operator=(MatmulLibrary&&) noexcept = default;

Result<MatmulLibrary> MatmulLibrary::create(Precision precision) {
  try {
    auto shapes = std::make_unique<Shapes>();
    shapes->engine = dnnl::engine(dnnl::engine::kind::cpu, 0);
    shapes->stream = dnnl::stream(shapes->engine);
    shapes->precision = precision == Precision::bf16 && has_bf16() ? Precision::bf16 : Precision::f32;
    return MatmulLibrary(std::move(shapes));
  } catch (const dnnl::error& error) {
    return fail(ErrorCode::unsupported, std::string("oneDNN finds no processor to run on (") + error.what() +
                                            "); install a oneDNN that was built with a CPU runtime");
  }
}

Precision MatmulLibrary::precision() const {
  return shapes_->precision;
}

Result<Matrix> MatmulLibrary::pack(std::span<const float> weights, std::span<const float> bias, std::int64_t outputs,
                                   std::int64_t inputs) {
  const OneThread one_thread;
  try {
    auto packed = std::make_shared<Matrix::Packed>();
    packed->shape = shapes_->shape({inputs, outputs, !bias.empty()});
    packed->weights = memory(packed->shape->weights(), shapes_->engine);
    const memory::desc plain({inputs, outputs}, memory::data_type::f32, memory::format_tag::ba);
    // NOLINTNEXTLINE: oneDNN's handles know no const; the reorder only reads
    memory from(plain, shapes_->engine, const_cast<float*>(weights.data()));
    dnnl::reorder(from, packed->weights).execute(shapes_->stream, from, packed->weights);
    shapes_->stream.wait();
    if (!bias.empty()) {
      packed->bias = memory(packed->shape->bias(), shapes_->engine);
      std::copy(bias.begin(), bias.end(), static_cast<float*>(packed->bias.get_data_handle()));
    }
    Matrix matrix;
    matrix.packed_ = std::move(packed);
    return matrix;
  } catch (const dnnl::error& error) {
    return fail(error.status == dnnl_out_of_memory ? ErrorCode::out_of_memory : ErrorCode::unsupported,
                "oneDNN cannot pack a matrix of " + std::to_string(outputs) + " by " + std::to_string(inputs) + " (" +
                    error.what() + "); free memory or load a smaller model");
  }
}

Result<Matrix> MatmulLibrary::pack_bytes(std::span<const std::byte> weights, std::span<const float> row_scale,
                                         std::span<const float> bias, std::int64_t outputs, std::int64_t inputs) {
  if (precision() == Precision::bf16) {
    if (auto bytes = ByteMatrix::pack(weights, row_scale, bias, outputs, inputs)) {
      auto packed = std::make_shared<Matrix::Packed>();
      packed->bytes = std::move(bytes);
      Matrix matrix;
      matrix.packed_ = std::move(packed);
      return matrix;
    }
  }
  std::vector<float> wide(weights.size());
  for (std::size_t i = 0; i < wide.size(); ++i) {
    wide[i] = row_scale[i / static_cast<std::size_t>(inputs)] * static_cast<float>(std::to_integer<std::int8_t>(weights[i]));
  }
  return pack(wide, bias, outputs, inputs);
}

}  // namespace attend::engine
