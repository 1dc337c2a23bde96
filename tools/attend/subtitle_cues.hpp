#pragma once

#include <string>
#include <vector>

#include "transcript.hpp"

namespace attend::tools {

/// What is shown at one time: one or two lines of at most 42 characters, at most 7 s. (The common limits of broadcasters, e.g.
/// BBC Subtitle Guidelines and Netflix Timed Text Style Guide.)
struct Cue {
  double start = 0, end = 0;
  std::vector<std::string> lines;
};

inline constexpr std::size_t cue_line_characters = 42;
inline constexpr std::size_t cue_lines = 2;
inline constexpr double cue_longest = 7.0;

/// Cuts a passage into cues, so that as few as possible end elsewhere than after a mark or before a pause.
/// `prefix` stands before the text of each cue's first line and counts into its length.
std::vector<Cue> break_into_cues(const Passage& passage, const std::string& prefix = {});

}  // namespace attend::tools
