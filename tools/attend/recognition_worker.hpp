#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>

#include "recognition_line.hpp"

namespace attend::tools {

/// Does a job elsewhere and calls back on the caller's thread, later. One job at a time.
using Recognise = std::function<void(RecognitionJob job, std::function<void(RecognitionResult)> done)>;

/// A thread that recognises. Jobs are posted to it, results are posted back to the event loop: nobody waits for anybody.
class RecognitionWorker {
 public:
  RecognitionWorker(boost::asio::io_context& loop, OpenRecogniser open) : loop_(loop), line_(std::move(open)) {}
  /// Waits for the job in work.
  ~RecognitionWorker();

  void recognise(RecognitionJob job, std::function<void(RecognitionResult)> done);

 private:
  boost::asio::io_context& loop_;
  RecognitionLine line_;
  boost::asio::thread_pool thread_{1};
};

}  // namespace attend::tools
