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

/// The model beside this program. Throws CommandError(exit_model), naming the places, if there is none.
std::filesystem::path find_default_model();

}  // namespace attend::tools
