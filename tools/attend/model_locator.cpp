#include "model_locator.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include "command.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> first_model(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> models;
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    if (entry->path().extension() == ".safetensors" && entry->is_regular_file(ignored)) models.push_back(entry->path());
    if (ignored) break;
  }
  if (models.empty()) return std::nullopt;
  const auto named =
      std::ranges::find(models, fs::path(default_model_name), [](const fs::path& model) { return model.filename(); });
  return named != models.end() ? *named : *std::ranges::min_element(models);
}

/// Those of the program that runs.
std::vector<fs::path> own_folders() {
  std::error_code fault;
  return model_folders(fs::read_symlink("/proc/self/exe", fault).parent_path());
}

}  // namespace

std::vector<fs::path> model_folders(const fs::path& bin) {
  // A build folder of a preset lies two below the source tree: build/release/bin.
  return {bin.parent_path() / "share" / "attend" / "models", bin.parent_path().parent_path().parent_path() / "models"};
}

std::optional<fs::path> find_model(const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    if (auto model = first_model(folder)) return model;
  }
  return std::nullopt;
}

std::optional<fs::path> find_model(const std::vector<fs::path>& folders, std::string_view name) {
  std::error_code ignored;
  for (const fs::path& folder : folders) {
    fs::path file = folder / (std::string(name) + ".safetensors");
    if (fs::is_regular_file(file, ignored)) return file;
  }
  return std::nullopt;
}

fs::path find_default_model() {
  const auto folders = own_folders();
  if (auto model = find_model(folders)) return *model;
  std::string places;
  for (const fs::path& folder : folders) places += (places.empty() ? "" : " and ") + folder.string();
  throw CommandError(exit_model, "no model was found in " + places + "; name one with --model FILE.");
}

fs::path find_named_model(const fs::path& file_or_name) {
  std::error_code ignored;
  if (fs::exists(file_or_name, ignored) || file_or_name.has_parent_path()) return file_or_name;
  return find_model(own_folders(), file_or_name.string()).value_or(file_or_name);
}

}  // namespace attend::tools
