#include "lm_command.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "attend/attend.hpp"
#include "decimal.hpp"
#include "file_digest.hpp"
#include "printable.hpp"
#include "search_choice.hpp"

namespace attend::tools {
namespace {

struct Options {
  std::filesystem::path file, output;
  bool json = false;
};

nlohmann::ordered_json describe(const LanguageModel& model, const std::filesystem::path& file) {
  return {{"file", file.string()},  {"sha256", sha256_of_file(file)}, {"bytes", std::filesystem::file_size(file)},
          {"order", model.order()}, {"words", model.words()},         {"ngrams", model.ngrams()}};
}

int report(const LanguageModel& model, const std::filesystem::path& file, bool json) {
  const auto about = describe(model, file);
  if (json) {
    std::cout << about.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  } else {
    std::cout << "file    " << printable(file.string()) << " (" << fixed(about["bytes"].get<double>() / 1e6, 1) << " MB)\n"
              << "sha256  " << about["sha256"].get<std::string>() << '\n';
    const auto counts = model.ngrams();
    for (std::size_t i = 0; i < counts.size(); ++i) std::cout << i + 1 << "-grams " << counts[i] << '\n';
  }
  return std::cout.flush() ? exit_success : exit_failure;
}

int build(const Options& options) {
  const auto model = load_language_model(options.file);
  model.save(options.output);
  return report(model, options.output, options.json);
}

int inform(const Options& options) {
  return report(load_language_model(options.file), options.file, options.json);
}

}  // namespace

void add_lm_command(CLI::App& program, Run& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = program.add_subcommand("lm", "Make language models compact, tell what they hold");
  command->require_subcommand(1);
  auto* make = command->add_subcommand("build", "Write an ARPA file in the compact form that loads at once");
  make->add_option("ARPA", options->file, "An ARPA file, plain or gzip, of up to 5 words")->required();
  make->add_option("-o,--output", options->output, "The file to write")->required();
  make->callback([options, &chosen] { chosen = [options] { return build(*options); }; });
  auto* info = command->add_subcommand("info", "Tell how many n-grams a language model has");
  info->add_option("FILE", options->file, "An ARPA file or what attend lm build made of one")->required();
  info->callback([options, &chosen] { chosen = [options] { return inform(*options); }; });
  for (auto* subcommand : {make, info}) subcommand->add_flag("--json", options->json, "Print JSON");
}

}  // namespace attend::tools
