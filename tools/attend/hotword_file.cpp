#include "hotword_file.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "command.hpp"

namespace attend::tools {
namespace {

constexpr float heaviest = 100;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<float> read_weight(std::string_view text) {
  float weight = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (fault != std::errc() || end != text.data() + text.size() || !(weight > 0 && weight <= heaviest)) return std::nullopt;
  return weight;
}

Phrase read_line(std::string_view line, const std::filesystem::path& file, std::size_t number) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return {std::string(line), 1};
  const std::string_view weight_text = trimmed(line.substr(tab));
  const auto weight = read_weight(weight_text);
  if (!weight) {
    throw CommandError(exit_usage, file.string() + ", line " + std::to_string(number) + ": the weight '" +
                                       std::string(weight_text) + "' is not above 0 and at most 100; correct it or leave it out.");
  }
  return {std::string(trimmed(line.substr(0, tab))), *weight};
}

}  // namespace

std::vector<Phrase> read_hotwords(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::vector<Phrase> phrases;
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    std::string_view text = line;
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
    text = trimmed(text);
    if (!text.empty() && text.front() != '#') phrases.push_back(read_line(text, file, number));
  }
  if (!stream.eof()) {
    throw CommandError(exit_usage, file.string() + " cannot be read (" + std::generic_category().message(errno) +
                                       "); name a text file with a phrase a line.");
  }
  if (phrases.empty())
    throw CommandError(exit_usage, file.string() + " holds no phrase; write one a line or leave out --hotwords.");
  return phrases;
}

}  // namespace attend::tools
