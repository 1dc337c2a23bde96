#include "ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "file_descriptor.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path ledger_file(const fs::path& folder) {
  return folder / ".attend-finished";
}

std::map<std::string, Ledger::Entry> read_ledger(const fs::path& file) {
  std::map<std::string, Ledger::Entry> entries;
  std::ifstream stream(file, std::ios::binary);
  for (std::string text; std::getline(stream, text);) {
    const json line = json::parse(text, nullptr, false);
    if (!line.is_object()) continue;
    try {
      entries[line.at("output").get<std::string>()] = {line.at("fingerprint").get<std::string>(), line.at("complete").get<bool>()};
    } catch (const json::exception&) {
      continue;
    }
  }
  return entries;
}

/// File names are bytes; those that are no UTF-8 are escaped so that JSON can hold them.
std::string key_of(const fs::path& output) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string key;
  for (const char c : output.filename().string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e || c == '%') {
      key += {'%', digits[byte >> 4], digits[byte & 15]};
    } else {
      key += c;
    }
  }
  return key;
}

}  // namespace

bool Ledger::is_finished(const fs::path& output, const std::string& fingerprint) {
  const std::lock_guard lock(mutex_);
  const Folder& entries = folder(output.parent_path());
  const auto entry = entries.find(key_of(output));
  std::error_code ignored;
  return entry != entries.end() && entry->second.complete && entry->second.fingerprint == fingerprint &&
         fs::exists(output, ignored);
}

bool Ledger::knows(const fs::path& output) {
  const std::lock_guard lock(mutex_);
  return folder(output.parent_path()).contains(key_of(output));
}

void Ledger::record(const fs::path& output, const Entry& entry) {
  const std::lock_guard lock(mutex_);
  folder(output.parent_path())[key_of(output)] = entry;
  // The line feed in front parts it from a line that a dying process left unfinished.
  const json object{{"output", key_of(output)}, {"fingerprint", entry.fingerprint}, {"complete", entry.complete}};
  const std::string line = "\n" + object.dump() + "\n";
  const fs::path file = ledger_file(output.parent_path());
  const FileDescriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!descriptor.open() || ::write(descriptor.number(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw std::runtime_error(file.string() + " cannot be written (" + std::generic_category().message(errno) +
                             "); make room or choose another folder with --output-dir.");
  }
}

Ledger::Folder& Ledger::folder(const fs::path& path) {
  const auto known = folders_.find(path);
  if (known != folders_.end()) return known->second;
  return folders_.emplace(path, read_ledger(ledger_file(path))).first->second;
}

}  // namespace attend::tools
