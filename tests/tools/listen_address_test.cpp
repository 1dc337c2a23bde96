#include "listen_address.hpp"

#include <gtest/gtest.h>

namespace attend::tools {
namespace {

TEST(ListenAddress, ReadsEveryForm) {
  EXPECT_EQ(parse_listen_address("-")->kind, ListenAddress::Kind::standard_input);
  const auto call = parse_listen_address("tcp://desk.example:7000");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->kind, ListenAddress::Kind::tcp);
  EXPECT_EQ(call->host + "|" + call->port, "desk.example|7000");
  EXPECT_EQ(parse_listen_address("tcp://[::1]:7000")->host, "::1");
  const auto host = parse_listen_address("tcp-listen://:7000");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->kind, ListenAddress::Kind::tcp_listen);
  EXPECT_EQ(host->host, "");
  EXPECT_EQ(parse_listen_address("tcp-listen://127.0.0.1:1")->host, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("unix:/run/sound")->path, "/run/sound");
}

TEST(ListenAddress, RefusesWhatIsNone) {
  for (const char* text :
       {"", "desk:7000", "tcp://", "tcp://desk", "tcp://:7000", "tcp://desk:0", "tcp://desk:65536", "tcp://desk:7x",
        "tcp://desk:", "tcp://::1:7000", "tcp://desk/path:7000", "tcp-listen://7000", "unix:", "udp://desk:7000"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

}  // namespace
}  // namespace attend::tools
