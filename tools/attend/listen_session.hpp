#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/level_meter.hpp"
#include "capture/silence_watch.hpp"
#include "listen_output.hpp"
#include "listen_pace.hpp"
#include "listen_source.hpp"
#include "pace_change.hpp"
#include "recognition_worker.hpp"

namespace attend::tools {

struct ListenPlan {
  PaceLimits pace;
  bool adapt = true;               ///< widen and narrow the chunk by the load
  std::vector<PaceChange> replay;  ///< instead of adapting: these decisions
};

/// From sound to captions: sound comes in from a source and waits; portions of it go to the recogniser, one at a time; what it says
/// goes to the outputs. Sound is never dropped: a source that is faster than real time (a file through a pipe) is read as fast as
/// recognition goes, and for one that is live the chunk widens when recognition falls behind.
///
/// Everything happens on the thread of the event loop; the session itself knows no loop, clock or thread, so that hours of it are
/// tested in seconds.
class ListenSession : public SourceListener {
 public:
  /// What the session is built on; all of it must outlive it.
  struct Surroundings {
    Source& source;
    Recognise recognise;
    std::vector<ListenOutput*> outputs;
    std::function<double()> clock;                          ///< seconds; never steps back
    std::function<void(const std::string& fault)> is_over;  ///< called once, when the last words are told; empty: all went well
    std::function<void()> reader_gone;                      ///< nobody reads standard output any more
  };

  ListenSession(ListenPlan plan, Surroundings surroundings);

  void start() { around_.source.start(*this); }
  /// Hears no more, recognises what was heard and ends.
  void finish();
  /// What outputs had to pass on is written, or could not be.
  void outputs_went_on();
  ListenStatus status() const;
  /// Whether an output failed on the way (it was told of).
  bool output_failed() const { return output_failed_; }

  void sound_begins(int sample_rate) override;
  void sound(std::span<const std::int16_t> samples) override;
  void samples_lost(std::uint64_t samples) override;
  void sound_breaks(const std::string& sentence) override;
  void sound_ends(const std::string& fault) override;

 private:
  /// What waits for the recogniser.
  struct Waiting {
    enum class What { begin, sound, cut };
    What what = What::sound;
    int sample_rate = 0;
    std::vector<std::int16_t> samples;
    std::size_t used = 0;   ///< samples of it that were recognised
    bool for_good = false;  ///< a cut that nothing follows
  };

  void note_arrival(std::size_t samples);
  void watch_silence();
  void hold_back_source();
  void tell_lost();
  void cut(bool for_good);
  void pump();
  bool waits_for_readers() const;
  RecognitionJob next_job();
  std::vector<std::int16_t> take_sound(std::size_t most);
  void begin_stream(RecognitionJob& job);
  void follow_replay(RecognitionJob& job, bool sound_follows);
  void decide_pace();
  void set_chunk(std::chrono::milliseconds chunk, double lag);
  void record(const PaceChange& change);
  void take_result(std::size_t samples, const RecognitionResult& result);
  void fail(const std::string& fault);
  void end();
  void tell(const Event& event);
  void tell(const Notice& notice);
  template <typename Call>
  void to_all(const Call& call);
  double waiting_seconds() const;
  double heard_seconds() const;

  ListenPlan plan_;
  Surroundings around_;
  PaceRule rule_;
  std::chrono::milliseconds chunk_;
  std::optional<std::chrono::milliseconds> next_chunk_;  ///< decided, not yet told to the recogniser
  std::size_t replayed_ = 0;                             ///< decisions of plan_.replay that are done

  std::deque<Waiting> waiting_;
  std::size_t waiting_samples_ = 0;
  bool in_work_ = false, ending_ = false, over_ = false, output_failed_ = false;
  std::string fault_;

  // What comes in.
  int arriving_rate_ = 16000;
  bool arriving_ = false;       ///< between sound_begins and the break
  double began_at_ = 0;         ///< by the clock
  double arrived_seconds_ = 0;  ///< since then
  bool live_ = true;            ///< no faster than real time
  bool held_back_ = false;
  std::optional<double> broke_at_;
  std::optional<capture::LevelMeter> meter_;
  std::optional<capture::SilenceWatch> silence_;
  bool told_silence_ = false;
  std::uint64_t lost_ = 0, lost_untold_ = 0;
  std::optional<double> told_lost_at_;
  std::vector<float> floats_;

  // What was recognised.
  int rate_ = 16000;
  double stream_begin_ = 0;          ///< seconds heard before this stream
  std::int64_t stream_samples_ = 0;  ///< of this stream
  std::int64_t all_samples_ = 0;
  std::int64_t next_segment_ = 0;
};

}  // namespace attend::tools
