// A program that is run for its standard output.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.hpp"
#include "frontend/byte_input.hpp"
#include "frontend/unique_fd.hpp"

namespace attend::frontend {

/// The child is ended and collected with this object at the latest. No shell, no signal handler: this process only ever reads from
/// the child, so it never meets SIGPIPE; the child starts with no signal blocked and SIGPIPE as usual.
class ChildProcess final : public ByteStream {
 public:
  /// `arguments[0]` is looked up as the shell would. `input` becomes the child's standard input; without one it reads nothing.
  /// ErrorCode::not_found if there is no such program.
  static Result<std::unique_ptr<ChildProcess>> start(const std::vector<std::string>& arguments, int input = -1);
  ~ChildProcess() override;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  std::size_t read(std::span<std::byte> bytes) override;
  int failure() const override { return failure_; }

  /// Takes no more output and waits for the child's end. True if it ended by itself with status 0.
  bool succeeded();
  /// The last line that it wrote to its standard error, as far as `read` has got.
  const std::string& last_words() const { return last_words_; }

 private:
  ChildProcess(pid_t child, UniqueFd output, UniqueFd errors);
  void listen();
  void wait();

  pid_t child_;
  UniqueFd output_, errors_;
  int failure_ = 0;
  std::string line_, last_words_;
  bool collected_ = false;
  int status_ = 0;
};

}  // namespace attend::frontend
