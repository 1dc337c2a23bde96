#include "recognition_worker.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace attend::tools {

namespace asio = boost::asio;

RecognitionWorker::~RecognitionWorker() {
  thread_.join();
}

void RecognitionWorker::recognise(RecognitionJob job, std::function<void(RecognitionResult)> done) {
  // The loop has something to wait for while the job is in work.
  asio::post(thread_, [this, job = std::move(job), done = std::move(done), loop = asio::make_work_guard(loop_)]() mutable {
    RecognitionResult result = line_.perform(job);
    asio::post(loop_, [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
  });
}

}  // namespace attend::tools
