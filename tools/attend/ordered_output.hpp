#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <stdexcept>

#include "output_stream.hpp"

namespace attend::tools {

/// Whoever read our standard output has closed it: no failure, but no reason to go on.
class ReaderGone : public std::runtime_error {
 public:
  ReaderGone() : std::runtime_error("Standard output was closed.") {}
};

/// Standard output, shared by inputs that are transcribed at the same time and appear in their order. With one worker each writes
/// directly, as it hears; with several each writes into a nameless temporary file, copied when those before it are done. Turns must
/// be opened in their order, or nearly: one that is far ahead of the first that is not done waits for it.
/// Safe to use from several threads.
class OrderedOutput {
 public:
  OrderedOutput(int descriptor, bool one_at_a_time);
  ~OrderedOutput();

  /// One input's part. Dropped without `finish`, it takes its place in the order with what was written.
  class Turn {
   public:
    Turn(OrderedOutput& output, std::size_t index);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    std::ostream& stream();
    /// Passes on what was written, if this part goes out directly. Throws ReaderGone, or std::runtime_error with the reason.
    void flush();
    /// The part is complete. Throws as flush does.
    void finish();

   private:
    struct Spool;
    friend class OrderedOutput;
    OrderedOutput& output_;
    std::size_t index_;
    std::unique_ptr<Spool> spool_;
    bool finished_ = false;
  };

 private:
  void wait_until_near(std::size_t index);
  void deliver(std::size_t index, std::unique_ptr<Turn::Spool> spool);
  void copy(Turn::Spool& spool);
  void check() const;

  OutputStream out_;
  bool direct_;
  std::mutex mutex_;
  std::condition_variable advanced_;
  std::size_t next_ = 0;
  std::map<std::size_t, std::unique_ptr<Turn::Spool>> waiting_;
};

}  // namespace attend::tools
