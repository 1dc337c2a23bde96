// Records through Microphone into a file of native 32 bit floats, for test_microphone.py. Prints a line of JSON when the device is
// open, when it stops by itself, and at the end. Exit status 1 and the failure's sentence on standard error if it does not open.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "capture/microphone.hpp"

namespace {

using attend::capture::Microphone;

int show_devices() {
  const auto devices = attend::capture::list_devices();
  if (!devices) {
    std::cerr << devices.error().message << '\n';
    return 1;
  }
  for (const auto& device : *devices) {
    std::cout << nlohmann::json{{"number", device.number},     {"name", device.name},         {"host", device.host},
                                {"channels", device.channels}, {"rate", device.default_rate}, {"default", device.is_default}}
              << std::endl;
  }
  return 0;
}

std::uint64_t drain(Microphone& microphone, std::ofstream& output) {
  std::vector<float> block(4096);
  std::uint64_t total = 0;
  while (const std::size_t count = microphone.read(block)) {
    output.write(reinterpret_cast<const char*>(block.data()), static_cast<std::streamsize>(count * sizeof(float)));
    total += count;
  }
  return total;
}

// Waits for the wake-up or for a person; false once standard input has ended.
bool wait(int wakes) {
  std::array<pollfd, 2> waiting = {{{wakes, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
  poll(waiting.data(), waiting.size(), 500);  // running() changes without a wake-up if the sound server hangs
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = read(wakes, &count, sizeof count);
  char byte = 0;
  return waiting[1].revents == 0 || read(STDIN_FILENO, &byte, 1) > 0;
}

int record(const attend::capture::MicrophoneOptions& options, double sleep, const std::string& path) {
  const int wakes = eventfd(0, EFD_NONBLOCK);
  auto microphone = Microphone::open(options, [wakes] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wakes, &one, sizeof one);
  });
  if (!microphone) {
    std::cerr << microphone.error().message << '\n';
    return 1;
  }
  std::cout << nlohmann::json{{"event", "open"}, {"device", microphone->device().name}, {"rate", microphone->rate()}} << std::endl;
  std::ofstream output(path, std::ios::binary);
  std::uint64_t samples = 0;
  usleep(static_cast<useconds_t>(sleep * 1e6));
  while (microphone->running() && wait(wakes)) {
    samples += drain(*microphone, output);
  }
  if (!microphone->running()) {
    std::cout << nlohmann::json{{"event", "stopped"}} << std::endl;
  }
  samples += drain(*microphone, output);
  output.close();
  std::cout << nlohmann::json{{"event", "end"}, {"samples", samples}, {"lost", microphone->lost()}} << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Records through attend::capture::Microphone");
  attend::capture::MicrophoneOptions options;
  bool list = false;
  double sleep = 0;
  std::string path = "/dev/null";
  program.add_flag("--list", list, "Show the devices instead");
  program.add_option("--device", options.device);
  program.add_option("--rate", options.rate);
  program.add_option("--channel", options.channel);
  program.add_option("--buffer", options.buffer_seconds);
  program.add_option("--sleep", sleep, "Seconds for which nothing is read at first");
  program.add_option("path", path);
  CLI11_PARSE(program, argc, argv);
  return list ? show_devices() : record(options, sleep, path);
}
