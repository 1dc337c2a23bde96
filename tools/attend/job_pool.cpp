#include "job_pool.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

namespace attend::tools {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::seconds patience{5};
/// A signal to a process and its group, as timeout(1) sends it, arrives twice and means one thing.
constexpr std::chrono::milliseconds same_signal{500};

/// Waits for signals on the thread that waits for the jobs.
class Interruption {
 public:
  Interruption(asio::io_context& context, std::stop_source stop, std::function<void()> abandon)
      : signals_(context, SIGINT, SIGTERM), timer_(context), stop_(std::move(stop)), abandon_(std::move(abandon)) {
    wait();
  }

  /// The jobs are done; nothing keeps the context busy any longer.
  void end() {
    signals_.cancel();
    timer_.cancel();
  }

  bool happened() const { return first_.has_value(); }

 private:
  void wait() {
    signals_.async_wait([this](const error_code& fault, int) {
      if (!fault) on_signal();
    });
  }

  void on_signal() {
    const auto now = std::chrono::steady_clock::now();
    if (!first_) {
      first_ = now;
      stop_.request_stop();
      timer_.expires_after(patience);
      timer_.async_wait([this](const error_code& fault) {
        if (!fault) abandon_();
      });
    } else if (now - *first_ > same_signal) {
      abandon_();
    }
    wait();
  }

  asio::signal_set signals_;
  asio::steady_timer timer_;
  std::stop_source stop_;
  std::function<void()> abandon_;
  std::optional<std::chrono::steady_clock::time_point> first_;
};

}  // namespace

bool run_jobs(std::size_t count, int threads, std::stop_source stop, const std::function<void(std::size_t)>& job,
              const std::function<void()>& abandon) {
  if (count == 0) return false;
  asio::io_context context;
  Interruption interruption(context, stop, abandon);
  asio::thread_pool pool(static_cast<std::size_t>(threads));
  std::atomic<std::size_t> left = count;
  for (std::size_t i = 0; i < count; ++i) {
    asio::post(pool, [&, i] {
      if (!stop.stop_requested()) job(i);
      if (--left == 0) asio::post(context, [&] { interruption.end(); });
    });
  }
  context.run();
  pool.join();
  return interruption.happened();
}

}  // namespace attend::tools
