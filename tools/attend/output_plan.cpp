#include "output_plan.hpp"

#include <map>
#include <set>
#include <string>

#include "command.hpp"
#include "transcript_writer.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;

fs::path output_path(const Input& input, Format format, const Destination& destination) {
  fs::path path = destination.beside ? input.path : *destination.folder / input.place;
  // An extension of the input is replaced; "stdin" and names without one get theirs.
  path.replace_extension(format_extension(format));
  return path;
}

fs::path same_file_key(const fs::path& path) {
  std::error_code ignored;
  return fs::absolute(path, ignored).lexically_normal();
}

class CollisionCheck {
 public:
  explicit CollisionCheck(const std::vector<Input>& inputs) {
    for (const Input& input : inputs) inputs_.insert(same_file_key(input.path));
  }

  void add(const Input& input, const fs::path& output) {
    const fs::path key = same_file_key(output);
    if (inputs_.contains(key)) {
      throw CommandError(exit_usage, "The transcript of " + input.path.string() + " would replace the input " + output.string() +
                                         "; choose another folder with --output-dir.");
    }
    const auto [first, is_new] = outputs_.emplace(key, input.path);
    if (!is_new) {
      throw CommandError(exit_usage, first->second.string() + " and " + input.path.string() + " would both be written to " +
                                         output.string() + "; rename one, or transcribe them into different folders.");
    }
  }

 private:
  std::set<fs::path> inputs_;
  std::map<fs::path, fs::path> outputs_;
};

}  // namespace

std::vector<std::vector<OutputFile>> plan_outputs(const std::vector<Input>& inputs, const std::vector<Format>& formats,
                                                  const Destination& destination) {
  std::vector<std::vector<OutputFile>> plan(inputs.size());
  if (destination.standard_output()) return plan;
  CollisionCheck check(inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (destination.beside && inputs[i].standard_input()) {
      throw CommandError(exit_usage, "Standard input lies in no folder, so nothing can be written beside it; use --output-dir.");
    }
    for (const Format format : formats) {
      plan[i].push_back({format, output_path(inputs[i], format, destination)});
      check.add(inputs[i], plan[i].back().path);
    }
  }
  return plan;
}

}  // namespace attend::tools
