#include "listen_address.hpp"

#include <charconv>

namespace attend::tools {
namespace {

bool is_port(std::string_view text) {
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size() && number >= 1 && number <= 65535;
}

/// "HOST:PORT" or "[ADDRESS]:PORT".
bool split_host_port(std::string_view text, ListenAddress& address) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return false;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":/[]") != std::string_view::npos) {
    return false;
  }
  address.host = host;
  address.port = text.substr(colon + 1);
  return true;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress address;
  if (text == "-") return address;
  if (take_prefix(text, "tcp://")) {
    address.kind = ListenAddress::Kind::tcp;
    if (split_host_port(text, address) && !address.host.empty()) return address;
  } else if (take_prefix(text, "tcp-listen://")) {
    address.kind = ListenAddress::Kind::tcp_listen;
    if (split_host_port(text, address)) return address;
  } else if (take_prefix(text, "unix:")) {
    address.kind = ListenAddress::Kind::unix_socket;
    address.path = text;
    if (!text.empty()) return address;
  }
  return std::nullopt;
}

}  // namespace attend::tools
