#include "listen_stream_source.hpp"

#include <poll.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <cerrno>
#include <utility>

#include "decimal.hpp"

namespace attend::tools {

namespace asio = boost::asio;
using boost::system::error_code;

StreamSource::StreamSource(asio::io_context& loop, std::string name, std::unique_ptr<Connector> connector, const RawFormat& format,
                           bool once)
    : name_(name == "-" ? "standard input" : std::move(name)),
      connector_(std::move(connector)),
      format_(format),
      once_(once || !connector_->opens_again()),
      descriptor_(loop),
      timer_(loop) {}

StreamSource::~StreamSource() = default;

void StreamSource::start(SourceListener& listener) {
  listener_ = &listener;
  open();
}

void StreamSource::open() {
  connector_->open([this](const error_code& fault, FileDescriptor descriptor) { on_opened(fault, std::move(descriptor)); });
}

void StreamSource::on_opened(const error_code& fault, FileDescriptor descriptor) {
  if (listener_ == nullptr || fault == asio::error::operation_aborted) return;
  if (fault) {
    const std::string why = name_ + " cannot be reached: " + fault.message();
    if (once_) return listener_->sound_ends(why + ".");
    return try_again(why);
  }
  descriptor_.assign(descriptor.release());
  decoder_.emplace(format_);
  begun_ = false;
  read();
}

void StreamSource::read() {
  if (reading_ || paused_ || listener_ == nullptr || !descriptor_.is_open()) return;
  reading_ = true;
  descriptor_.async_read_some(asio::buffer(buffer_), [this](const error_code& fault, std::size_t count) {
    if (fault != asio::error::operation_aborted) on_bytes(fault, count);
  });
}

void StreamSource::on_bytes(const error_code& fault, std::size_t count) {
  reading_ = false;
  if (listener_ == nullptr) return;
  if (fault) return on_closed(fault);
  if (!begun_) {
    if (refuse_container(count)) return;
    begun_ = true;
    told_failure_ = false;
    delay_.succeeded();
    listener_->sound_begins(format_.sample_rate);
  }
  samples_.clear();
  decoder_->decode(std::span(buffer_).first(count), samples_);
  listener_->sound(samples_);
  read();
}

bool StreamSource::refuse_container(std::size_t count) {
  if (!looks_like_container(std::span(buffer_).first(count))) return false;
  SourceListener& listener = *listener_;
  stop();
  listener.sound_ends(name_ +
                      " gives a file with a header where headerless PCM is expected; let 'ffmpeg -i FILE -f s16le -ac 1 "
                      "-ar 16000 -' take the sound out, or use 'attend transcribe'.");
  return true;
}

void StreamSource::on_closed(const error_code& fault) {
  const bool regular = fault == asio::error::eof;
  error_code ignored;
  descriptor_.close(ignored);
  if (once_) return listener_->sound_ends(regular ? std::string() : name_ + " broke off: " + fault.message() + ".");
  try_again(regular ? name_ + " has closed the connection" : name_ + " broke off: " + fault.message());
}

/// Says so once for each break, and when the waiting begins to be long.
void StreamSource::try_again(const std::string& why) {
  const bool waits = connector_->waits() && begun_;
  const auto delay = waits ? std::chrono::milliseconds(0) : delay_.next();
  if (!told_failure_ || begun_) {
    listener_->sound_breaks(why +
                            (waits ? "; waiting for the next one."
                                   : "; trying again, at first after " + fixed(std::chrono::duration<double>(delay).count(), 1) +
                                         " s, then more and more rarely, until it is there."));
  }
  told_failure_ = true;
  begun_ = false;
  timer_.expires_after(delay);
  timer_.async_wait([this](const error_code& fault) {
    if (!fault && listener_ != nullptr) open();
  });
}

void StreamSource::resume() {
  paused_ = false;
  read();
}

/// What the pipe or socket holds already was said before the stop.
void StreamSource::drain() {
  if (!descriptor_.is_open() || !begun_) return;
  constexpr std::size_t most = 1 << 16;  // what a pipe holds; a writer that is faster than this loop must not keep it
  for (std::size_t taken = 0; taken < most;) {
    pollfd ready{descriptor_.native_handle(), POLLIN, 0};
    if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLIN) == 0) return;
    const ssize_t count = ::read(descriptor_.native_handle(), buffer_.data(), buffer_.size());
    if (count <= 0) return;
    taken += static_cast<std::size_t>(count);
    samples_.clear();
    decoder_->decode(std::span(buffer_).first(static_cast<std::size_t>(count)), samples_);
    listener_->sound(samples_);
  }
}

void StreamSource::stop() {
  if (listener_ == nullptr) return;
  drain();
  listener_ = nullptr;
  connector_->cancel();
  timer_.cancel();
  error_code ignored;
  descriptor_.close(ignored);
}

}  // namespace attend::tools
