#include "input_list.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>
#include <system_error>

namespace attend::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> raw_extensions{".raw", ".pcm"};
constexpr std::array<std::string_view, 29> audio_extensions{
    ".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif",  ".aifc", ".au",  ".snd", ".caf", ".w64", ".rf64",
    ".m4a", ".m4b",  ".mp4",  ".aac", ".wma", ".amr",  ".mka", ".mkv",  ".webm", ".mov",  ".avi", ".3gp", ".ac3", ".mpg"};

bool is_recording(const fs::path& file, bool raw) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return raw ? std::ranges::find(raw_extensions, extension) != raw_extensions.end()
             : std::ranges::find(audio_extensions, extension) != audio_extensions.end();
}

class Lister {
 public:
  explicit Lister(bool raw) : raw_(raw) {}

  void add(const fs::path& argument) {
    std::error_code fault;
    const fs::file_status status = fs::status(argument, fault);
    if (argument == "-") {
      add_file(argument, "stdin");
    } else if (!fs::exists(status)) {
      list_.faults.push_back(argument.string() + " does not exist or cannot be reached; check its name.");
    } else if (fs::is_directory(status)) {
      const std::size_t before = list_.inputs.size() + list_.faults.size();
      visit(argument, {});
      if (list_.inputs.size() + list_.faults.size() == before && !again_) {
        list_.faults.push_back(argument.string() + " holds no recordings; name files directly if their extension is unusual.");
      }
    } else {
      add_file(argument, argument.filename());
    }
  }

  InputList take() { return std::move(list_); }

 private:
  void add_file(const fs::path& path, const fs::path& place) {
    std::error_code fault;
    again_ = !files_.insert(fs::absolute(path, fault).lexically_normal()).second;
    if (again_) return;
    Input input{path, place, std::nullopt};
    if (fs::is_regular_file(path, fault)) input.bytes = fs::file_size(path, fault);
    if (fault) input.bytes.reset();
    list_.inputs.push_back(std::move(input));
  }

  /// Depth first, by name. A folder is known by its canonical path, so a link back to it ends there.
  void visit(const fs::path& folder, const fs::path& place) {
    std::error_code fault;
    const fs::path canonical = fs::canonical(folder, fault);
    again_ = !folders_.insert(canonical).second;
    if (again_) return;
    std::vector<fs::path> names;
    fs::directory_iterator entry(folder, fault);
    for (; !fault && entry != fs::directory_iterator(); entry.increment(fault)) names.push_back(entry->path().filename());
    if (fault) list_.faults.push_back(folder.string() + " cannot be listed (" + fault.message() + "); check its permissions.");
    std::ranges::sort(names);
    for (const fs::path& name : names) {
      if (!name.string().starts_with('.')) visit_entry(folder / name, place / name);
    }
  }

  void visit_entry(const fs::path& path, const fs::path& place) {
    std::error_code fault;
    const fs::file_status status = fs::status(path, fault);
    if (fs::is_directory(status)) {
      visit(path, place);
    } else if (fs::is_regular_file(status) && is_recording(path, raw_)) {
      add_file(path, place);
    }
  }

  bool raw_;
  bool again_ = false;  ///< what was added last had been listed before
  InputList list_;
  std::set<fs::path> files_, folders_;
};

}  // namespace

InputList list_inputs(const std::vector<std::string>& arguments, bool raw) {
  Lister lister(raw);
  for (const std::string& argument : arguments) lister.add(argument);
  return lister.take();
}

}  // namespace attend::tools
