#include "ordered_output.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

namespace attend::tools {
namespace {

/// As many temporary files are open at a time, at most.
constexpr std::size_t most_waiting = 64;

}  // namespace

/// A temporary file without a name.
struct OrderedOutput::Turn::Spool {
  struct Close {
    void operator()(std::FILE* handle) const { std::fclose(handle); }
  };

  Spool() : file(std::tmpfile()), stream(file ? ::fileno(file.get()) : -1) {
    if (!file)
      throw std::runtime_error(std::string("No temporary file can be made (") + std::generic_category().message(errno) +
                               "); use --jobs 1.");
  }

  void check() const {
    if (stream.fault() != 0) {
      throw std::runtime_error("A temporary file cannot be written (" + std::generic_category().message(stream.fault()) +
                               "); use --jobs 1.");
    }
  }

  std::unique_ptr<std::FILE, Close> file;
  OutputStream stream;
};

OrderedOutput::OrderedOutput(int descriptor, bool one_at_a_time) : out_(descriptor), direct_(one_at_a_time) {}

OrderedOutput::~OrderedOutput() = default;

OrderedOutput::Turn::Turn(OrderedOutput& output, std::size_t index) : output_(output), index_(index) {
  if (output.direct_) return;
  output.wait_until_near(index);
  try {
    spool_ = std::make_unique<Spool>();
  } catch (...) {
    output.deliver(index, nullptr);
    throw;
  }
}

OrderedOutput::Turn::~Turn() {
  try {
    finish();
  } catch (const std::exception&) {
    // `finish` tells whoever asks; here nobody does, and the next turn meets the same fault.
  }
}

std::ostream& OrderedOutput::Turn::stream() {
  return spool_ ? spool_->stream : output_.out_;
}

void OrderedOutput::Turn::flush() {
  if (spool_) {
    spool_->check();
    return;
  }
  output_.out_.flush();
  output_.check();
}

void OrderedOutput::Turn::finish() {
  if (std::exchange(finished_, true)) return;
  if (!spool_) {
    flush();
    return;
  }
  spool_->stream.flush();
  spool_->check();
  output_.deliver(index_, std::move(spool_));
}

void OrderedOutput::wait_until_near(std::size_t index) {
  std::unique_lock lock(mutex_);
  advanced_.wait(lock, [&] { return index < next_ + most_waiting; });
}

void OrderedOutput::deliver(std::size_t index, std::unique_ptr<Turn::Spool> spool) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(index, std::move(spool));
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; first = waiting_.erase(first)) {
    ++next_;
    if (first->second) copy(*first->second);
  }
  advanced_.notify_all();
  check();
}

void OrderedOutput::copy(Turn::Spool& spool) {
  std::array<char, 1 << 16> block{};
  std::rewind(spool.file.get());
  for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), spool.file.get())) > 0;) {
    out_.write(block.data(), static_cast<std::streamsize>(count));
  }
  out_.flush();
}

void OrderedOutput::check() const {
  if (out_.fault() == EPIPE) throw ReaderGone();
  if (out_.fault() != 0) {
    throw std::runtime_error("Standard output cannot be written (" + std::generic_category().message(out_.fault()) +
                             "); make room for it.");
  }
}

}  // namespace attend::tools
