#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "capture/microphone.hpp"
#include "listen_source.hpp"
#include "retry_delay.hpp"

namespace attend::tools {

/// A sound device. One that vanishes is waited for, after growing delays. Opening asks the sound system, which takes seconds, so a
/// thread of its own does it.
class MicrophoneSource : public Source {
 public:
  MicrophoneSource(boost::asio::io_context& loop, capture::MicrophoneOptions options);
  ~MicrophoneSource() override;

  /// The device as it was asked for, until it is open; then by its name.
  const std::string& name() const override { return name_; }
  void start(SourceListener& listener) override;
  void pause() override { paused_ = true; }
  void resume() override;
  void stop() override;

 private:
  using Opened = Result<std::unique_ptr<capture::Microphone>>;

  void open();
  void on_opened(Opened opened);
  void wait_for_sound();
  void watch();
  void take_sound();
  void on_vanished();
  void close();
  void try_again();

  boost::asio::io_context& loop_;
  capture::MicrophoneOptions options_;
  std::string name_;
  SourceListener* listener_ = nullptr;
  boost::asio::posix::stream_descriptor wake_;
  boost::asio::steady_timer retry_, watch_;
  RetryDelay delay_;
  std::unique_ptr<capture::Microphone> microphone_;
  std::uint64_t lost_ = 0;
  bool paused_ = false, heard_before_ = false;
  std::vector<float> block_;
  std::vector<std::int16_t> samples_;
  boost::asio::thread_pool opener_{1};
};

}  // namespace attend::tools
