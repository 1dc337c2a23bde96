#include "engine/model_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <optional>
#include <set>
#include <utility>

#include "engine/mapped_file.hpp"
#include "engine/tensor_plan.hpp"

namespace attend::engine {
namespace {

constexpr std::size_t largest_label_set = std::size_t{64} << 20U;
constexpr std::string_view again = "; export the model again";

bool storage_allows(const PlannedTensor& planned, ElementType type) {
  switch (planned.storage) {
    case Storage::matrix:
      return type == ElementType::f32 || type == ElementType::bf16 || type == ElementType::i8;
    case Storage::vector:
      return type == ElementType::f32 || type == ElementType::bf16;
    case Storage::exact:
      return type == ElementType::f32;
    case Storage::bytes:
      return type == ElementType::u8;
  }
  return false;
}

/// All exponent bits set: an infinity or no number.
bool all_finite(const TensorView& tensor) {
  const auto any = [&](auto word, auto exponent) {
    for (std::size_t at = 0; at < tensor.data.size(); at += sizeof(word)) {
      std::memcpy(&word, tensor.data.data() + at, sizeof(word));
      if ((word & exponent) == exponent) return true;
    }
    return false;
  };
  if (tensor.type == ElementType::f32) return !any(std::uint32_t{}, std::uint32_t{0x7F800000});
  if (tensor.type == ElementType::bf16) return !any(std::uint16_t{}, std::uint16_t{0x7F80});
  return true;
}

/// Holds the tensors of a file against the plan of its configuration.
class PlanCheck {
 public:
  PlanCheck(const Safetensors& content, const std::string& name) : content_(content), name_(name) {}

  Status run(const std::vector<PlannedTensor>& plan) {
    for (const PlannedTensor& planned : plan) {
      if (auto checked = check(planned); !checked) return checked;
    }
    for (const auto& [tensor, view] : content_.tensors) {
      if (!called_for_.contains(tensor)) return malformed(tensor, "is not called for by the configuration");
    }
    return {};
  }

 private:
  tl::unexpected<Failure> malformed(const std::string& tensor, const std::string& what) const {
    return fail(ErrorCode::malformed, name_ + ": tensor '" + tensor + "' " + what + std::string(again));
  }

  Status check(const PlannedTensor& planned) {
    const auto found = content_.tensors.find(planned.name);
    if (found == content_.tensors.end()) {
      if (planned.optional) return {};
      return malformed(planned.name, "is missing, which the configuration calls for");
    }
    const TensorView& tensor = found->second;
    called_for_.insert(planned.name);
    if (!storage_allows(planned, tensor.type)) {
      return malformed(planned.name, "is stored as " + std::string(element_name(tensor.type)) + ", which is not foreseen for it");
    }
    if (planned.storage == Storage::bytes) return check_bytes(planned.name, tensor);
    if (tensor.shape != planned.shape) {
      return malformed(planned.name, "has the shape " + shape_text(tensor.shape) + " where the configuration calls for " +
                                         shape_text(planned.shape));
    }
    if (!all_finite(tensor)) return malformed(planned.name, "holds values that are no finite numbers");
    if (tensor.type == ElementType::i8) return check_row_scale(planned);
    return {};
  }

  Status check_bytes(const std::string& tensor, const TensorView& view) const {
    if (view.shape.size() != 1)
      return malformed(tensor, "has the shape " + shape_text(view.shape) + " where one dimension is called for");
    if (view.data.size() > largest_label_set) return malformed(tensor, "is larger than 64 MiB");
    return {};
  }

  Status check_row_scale(const PlannedTensor& planned) {
    const std::string scale = planned.name + ".row_scale";
    const auto found = content_.tensors.find(scale);
    if (found == content_.tensors.end()) return malformed(scale, "is missing beside its matrix of eight bits");
    called_for_.insert(scale);
    const std::vector<std::int64_t> rows{planned.shape.front()};
    if (found->second.type != ElementType::f32 || found->second.shape != rows) {
      return malformed(scale, "is not F32 of the shape " + shape_text(rows));
    }
    if (!all_finite(found->second)) return malformed(scale, "holds values that are no finite numbers");
    return {};
  }

  const Safetensors& content_;
  const std::string& name_;
  std::set<std::string, std::less<>> called_for_;
};

}  // namespace

struct ModelFile::Impl {
  std::optional<MappedFile> map;
  Safetensors content;
  ModelConfig config;

  /// Fills everything but the map; `bytes` outlive the result.
  Status read(std::span<const std::byte> bytes, const std::string& name);
};

Status ModelFile::Impl::read(std::span<const std::byte> bytes, const std::string& name) {
  auto parsed = parse_safetensors(bytes, name);
  if (!parsed) return tl::unexpected(parsed.error());
  content = std::move(*parsed);
  const auto text = content.metadata.find("attend");
  if (text == content.metadata.end()) {
    return fail(
        ErrorCode::malformed,
        name +
            ": a safetensors file without 'attend' in its '__metadata__', so not a model of Attend; export one with tools/train");
  }
  auto read_config = parse_model_config(text->second, name);
  if (!read_config) return tl::unexpected(read_config.error());
  config = std::move(*read_config);
  return PlanCheck(content, name).run(plan_tensors(config));
}

ModelFile::ModelFile(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<ModelFile> ModelFile::open(const std::filesystem::path& file) try {
  auto map = MappedFile::open(file);
  if (!map) return tl::unexpected(map.error());
  auto impl = std::make_shared<Impl>();
  impl->map = std::move(*map);
  if (auto read = impl->read(impl->map->bytes(), file.string()); !read) return tl::unexpected(read.error());
  return ModelFile(std::move(impl));
} catch (const std::bad_alloc&) {
  return fail(ErrorCode::out_of_memory, "no memory to read the model file's header; free some and try again");
}

Result<ModelFile> ModelFile::parse(std::span<const std::byte> bytes, const std::string& name) try {
  auto impl = std::make_shared<Impl>();
  if (auto read = impl->read(bytes, name); !read) return tl::unexpected(read.error());
  return ModelFile(std::move(impl));
} catch (const std::bad_alloc&) {
  return fail(ErrorCode::out_of_memory, "no memory to read the model's header; free some and try again");
}

const ModelConfig& ModelFile::config() const {
  return impl_->config;
}

const TensorView* ModelFile::find(std::string_view tensor) const {
  const auto found = impl_->content.tensors.find(tensor);
  return found == impl_->content.tensors.end() ? nullptr : &found->second;
}

std::vector<std::string> ModelFile::tensor_names() const {
  std::vector<std::string> names;
  for (const auto& [name, view] : impl_->content.tensors) names.push_back(name);
  return names;
}

std::span<const std::byte> ModelFile::label_set() const {
  return impl_->content.tensors.find("labels.model")->second.data;
}

std::int64_t ModelFile::parameters() const {
  std::int64_t sum = 0;
  for (const auto& [name, view] : impl_->content.tensors) {
    if (view.type == ElementType::u8 || name.ends_with(".row_scale")) continue;
    sum += static_cast<std::int64_t>(view.data.size() / element_size(view.type));
  }
  return sum;
}

}  // namespace attend::engine
