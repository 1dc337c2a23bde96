#include "listen_session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "decimal.hpp"
#include "ordered_output.hpp"
#include "sample16.hpp"

namespace attend::tools {
namespace {

/// Recognised at a time: short, so that words appear soon, and what is told of the lag is fresh.
constexpr int portions_per_second = 4;
/// A source that is ahead of the clock by this many seconds isn't live.
constexpr double live_slack = 2;
/// Seconds of sound that wait at most: what is live must not be held back, or its device loses samples; a pipe gains nothing by
/// more.
constexpr double most_waiting_live = 600, most_waiting = 2;
constexpr double silence_at_start = 5, silence_later = 30;
constexpr double pause_between_losses = 10;

std::string in_milliseconds(std::chrono::milliseconds duration) {
  return std::to_string(duration.count()) + " ms";
}

}  // namespace

ListenSession::ListenSession(ListenPlan plan, Surroundings surroundings)
    : plan_(std::move(plan)), around_(std::move(surroundings)), rule_(plan_.pace), chunk_(plan_.pace.narrowest) {}

// ---- What comes in --------------------------------------------------------------------------------------------------------------

void ListenSession::sound_begins(int sample_rate) {
  if (ending_) return;
  if (broke_at_) {
    const double gap = around_.clock() - *broke_at_;
    tell(
        Notice{NoticeKind::gap, around_.source.name() + " is back; " + fixed(gap, 1) + " s were not heard.", heard_seconds(), gap});
    broke_at_.reset();
  }
  arriving_ = true;
  arriving_rate_ = sample_rate;
  began_at_ = around_.clock();
  arrived_seconds_ = 0;
  live_ = true;
  meter_.emplace(sample_rate);
  silence_.emplace(sample_rate, silence_at_start);
  told_silence_ = false;
  waiting_.push_back({Waiting::What::begin, sample_rate, {}, 0, false});
  pump();
}

void ListenSession::sound(std::span<const std::int16_t> samples) {
  if (ending_ || !arriving_ || samples.empty()) return;
  to_all([&](ListenOutput& output) { output.sound(samples, arriving_rate_); });
  to_values(samples, floats_);
  meter_->add(floats_);
  silence_->add(floats_);
  watch_silence();
  note_arrival(samples.size());
  waiting_.push_back({Waiting::What::sound, arriving_rate_, {samples.begin(), samples.end()}, 0, false});
  waiting_samples_ += samples.size();
  pump();
  hold_back_source();
}

void ListenSession::note_arrival(std::size_t samples) {
  arrived_seconds_ += static_cast<double>(samples) / arriving_rate_;
  if (arrived_seconds_ - (around_.clock() - began_at_) > live_slack) live_ = false;
}

void ListenSession::watch_silence() {
  if (!silence_->silent()) {
    told_silence_ = false;
    return;
  }
  const double seconds = silence_->silent_seconds();
  if (told_silence_ || (silence_->heard_sound() && seconds < silence_later)) return;
  told_silence_ = true;
  tell(Notice{NoticeKind::silence,
              "Nothing but silence has come from " + around_.source.name() + " for " + fixed(seconds, 0) +
                  " s; if somebody speaks, unmute it or choose another one.",
              heard_seconds(), seconds});
}

void ListenSession::hold_back_source() {
  const double most = live_ ? most_waiting_live : most_waiting;
  const double waiting = waiting_seconds();
  if (!held_back_ && waiting > most) {
    held_back_ = true;
    around_.source.pause();
  } else if (held_back_ && waiting < most / 2) {
    held_back_ = false;
    around_.source.resume();
  }
}

void ListenSession::samples_lost(std::uint64_t samples) {
  lost_ += samples;
  lost_untold_ += samples;
  if (!told_lost_at_ || around_.clock() - *told_lost_at_ >= pause_between_losses) tell_lost();
}

void ListenSession::tell_lost() {
  if (lost_untold_ == 0) return;
  Notice notice{NoticeKind::lost,
                std::to_string(lost_untold_) + " samples (" + fixed(static_cast<double>(lost_untold_) / arriving_rate_, 2) +
                    " s) from " + around_.source.name() + " were lost; the machine is too busy to take them in time.",
                heard_seconds()};
  notice.samples = std::exchange(lost_untold_, 0);
  told_lost_at_ = around_.clock();
  tell(notice);
}

void ListenSession::sound_breaks(const std::string& sentence) {
  if (ending_) return;
  if (arriving_) {
    cut(false);
    broke_at_ = around_.clock();
  }
  tell(Notice{NoticeKind::source, sentence, heard_seconds()});
  pump();
}

void ListenSession::sound_ends(const std::string& fault) {
  if (ending_) return;
  if (arriving_) cut(true);
  ending_ = true;
  fault_ = fault;
  pump();
}

void ListenSession::finish() {
  if (ending_) return;
  around_.source.stop();
  sound_ends({});
}

void ListenSession::cut(bool for_good) {
  arriving_ = false;
  waiting_.push_back({Waiting::What::cut, arriving_rate_, {}, 0, for_good});
}

// ---- Recognition ----------------------------------------------------------------------------------------------------------------

void ListenSession::pump() {
  if (in_work_ || over_ || waits_for_readers()) return;
  if (waiting_.empty()) {
    if (ending_) end();
    return;
  }
  RecognitionJob job = next_job();
  const std::size_t samples = job.samples.size();
  in_work_ = true;
  around_.recognise(std::move(job), [this, samples](const RecognitionResult& result) { take_result(samples, result); });
}

/// As any program in a pipe does; but what is live goes on, or it would be lost.
bool ListenSession::waits_for_readers() const {
  return !live_ && !ending_ && std::ranges::any_of(around_.outputs, &ListenOutput::behind);
}

void ListenSession::outputs_went_on() {
  to_all([](ListenOutput& output) { output.written(); });
  pump();
}

RecognitionJob ListenSession::next_job() {
  RecognitionJob job;
  const Waiting::What what = waiting_.front().what;
  if (what == Waiting::What::begin) {
    begin_stream(job);
    return job;
  }
  job.chunk = std::exchange(next_chunk_, std::nullopt);
  follow_replay(job, what == Waiting::What::sound);
  if (what == Waiting::What::sound) {
    if (!job.finish) job.samples = take_sound(static_cast<std::size_t>(std::max(1, rate_ / portions_per_second)));
    return job;
  }
  job.finish = true;
  if (!waiting_.front().for_good) record({all_samples_, std::nullopt, true});
  waiting_.pop_front();
  return job;
}

void ListenSession::begin_stream(RecognitionJob& job) {
  stream_begin_ = heard_seconds();
  stream_samples_ = 0;
  rate_ = waiting_.front().sample_rate;
  waiting_.pop_front();
  job.begin = RecognitionJob::Begin{rate_, {stream_begin_, next_segment_}};
  if (chunk_ != plan_.pace.narrowest) job.chunk = chunk_;
  if (all_samples_ == 0) record({0, chunk_, false});
}

std::vector<std::int16_t> ListenSession::take_sound(std::size_t most) {
  if (replayed_ < plan_.replay.size()) {
    most = std::min(most, static_cast<std::size_t>(plan_.replay[replayed_].sample - all_samples_));
  }
  std::vector<std::int16_t> taken;
  while (taken.size() < most && !waiting_.empty() && waiting_.front().what == Waiting::What::sound) {
    Waiting& first = waiting_.front();
    const std::size_t count = std::min(most - taken.size(), first.samples.size() - first.used);
    const auto begin = first.samples.begin() + static_cast<std::ptrdiff_t>(first.used);
    taken.insert(taken.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
    first.used += count;
    if (first.used == first.samples.size()) waiting_.pop_front();
  }
  waiting_samples_ -= taken.size();
  return taken;
}

/// Carries out the decisions that stand at this sample.
void ListenSession::follow_replay(RecognitionJob& job, bool sound_follows) {
  while (!job.finish && replayed_ < plan_.replay.size() && plan_.replay[replayed_].sample <= all_samples_) {
    const PaceChange& change = plan_.replay[replayed_++];
    if (change.cut && sound_follows) {
      waiting_.push_front({Waiting::What::begin, rate_, {}, 0, false});
      record(change);
      job.finish = true;
    }
    if (change.chunk && *change.chunk != chunk_) {
      set_chunk(*change.chunk, 0);
      job.chunk = std::exchange(next_chunk_, std::nullopt);
    }
  }
}

void ListenSession::take_result(std::size_t samples, const RecognitionResult& result) {
  in_work_ = false;
  stream_samples_ += static_cast<std::int64_t>(samples);
  all_samples_ += static_cast<std::int64_t>(samples);
  for (const Event& event : result.events) {
    next_segment_ = event.segment + 1;
    tell(event);
  }
  if (!result.fault.empty()) fail(result.fault);
  if (samples > 0) decide_pace();
  pump();
  if (!ending_) hold_back_source();
}

/// Nothing more can be recognised: what waits is given up, and what the source hands over at its stop is too late.
void ListenSession::fail(const std::string& fault) {
  waiting_.clear();
  waiting_samples_ = 0;
  if (fault_.empty()) fault_ = fault;
  if (!std::exchange(ending_, true)) around_.source.stop();
}

void ListenSession::decide_pace() {
  if (!plan_.adapt || ending_) return;
  const double lag = live_ ? waiting_seconds() : 0;
  if (const auto chunk = rule_.update(heard_seconds(), lag)) set_chunk(*chunk, lag);
}

void ListenSession::set_chunk(std::chrono::milliseconds chunk, double lag) {
  const bool wider = chunk > chunk_;
  chunk_ = chunk;
  next_chunk_ = chunk;
  record({all_samples_, chunk, false});
  const std::string now = "a chunk is now " + in_milliseconds(chunk) + ".";
  Notice notice{NoticeKind::load,
                wider ? "Recognition is " + fixed(lag, 1) + " s behind; " + now : "Recognition keeps up again; " + now,
                heard_seconds(), lag};
  notice.chunk = chunk;
  tell(notice);
}

void ListenSession::record(const PaceChange& change) {
  to_all([&](ListenOutput& output) { output.pace(change); });
}

// ---- What goes out --------------------------------------------------------------------------------------------------------------

void ListenSession::end() {
  over_ = true;
  tell_lost();
  to_all([&](ListenOutput& output) { output.end(heard_seconds(), fault_); });
  around_.is_over(fault_);
}

void ListenSession::tell(const Event& event) {
  to_all([&](ListenOutput& output) { output.event(event); });
}

void ListenSession::tell(const Notice& notice) {
  to_all([&](ListenOutput& output) { output.notice(notice); });
}

/// An output that fails (a full disk) is told of and left out from then on; the others go on.
template <typename Call>
void ListenSession::to_all(const Call& call) {
  std::vector<std::string> faults;
  std::erase_if(around_.outputs, [&](ListenOutput* output) {
    try {
      call(*output);
      return false;
    } catch (const ReaderGone&) {
      around_.reader_gone();
    } catch (const std::exception& error) {
      faults.emplace_back(error.what());
    }
    return true;
  });
  for (const std::string& fault : faults) {
    output_failed_ = true;
    tell(Notice{NoticeKind::output, fault + " Captions go on without it.", heard_seconds()});
  }
}

ListenStatus ListenSession::status() const {
  ListenStatus status;
  status.heard = heard_seconds();
  if (meter_ && arriving_) status.peak_dbfs = meter_->peak_dbfs();
  status.lag = live_ || ending_ ? waiting_seconds() : 0;
  status.lost = lost_;
  status.chunk = chunk_;
  status.connected = arriving_;
  status.finishing = ending_;
  return status;
}

double ListenSession::waiting_seconds() const {
  return static_cast<double>(waiting_samples_) / arriving_rate_;
}

double ListenSession::heard_seconds() const {
  return stream_begin_ + static_cast<double>(stream_samples_) / rate_;
}

}  // namespace attend::tools
