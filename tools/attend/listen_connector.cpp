#include "listen_connector.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

namespace attend::tools {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// A machine that is switched off does not answer; the system would go on calling it for two minutes.
constexpr std::chrono::seconds longest_call{10};

/// Notices within about half a minute that the other machine is gone without a word.
void keep_alive(int socket) {
  const int on = 1, idle = 10, interval = 5, count = 3;
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

template <typename Socket>
FileDescriptor take_over(Socket& socket) {
  error_code fault;
  FileDescriptor descriptor(socket.release(fault));
  return descriptor;
}

class StandardInput : public Connector {
 public:
  explicit StandardInput(asio::io_context& loop) : loop_(loop) {}

  void open(Opened opened) override {
    asio::post(loop_, [opened = std::move(opened)] {
      FileDescriptor copy(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
      const error_code fault = copy.open() ? error_code() : error_code(errno, boost::system::system_category());
      opened(fault, std::move(copy));
    });
  }
  void cancel() override {}
  bool opens_again() const override { return false; }

 private:
  asio::io_context& loop_;
};

class TcpCaller : public Connector {
 public:
  TcpCaller(asio::io_context& loop, ListenAddress address)
      : resolver_(loop), socket_(loop), patience_(loop), address_(std::move(address)) {}

  void open(Opened opened) override {
    resolver_.async_resolve(address_.host, address_.port,
                            [this, opened = std::move(opened)](const error_code& fault, const tcp::resolver::results_type& found) {
                              if (fault) return opened(fault, {});
                              connect(found, opened);
                            });
  }
  void cancel() override {
    resolver_.cancel();
    patience_.cancel();
    error_code ignored;
    socket_.close(ignored);
  }
  bool opens_again() const override { return true; }

 private:
  void connect(const tcp::resolver::results_type& found, const Opened& opened) {
    patience_.expires_after(longest_call);
    patience_.async_wait([this](const error_code& fault) {
      error_code ignored;
      if (!fault) socket_.close(ignored);
    });
    asio::async_connect(socket_, found, [this, opened](const error_code& fault, const tcp::endpoint&) {
      // Nothing is left to cancel when it is the end of patience that closed the socket, or is about to.
      if (patience_.cancel() == 0) return opened(asio::error::timed_out, {});
      if (fault) return opened(fault, {});
      FileDescriptor descriptor = take_over(socket_);
      keep_alive(descriptor.number());
      opened({}, std::move(descriptor));
    });
  }

  tcp::resolver resolver_;
  tcp::socket socket_;
  asio::steady_timer patience_;
  ListenAddress address_;
};

/// One caller at a time; the next one is taken when the first has hung up.
class TcpHost : public Connector {
 public:
  TcpHost(asio::io_context& loop, ListenAddress address)
      : resolver_(loop), acceptor_(loop), socket_(loop), address_(std::move(address)) {}

  void open(Opened opened) override {
    if (acceptor_.is_open()) return accept(std::move(opened));
    resolver_.async_resolve(address_.host, address_.port, tcp::resolver::passive,
                            [this, opened = std::move(opened)](const error_code& fault, const tcp::resolver::results_type& found) {
                              if (fault) return opened(fault, {});
                              if (const error_code unbound = bind(found.begin()->endpoint())) return opened(unbound, {});
                              accept(opened);
                            });
  }
  void cancel() override {
    resolver_.cancel();
    close();
  }
  bool opens_again() const override { return true; }
  bool waits() const override { return true; }

 private:
  void accept(Opened opened) {
    acceptor_.async_accept(socket_, [this, opened = std::move(opened)](const error_code& fault) {
      if (fault) return opened(fault, {});
      FileDescriptor descriptor = take_over(socket_);
      keep_alive(descriptor.number());
      opened({}, std::move(descriptor));
    });
  }
  void close() {
    error_code ignored;
    acceptor_.close(ignored);
  }

  /// All addresses of this machine are one address of IPv6, which takes callers of IPv4 as well.
  error_code bind(tcp::endpoint endpoint) {
    error_code fault;
    if (address_.host.empty()) endpoint.address(asio::ip::address_v6::any());
    acceptor_.open(endpoint.protocol(), fault);
    if (!fault) acceptor_.set_option(tcp::acceptor::reuse_address(true), fault);
    if (!fault && address_.host.empty()) acceptor_.set_option(asio::ip::v6_only(false), fault);
    if (!fault) acceptor_.bind(endpoint, fault);
    if (!fault) acceptor_.listen(1, fault);
    if (fault) close();
    return fault;
  }

  tcp::resolver resolver_;
  tcp::acceptor acceptor_;
  tcp::socket socket_;
  ListenAddress address_;
};

class UnixCaller : public Connector {
 public:
  UnixCaller(asio::io_context& loop, ListenAddress address) : socket_(loop), address_(std::move(address)) {}

  void open(Opened opened) override {
    constexpr std::size_t longest_path = 107;
    if (address_.path.size() > longest_path) {
      const error_code fault(ENAMETOOLONG, boost::system::system_category());
      asio::post(socket_.get_executor(), [fault, opened = std::move(opened)] { opened(fault, {}); });
      return;
    }
    socket_.async_connect(address_.path, [this, opened = std::move(opened)](const error_code& fault) {
      if (!fault) return opened({}, take_over(socket_));
      cancel();
      opened(fault, {});
    });
  }
  void cancel() override {
    error_code ignored;
    socket_.close(ignored);
  }
  bool opens_again() const override { return true; }

 private:
  asio::local::stream_protocol::socket socket_;
  ListenAddress address_;
};

}  // namespace

std::unique_ptr<Connector> make_connector(asio::io_context& loop, const ListenAddress& address) {
  switch (address.kind) {
    case ListenAddress::Kind::standard_input:
      return std::make_unique<StandardInput>(loop);
    case ListenAddress::Kind::tcp:
      return std::make_unique<TcpCaller>(loop, address);
    case ListenAddress::Kind::tcp_listen:
      return std::make_unique<TcpHost>(loop, address);
    case ListenAddress::Kind::unix_socket:
      return std::make_unique<UnixCaller>(loop, address);
  }
  return nullptr;
}

}  // namespace attend::tools
