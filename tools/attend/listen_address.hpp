#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace attend::tools {

/// Where raw sound comes from, as `--from` names it.
struct ListenAddress {
  enum class Kind { standard_input, tcp, tcp_listen, unix_socket };
  Kind kind = Kind::standard_input;
  std::string host;  ///< tcp and tcp_listen; empty for tcp_listen: all addresses of this machine
  std::string port;
  std::string path;  ///< unix_socket
};

/// "-", "tcp://HOST:PORT", "tcp-listen://HOST:PORT", "tcp-listen://:PORT", "unix:PATH"; an IPv6 address stands in brackets.
/// Nothing if the text is none of these.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

/// What parse_listen_address accepts, for error messages.
inline constexpr std::string_view listen_address_forms =
    "-, tcp://HOST:PORT, tcp-listen://HOST:PORT (or tcp-listen://:PORT) or unix:PATH";

}  // namespace attend::tools
