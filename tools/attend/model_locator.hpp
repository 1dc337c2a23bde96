#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace attend::tools {

inline constexpr std::string_view default_model_name = "attend-small-en.safetensors";

/// Folders that may hold models, for a program in the folder `bin`: the installed tree's share, then `models` in one of the
/// folders above (a build folder inside the source tree).
std::vector<std::filesystem::path> model_folders(const std::filesystem::path& bin);

/// The model in the first of these folders that has one: the default model, or else the first *.safetensors by name.
std::optional<std::filesystem::path> find_model(const std::vector<std::filesystem::path>& folders);

/// The model of this name (`attend-base-en`) in the first of these folders that has it.
std::optional<std::filesystem::path> find_model(const std::vector<std::filesystem::path>& folders, std::string_view name);

/// The model beside this program. Throws CommandError(exit_model), naming the places, if there is none.
std::filesystem::path find_default_model();

/// The file that is meant by a path, or by the name of a model beside this program; the path itself if there is neither.
std::filesystem::path find_named_model(const std::filesystem::path& file_or_name);

}  // namespace attend::tools
