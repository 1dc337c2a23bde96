#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attend/attend.hpp"
#include "listen_connector.hpp"
#include "listen_source.hpp"
#include "pcm_decoder.hpp"
#include "retry_delay.hpp"

namespace attend::tools {

/// Headerless PCM from standard input or a socket. A socket that closes or cannot be had is tried again, after growing delays;
/// standard input ends once.
class StreamSource : public Source {
 public:
  /// `name`: as the user wrote it. `once`: the first end is the end, and so is a failure to connect.
  StreamSource(boost::asio::io_context& loop, std::string name, std::unique_ptr<Connector> connector, const RawFormat& format,
               bool once);
  ~StreamSource() override;

  const std::string& name() const override { return name_; }
  void start(SourceListener& listener) override;
  void pause() override { paused_ = true; }
  void resume() override;
  void stop() override;

 private:
  void open();
  void on_opened(const boost::system::error_code& fault, FileDescriptor descriptor);
  void read();
  void on_bytes(const boost::system::error_code& fault, std::size_t count);
  bool refuse_container(std::size_t count);
  void on_closed(const boost::system::error_code& fault);
  void try_again(const std::string& why);
  void drain();

  std::string name_;
  std::unique_ptr<Connector> connector_;
  RawFormat format_;
  bool once_;
  SourceListener* listener_ = nullptr;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  std::optional<PcmDecoder> decoder_;
  RetryDelay delay_;
  bool reading_ = false, paused_ = false, begun_ = false, told_failure_ = false;
  std::array<std::byte, 1 << 14> buffer_{};
  std::vector<std::int16_t> samples_;
};

}  // namespace attend::tools
