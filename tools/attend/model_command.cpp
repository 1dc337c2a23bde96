#include "model_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "complaint.hpp"
#include "model_locator.hpp"
#include "model_report.hpp"

namespace attend::tools {
namespace {

struct Options {
  std::optional<std::filesystem::path> file;
  bool json = false;
};

int finish_output(bool complete) {
  return std::cout.flush() && complete ? exit_success : exit_failure;
}

int inform(const Options& options) {
  ModelReport report;
  try {
    report = report_on_model(options.file ? find_named_model(*options.file) : find_default_model());
  } catch (const Error& error) {
    throw CommandError(exit_model, error.what());
  }
  if (options.json) {
    std::cout << to_json(report).dump() << '\n';
  } else {
    print(std::cout, report);
  }
  return finish_output(true);
}

/// All model files of a folder, by name.
std::vector<std::filesystem::path> models_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".safetensors" && entry.is_regular_file(ignored)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

/// A model that cannot be loaded is named on standard error and does not hide the others.
int list(const Options& options) {
  bool complete = true;
  auto objects = nlohmann::ordered_json::array();
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  for (const auto& folder : model_folders(program.parent_path())) {
    for (const auto& file : models_in(folder)) {
      try {
        const auto report = report_on_model(file);
        objects.push_back(to_json(report));
        if (!options.json) std::cout << one_line(report) << '\n';
      } catch (const std::exception& error) {
        complain(std::cerr, error.what());
        complete = false;
      }
    }
  }
  if (options.json) std::cout << objects.dump() << '\n';
  if (objects.empty() && complete) find_default_model();  // throws: none found, and where it was looked for
  return finish_output(complete);
}

}  // namespace

void add_model_command(CLI::App& program, Run& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = program.add_subcommand("model", "Tell what models are: origin, licence, measured error rates");
  command->require_subcommand(1);
  auto* info = command->add_subcommand("info", "Tell all about one model");
  info->add_option("FILE", options->file, "The model file; without it, the default model");
  info->callback([options, &chosen] { chosen = [options] { return inform(*options); }; });
  auto* all = command->add_subcommand("list", "List the models that lie beside the program");
  all->callback([options, &chosen] { chosen = [options] { return list(*options); }; });
  for (auto* subcommand : {info, all}) subcommand->add_flag("--json", options->json, "Print JSON");
}

}  // namespace attend::tools
