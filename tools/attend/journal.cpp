#include "journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace attend::tools {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json word_to_row(const Word& word) {
  return json::array({word.text, word.start, word.end, word.confidence});
}

Word row_to_word(const json& row) {
  return {row.at(0).get<std::string>(), row.at(1).get<double>(), row.at(2).get<double>(), row.at(3).get<float>(), 1.0f};
}

json words_to_rows(const std::vector<Word>& words) {
  json rows = json::array();
  for (const Word& word : words) rows.push_back(word_to_row(word));
  return rows;
}

std::vector<Word> rows_to_words(const json& rows) {
  std::vector<Word> words;
  for (const json& row : rows) words.push_back(row_to_word(row));
  return words;
}

std::string segment_to_line(const Segment& segment) {
  json line{{"channel", segment.channel},
            {"segment", segment.number},
            {"begin", segment.begin},
            {"end", segment.end},
            {"audio_time", segment.audio_time},
            {"cause", static_cast<int>(segment.cause)},
            {"words", words_to_rows(segment.words)}};
  for (const Reading& reading : segment.alternatives) {
    line["alternatives"].push_back(json::array({reading.score, words_to_rows(reading.words)}));
  }
  return line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::optional<Segment> line_to_segment(const std::string& text) {
  const json line = json::parse(text, nullptr, false);
  if (!line.is_object()) return std::nullopt;
  try {
    Segment segment;
    segment.channel = line.at("channel").get<int>();
    segment.number = line.at("segment").get<std::int64_t>();
    segment.begin = line.at("begin").get<double>();
    segment.end = line.at("end").get<double>();
    segment.audio_time = line.at("audio_time").get<double>();
    segment.cause = static_cast<Cause>(line.at("cause").get<int>());
    segment.words = rows_to_words(line.at("words"));
    for (const json& reading : line.value("alternatives", json::array())) {
      segment.alternatives.push_back({reading.at(0).get<float>(), rows_to_words(reading.at(1))});
    }
    if (segment.channel < 0 || segment.channel > 4096) return std::nullopt;
    return segment;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string first_line(const std::string& fingerprint) {
  return json{{"attend_journal", 1}, {"fingerprint", fingerprint}}.dump() + "\n";
}

/// The next line that ends in a line feed, without it.
std::optional<std::string> whole_line(std::istream& stream) {
  std::string line;
  if (!std::getline(stream, line) || stream.eof()) return std::nullopt;
  return line;
}

[[noreturn]] void refuse(const fs::path& file, int fault) {
  throw std::runtime_error("The journal " + file.string() + " cannot be written (" + std::generic_category().message(fault) +
                           "); make room or choose another folder with --output-dir.");
}

}  // namespace

fs::path journal_path(const fs::path& folder, const fs::path& input_name) {
  return folder / (std::string(".") + input_name.string() + ".attend-journal");
}

Journal::Journal(fs::path file, const std::string& fingerprint, bool restart)
    : file_(std::move(file)), descriptor_(::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (!descriptor_.open()) refuse(file_, errno);
  // A file system without locks is no reason to stop.
  if (::flock(descriptor_.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw std::runtime_error("Another process is writing to the journal " + file_.string() + "; wait for it or end it.");
  }
  if (!restart) read_back(fingerprint);
  if (::ftruncate(descriptor_.number(), good_bytes_) != 0) refuse(file_, errno);
  if (good_bytes_ == 0) write_line(first_line(fingerprint));
}

void Journal::read_back(const std::string& fingerprint) {
  std::ifstream stream(file_, std::ios::binary);
  const std::string head = first_line(fingerprint);
  auto line = whole_line(stream);
  if (!line || *line + "\n" != head) return;
  good_bytes_ = static_cast<std::int64_t>(head.size());
  while ((line = whole_line(stream))) {
    const auto segment = line_to_segment(*line);
    if (!segment) return;
    note_resume_point(*segment);
    good_bytes_ += static_cast<std::int64_t>(line->size()) + 1;
  }
}

void Journal::note_resume_point(const Segment& segment) {
  const auto channel = static_cast<std::size_t>(segment.channel);
  if (resume_points_.size() <= channel) resume_points_.resize(channel + 1);
  resume_points_[channel] = {segment.end, segment.number + 1};
}

void Journal::replay(const std::function<void(const Segment&)>& tell) const {
  std::ifstream stream(file_, std::ios::binary);
  whole_line(stream);
  while (const auto line = whole_line(stream)) {
    if (const auto segment = line_to_segment(*line)) tell(*segment);
  }
}

ResumePoint Journal::resume_point(int channel) const {
  const auto index = static_cast<std::size_t>(channel);
  return index < resume_points_.size() ? resume_points_[index] : ResumePoint{};
}

void Journal::append(const Segment& segment) {
  write_line(segment_to_line(segment));
}

void Journal::write_line(const std::string& line) {
  ssize_t written = 0;
  do {
    written = ::write(descriptor_.number(), line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) refuse(file_, errno);
  if (static_cast<std::size_t>(written) != line.size()) refuse(file_, ENOSPC);
}

void Journal::remove() {
  ::unlink(file_.c_str());
  descriptor_.close();
}

}  // namespace attend::tools
