#include "listen_microphone_source.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cmath>
#include <utility>

#include "file_descriptor.hpp"
#include "sample16.hpp"

namespace attend::tools {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// A device that gives nothing any more wakes nobody: it is asked so often whether it still runs.
constexpr std::chrono::seconds pause_between_looks{1};
constexpr std::size_t block_samples = 4096;

}  // namespace

MicrophoneSource::MicrophoneSource(asio::io_context& loop, capture::MicrophoneOptions options)
    : loop_(loop),
      options_(std::move(options)),
      name_(options_.device.empty() ? "the microphone" : options_.device),
      wake_(loop, ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      retry_(loop),
      watch_(loop),
      block_(block_samples) {}

MicrophoneSource::~MicrophoneSource() {
  opener_.join();
}

void MicrophoneSource::start(SourceListener& listener) {
  listener_ = &listener;
  wait_for_sound();
  open();
}

void MicrophoneSource::open() {
  // A descriptor of the microphone's own: a microphone may outlive this object, whose descriptor's number another file has then.
  auto wake = std::make_shared<FileDescriptor>(::fcntl(wake_.native_handle(), F_DUPFD_CLOEXEC, 3));
  asio::post(opener_, [this, wake = std::move(wake), work = asio::make_work_guard(loop_)] {
    auto microphone = capture::Microphone::open(options_, [wake] {
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t written = ::write(wake->number(), &one, sizeof one);
    });
    // Handlers are copied here and there, a microphone cannot be.
    auto opened = std::make_shared<Opened>(microphone ? Opened(std::make_unique<capture::Microphone>(std::move(*microphone)))
                                                      : Opened(tl::unexpected(microphone.error())));
    asio::post(loop_, [this, opened] { on_opened(std::move(*opened)); });
  });
}

void MicrophoneSource::on_opened(Opened opened) {
  if (listener_ == nullptr) return;
  if (!opened) {
    if (heard_before_) return try_again();
    SourceListener& listener = *std::exchange(listener_, nullptr);
    error_code ignored;
    wake_.cancel(ignored);
    return listener.sound_ends(opened.error().message);
  }
  microphone_ = std::move(*opened);
  name_ = microphone_->device().name;
  lost_ = 0;
  delay_.succeeded();
  heard_before_ = true;
  listener_->sound_begins(static_cast<int>(std::lround(microphone_->rate())));
  watch();
}

void MicrophoneSource::wait_for_sound() {
  wake_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& fault) {
    if (fault || listener_ == nullptr) return;
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.native_handle(), &count, sizeof count);
    take_sound();
    if (listener_ != nullptr) wait_for_sound();
  });
}

void MicrophoneSource::watch() {
  watch_.expires_after(pause_between_looks);
  watch_.async_wait([this](const error_code& fault) {
    if (fault || listener_ == nullptr || !microphone_) return;
    take_sound();
    if (microphone_) watch();
  });
}

void MicrophoneSource::take_sound() {
  if (!microphone_ || paused_) return;
  const bool running = microphone_->running();
  while (const std::size_t count = microphone_->read(block_)) {
    samples_.clear();
    for (std::size_t i = 0; i < count; ++i) samples_.push_back(to_sample16(block_[i]));
    listener_->sound(samples_);
  }
  if (const std::uint64_t lost = microphone_->lost(); lost > lost_) listener_->samples_lost(lost - std::exchange(lost_, lost));
  if (!running) on_vanished();
}

void MicrophoneSource::on_vanished() {
  watch_.cancel();
  close();
  listener_->sound_breaks(name_ + " has stopped or was unplugged; waiting until it is back.");
  try_again();
}

/// May wait for a sound system that has died, so the thread that opens also closes.
void MicrophoneSource::close() {
  asio::post(opener_, [gone = std::shared_ptr<capture::Microphone>(std::move(microphone_))]() mutable { gone.reset(); });
}

void MicrophoneSource::try_again() {
  retry_.expires_after(delay_.next());
  retry_.async_wait([this](const error_code& fault) {
    if (!fault && listener_ != nullptr) open();
  });
}

void MicrophoneSource::resume() {
  paused_ = false;
  asio::post(loop_, [this] {
    if (listener_ != nullptr) take_sound();
  });
}

void MicrophoneSource::stop() {
  if (listener_ == nullptr) return;
  paused_ = false;  // what waits was said before the stop
  take_sound();
  listener_ = nullptr;
  retry_.cancel();
  watch_.cancel();
  error_code ignored;
  wake_.cancel(ignored);
  close();
}

}  // namespace attend::tools
