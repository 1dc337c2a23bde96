// An n-gram model behind the public interface.
#include <utility>

#include "sdk/language_model_impl.hpp"
#include "sdk/raise.hpp"

namespace attend {

LanguageModel::LanguageModel(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

LanguageModel LanguageModel::load(const std::filesystem::path& file) {
  auto model = sdk::value_or_raise(language::NgramModel::load(file));
  return LanguageModel(std::make_shared<const Impl>(Impl{std::move(model)}));
}

void LanguageModel::save(const std::filesystem::path& file) const {
  if (const auto saved = impl_->model.save(file); !saved) sdk::raise(saved.error());
}

int LanguageModel::order() const noexcept {
  return impl_->model.order();
}

std::int64_t LanguageModel::words() const noexcept {
  return impl_->model.words();
}

std::vector<std::int64_t> LanguageModel::ngrams() const {
  return impl_->model.ngrams();
}

}  // namespace attend
