#include "queued_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "file_descriptor.hpp"

namespace attend::tools {

struct QueuedWriter::State {
  State(int number, std::size_t limit, std::function<void()> call)
      : descriptor(::fcntl(number, F_DUPFD_CLOEXEC, 3)), most(limit), changed(std::move(call)) {
    if (!descriptor.open()) fault = errno;
  }

  /// A copy: a thread that is left behind must not write to a number that is somebody else's by then.
  const FileDescriptor descriptor;
  const std::size_t most;
  std::mutex mutex;
  std::condition_variable work, progress;
  std::deque<std::string> queue;
  std::size_t waiting = 0;  ///< bytes of the queue and of the write in progress
  int fault = 0;
  bool closing = false;
  std::function<void()> changed;
};

namespace {

/// Writes the beginning of it. Returns the count, 0 if it has to be tried again, or -1 with errno.
ssize_t write_some(int descriptor, std::string_view bytes) {
  const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
  if (written >= 0) return written;
  if (errno == EAGAIN) {
    pollfd writable{descriptor, POLLOUT, 0};
    ::poll(&writable, 1, -1);
    return 0;
  }
  return errno == EINTR ? 0 : -1;
}

}  // namespace

QueuedWriter::QueuedWriter(int descriptor, std::size_t most, std::function<void()> changed)
    : state_(std::make_shared<State>(descriptor, most, std::move(changed))) {
  std::thread([state = state_] { work(state); }).detach();
}

QueuedWriter::~QueuedWriter() {
  const std::lock_guard lock(state_->mutex);
  state_->closing = true;
  state_->changed = nullptr;
  state_->work.notify_one();
}

void QueuedWriter::work(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (true) {
    state->work.wait(lock, [&] { return state->closing || !state->queue.empty(); });
    if (state->closing) return;
    const std::string bytes = std::move(state->queue.front());
    state->queue.pop_front();
    for (std::string_view rest = bytes; !rest.empty() && state->fault == 0 && !state->closing;) {
      lock.unlock();
      const ssize_t written = write_some(state->descriptor.number(), rest);
      const int fault = written < 0 ? errno : 0;
      lock.lock();
      if (fault != 0) {
        state->fault = fault;
        state->queue.clear();
        state->waiting = 0;
      } else {
        rest.remove_prefix(static_cast<std::size_t>(written));
        state->waiting -= static_cast<std::size_t>(written);
      }
    }
    if (state->waiting > 0) continue;
    state->progress.notify_all();
    if (state->changed) state->changed();
  }
}

bool QueuedWriter::write(std::string bytes) {
  const std::lock_guard lock(state_->mutex);
  if (bytes.empty() || state_->fault != 0) return true;
  if (state_->waiting + bytes.size() > state_->most) return false;
  state_->waiting += bytes.size();
  state_->queue.push_back(std::move(bytes));
  state_->work.notify_one();
  return true;
}

std::size_t QueuedWriter::waiting() const {
  const std::lock_guard lock(state_->mutex);
  return state_->waiting;
}

int QueuedWriter::fault() const {
  const std::lock_guard lock(state_->mutex);
  return state_->fault;
}

bool QueuedWriter::wait(std::chrono::milliseconds longest) const {
  std::unique_lock lock(state_->mutex);
  return state_->progress.wait_for(lock, longest, [&] { return state_->waiting == 0; });
}

}  // namespace attend::tools
