#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace attend::tools {

/// A word and where it is spoken, in seconds.
struct SpokenWord {
  std::string word;
  double start = 0, end = 0;
};

/// Spoken words of recordings, by id.
using WordTimes = std::unordered_map<std::string, std::vector<SpokenWord>>;

/// Reads JSON lines of id and words (word, start, end), as scripts/align_words.py writes them. Throws attend::Error, naming file
/// and line, for a line that is not so, for words that end before they start or before the word in front, and for an id that occurs
/// twice.
WordTimes read_word_times(const std::filesystem::path& file);

/// Where each word of a normalised reference is spoken. A spoken word that is written as several ("don't": "do not") gives its
/// times to each. Nothing if the spoken words are not those of the reference.
std::optional<std::vector<SpokenWord>> times_of(std::span<const std::string> reference, std::span<const SpokenWord> spoken);

}  // namespace attend::tools
