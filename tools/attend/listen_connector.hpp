#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>

#include "file_descriptor.hpp"
#include "listen_address.hpp"

namespace attend::tools {

/// Opens what raw sound is read from, as often as it is asked.
class Connector {
 public:
  using Opened = std::function<void(const boost::system::error_code& fault, FileDescriptor descriptor)>;

  virtual ~Connector() = default;
  /// Calls back once, later, on the loop's thread; after cancel() with an error or not at all.
  virtual void open(Opened opened) = 0;
  virtual void cancel() = 0;
  /// Whether there is more to be had after its end: not from standard input.
  virtual bool opens_again() const = 0;
  /// Whether it waits for somebody to call, so that there is no reason to wait before opening again.
  virtual bool waits() const { return false; }
};

std::unique_ptr<Connector> make_connector(boost::asio::io_context& loop, const ListenAddress& address);

}  // namespace attend::tools
