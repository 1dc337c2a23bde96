#include "frontend/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

extern "C" char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves the declaration to the program

namespace attend::frontend {
namespace {

constexpr std::size_t longest_line = 400;

struct Pipe {
  UniqueFd from, to;
};

/// Ends above the three standard descriptors, also if the host has closed those, so that none is overwritten in the child.
Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorCode::unreadable, std::generic_category().message(errno));
  const UniqueFd from(ends[0]), to(ends[1]);
  Pipe pipe{UniqueFd(fcntl(from.get(), F_DUPFD_CLOEXEC, 3)), UniqueFd(fcntl(to.get(), F_DUPFD_CLOEXEC, 3))};
  if (!pipe.from || !pipe.to) return fail(ErrorCode::unreadable, std::generic_category().message(errno));
  return pipe;
}

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void connect(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void open_null(int to) { posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDONLY, 0); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// A host's blocked or ignored signals are not the child's business.
class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t set;
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes_, &set);
    sigaddset(&set, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes_, &set);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::vector<std::string>& arguments, int input) {
  auto output = make_pipe();
  if (!output) return tl::unexpected(std::move(output.error()));
  auto errors = make_pipe();
  if (!errors) return tl::unexpected(std::move(errors.error()));

  FileActions files;
  if (input >= 0) {
    files.connect(input, STDIN_FILENO);
  } else {
    files.open_null(STDIN_FILENO);
  }
  files.connect(output->to.get(), STDOUT_FILENO);
  files.connect(errors->to.get(), STDERR_FILENO);

  std::vector<std::string> copies = arguments;  // posix_spawn's signature asks for writable strings
  std::vector<char*> pointers;
  pointers.reserve(copies.size() + 1);
  for (auto& copy : copies) pointers.push_back(copy.data());
  pointers.push_back(nullptr);

  pid_t child = 0;
  const Attributes attributes;
  const int error = posix_spawnp(&child, pointers[0], files.get(), attributes.get(), pointers.data(), environ);
  if (error == ENOENT) return fail(ErrorCode::not_found, "there is no program " + arguments[0]);
  if (error != 0) return fail(ErrorCode::unreadable, std::generic_category().message(error));
  return std::unique_ptr<ChildProcess>(new ChildProcess(child, std::move(output->from), std::move(errors->from)));
}

ChildProcess::ChildProcess(pid_t child, UniqueFd output, UniqueFd errors)
    : child_(child), output_(std::move(output)), errors_(std::move(errors)) {}

ChildProcess::~ChildProcess() {
  if (collected_) return;
  kill(child_, SIGKILL);
  wait();
}

std::size_t ChildProcess::read(std::span<std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size() && output_) {
    // Both pipes, because a child whose complaints nobody reads would wait for ever.
    std::array<pollfd, 2> ready{pollfd{output_.get(), POLLIN, 0},
                                pollfd{errors_.get(), POLLIN, 0}};  // a closed one, -1, is passed over
    if (poll(ready.data(), ready.size(), -1) < 0) {
      if (errno == EINTR) continue;
      failure_ = errno;
      break;
    }
    if (ready[1].revents != 0) listen();
    if (ready[0].revents == 0) continue;
    const ssize_t count = ::read(output_.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) failure_ = errno;
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else {
      output_.reset();
    }
  }
  return done;
}

/// Reads what is waiting on the child's standard error and keeps the last line that says something.
void ChildProcess::listen() {
  std::array<char, 4096> block{};
  const ssize_t count = ::read(errors_.get(), block.data(), block.size());
  if (count < 0 && errno == EINTR) return;
  if (count <= 0) return errors_.reset();
  for (const char c : std::span(block).first(static_cast<std::size_t>(count))) {
    if (c != '\n' && c != '\r') {
      if (line_.size() < longest_line) line_ += c;
    } else if (!line_.empty()) {
      last_words_ = std::exchange(line_, {});
    }
  }
}

bool ChildProcess::succeeded() {
  output_.reset();  // a child that still writes gets SIGPIPE instead of waiting for ever
  while (errors_) listen();
  if (!line_.empty()) last_words_ = std::exchange(line_, {});
  wait();
  return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
}

void ChildProcess::wait() {
  if (collected_) return;
  while (waitpid(child_, &status_, 0) < 0) {
    // ECHILD: the host collects all children itself; the status is lost, and 0 is what is left to assume.
    if (errno != EINTR) break;
  }
  collected_ = true;
}

}  // namespace attend::frontend
