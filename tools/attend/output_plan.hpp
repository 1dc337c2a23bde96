#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "input_list.hpp"
#include "transcript.hpp"

namespace attend::tools {

/// Where transcripts go: exactly one of standard output, beside the inputs, or a folder.
struct Destination {
  bool beside = false;
  std::optional<std::filesystem::path> folder;

  bool standard_output() const { return !beside && !folder; }
};

struct OutputFile {
  Format format = Format::text;
  std::filesystem::path path;
};

/// The files of each input, in the order of `formats`; none for standard output. Makes no folder and touches no file.
/// Throws CommandError(exit_usage) if two inputs would share a file, or an output would replace an input.
std::vector<std::vector<OutputFile>> plan_outputs(const std::vector<Input>& inputs, const std::vector<Format>& formats,
                                                  const Destination& destination);

}  // namespace attend::tools
