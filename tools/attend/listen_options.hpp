#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "attend/attend.hpp"
#include "listen_address.hpp"
#include "recogniser_options.hpp"

namespace CLI {
class App;
}

namespace attend::tools {

enum class ListenFormat { captions, text, jsonl };

struct ListenOptions {
  RecogniserOptions recogniser;
  EndpointOptions endpoint;

  bool list_devices = false;
  std::string device;          ///< a number or a part of the name; empty: the default one
  std::optional<double> rate;  ///< Hz; unset: the device's own
  std::optional<int> channel;  ///< 1 for the first; unset: the mean of all
  std::string from;            ///< as written; empty: a device
  ListenAddress address;       ///< what `from` means
  std::optional<RawFormat> raw;
  bool once = false;

  std::optional<ListenFormat> format;  ///< unset: captions on a terminal, text elsewhere
  std::vector<std::filesystem::path> save;
  std::optional<std::filesystem::path> save_audio;
  bool overwrite = false;

  std::chrono::milliseconds lag{1500};
  std::chrono::milliseconds widest{2560};
  bool fixed_pace = false;
  std::optional<std::filesystem::path> record_pace, replay_pace;
};

/// Adds the options of `attend listen`; docs/listen.md describes them.
void add_listen_options(CLI::App& command, ListenOptions& options);

/// Refuses what does not go together. Throws CommandError(exit_usage).
void check_listen_options(const ListenOptions& options);

}  // namespace attend::tools
