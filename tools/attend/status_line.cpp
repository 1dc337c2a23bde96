#include "status_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "decimal.hpp"

namespace attend::tools {
namespace {

constexpr double lowest_dbfs = -60;
constexpr int meter_cells = 12;

std::string clock_time(double seconds) {
  const long long total = static_cast<long long>(seconds);
  char text[48];
  std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld", total / 3600, total / 60 % 60, total % 60);
  return text;
}

}  // namespace

std::string level_bar(double dbfs, int cells) {
  constexpr std::array parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double share = std::clamp((dbfs - lowest_dbfs) / -lowest_dbfs, 0.0, 1.0);
  const long eighths = std::lround(share * cells * 8);
  std::string bar;
  for (long i = 0; i < eighths / 8; ++i) bar += "█";
  const long rest = eighths % 8;
  bar += parts.at(static_cast<std::size_t>(rest));
  bar.append(static_cast<std::size_t>(cells - eighths / 8 - (rest > 0 ? 1 : 0)), ' ');
  return bar;
}

std::string status_line(const ListenStatus& status) {
  std::string line = clock_time(status.heard);
  if (status.finishing) {
    line += "  finishing, " + fixed(status.lag, 1) + " s to go";
  } else if (!status.connected) {
    line += "  waiting for sound";
  } else {
    char level[16];
    std::snprintf(level, sizeof level, "%4.0f dB", std::max(status.peak_dbfs, -99.0));
    line += "  ▕" + level_bar(status.peak_dbfs, meter_cells) + "▏" + level + "  lag " + fixed(status.lag, 1) + " s";
  }
  line += "  chunk " + std::to_string(status.chunk.count()) + " ms";
  if (status.lost > 0) line += "  lost " + std::to_string(status.lost);
  return line;
}

}  // namespace attend::tools
