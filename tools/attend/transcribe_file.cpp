#include "transcribe_file.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "atomic_file.hpp"
#include "journal.hpp"
#include "transcript_output.hpp"
#include "transcript_writer.hpp"
#include "transcription.hpp"

namespace attend::tools {
namespace {

namespace fs = std::filesystem;

Segment to_segment(int channel, const Event& event) {
  return {channel,           event.segment,    event.committed, event.segment_start,
          event.segment_end, event.audio_time, event.cause,     event.alternatives};
}

Heading heading_of(const TranscribeJob& job, const AudioInput& audio, const TranscribeContext& context) {
  Heading heading = context.heading;
  heading.file = job.input.path.string();
  heading.channels = context.options.channels;
  heading.channel_count = count_voices(audio, heading.channels);
  return heading;
}

/// Where each voice goes on.
std::vector<ResumePoint> resume_points(const Journal* journal, const Heading& heading) {
  std::vector<ResumePoint> points(static_cast<std::size_t>(heading.channel_count));
  if (journal == nullptr) return points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = journal->resume_point(heading.channels == ChannelMode::split ? static_cast<int>(i) + 1 : 0);
  }
  return points;
}

double earliest(const std::vector<ResumePoint>& points) {
  return std::ranges::min_element(points, {}, &ResumePoint::seconds)->seconds;
}

/// The part that both destinations share: the recording through the recognisers into the formats.
class InputRun {
 public:
  InputRun(const TranscribeJob& job, TranscribeContext& context, AudioInput& audio, TranscriptOutput& output)
      : job_(job), context_(context), audio_(audio), output_(output), heading_(heading_of(job, audio, context)) {}

  /// `journal` may be null. `written` is called when the formats have got something new.
  Ending operator()(Journal* journal, const std::function<void()>& written) {
    output_.begin(heading_);
    if (journal != nullptr) journal->replay([this](const Segment& segment) { output_.segment(segment); });
    const std::vector<ResumePoint> from = resume_points(journal, heading_);
    context_.progress.begin(job_.index, heading_.file, job_.input.bytes.value_or(0), earliest(from), audio_.seconds());
    const TranscriptionListener listener{[&](int channel, const Event& event) {
                                           take(journal, channel, event);
                                           written();
                                         },
                                         [this](double seconds) {
                                           output_.heard(seconds);
                                           context_.progress.heard(job_.index, seconds);
                                         }};
    return transcribe_audio(audio_, context_.open, {heading_.channels, from, journal == nullptr}, listener, context_.stop);
  }

 private:
  void take(Journal* journal, int channel, const Event& event) {
    if (event.kind == EventKind::partial) {
      output_.partial(channel, event);
      return;
    }
    const Segment segment = to_segment(channel, event);
    if (journal != nullptr) journal->append(segment);
    output_.segment(segment);
  }

  const TranscribeJob& job_;
  TranscribeContext& context_;
  AudioInput& audio_;
  TranscriptOutput& output_;
  Heading heading_;
};

std::optional<std::string> sentence_of(const Ending& ending, const TranscribeContext& context) {
  if (ending.complete() || context.stop.stop_requested()) return std::nullopt;
  return ending.error;
}

std::optional<std::string> to_standard_output(const TranscribeJob& job, TranscribeContext& context) {
  OrderedOutput::Turn turn(context.standard_output, job.index);
  const auto audio = context.open_input(job.input);
  const WriterOptions options{context.options.partials, context.several_inputs};
  std::vector<std::unique_ptr<TranscriptWriter>> writers;
  writers.push_back(make_writer(context.options.formats.front(), turn.stream(), options));
  TranscriptOutput output(std::move(writers), context.hold);
  InputRun run(job, context, *audio, output);
  const Ending ending = run(nullptr, [&turn] { turn.flush(); });
  output.end(ending);
  turn.finish();
  return sentence_of(ending, context);
}

/// Files that appear together when the transcript is done.
class FileSet {
 public:
  FileSet(const std::vector<OutputFile>& outputs, const WriterOptions& options) {
    for (const OutputFile& output : outputs) {
      files_.emplace_back(output.path);
      writers_.push_back(make_writer(output.format, files_.back().stream(), options));
    }
  }

  std::vector<std::unique_ptr<TranscriptWriter>> take_writers() { return std::move(writers_); }

  void check() {
    for (AtomicFile& file : files_) file.check();
  }

  void commit() {
    for (AtomicFile& file : files_) file.commit();
  }

 private:
  std::deque<AtomicFile> files_;
  std::vector<std::unique_ptr<TranscriptWriter>> writers_;
};

/// A transcript replaces only what attend wrote: a NAME.txt beside a recording may be somebody's work.
void refuse_foreign_files(const TranscribeJob& job, const fs::path& journal, TranscribeContext& context) {
  std::error_code ignored;
  if (context.options.restart || fs::exists(journal, ignored)) return;
  for (const OutputFile& output : job.outputs) {
    if (!fs::exists(output.path, ignored) || context.ledger.knows(output.path)) continue;
    throw std::runtime_error(output.path.string() +
                             " exists and was not written by attend; move it away, or replace it with --restart.");
  }
}

void make_folder(const fs::path& folder) {
  std::error_code fault;
  if (!folder.empty()) fs::create_directories(folder, fault);
  if (fault)
    throw std::runtime_error("The folder " + folder.string() + " cannot be made (" + fault.message() + "); choose another one.");
}

std::optional<std::string> to_files(const TranscribeJob& job, TranscribeContext& context) {
  const fs::path folder = job.outputs.front().path.parent_path();
  const fs::path journal_file = journal_path(folder, job.input.place.filename());
  refuse_foreign_files(job, journal_file, context);
  const auto audio = context.open_input(job.input);
  make_folder(folder);
  std::optional<Journal> journal;
  if (!job.fingerprint.empty()) journal.emplace(journal_file, job.fingerprint, context.options.restart);
  FileSet files(job.outputs, {context.options.partials, false});
  TranscriptOutput output(files.take_writers(), context.hold);
  InputRun run(job, context, *audio, output);
  const Ending ending = run(journal ? &*journal : nullptr, [&files] { files.check(); });
  const bool left_to_later_run = journal && context.stop.stop_requested();
  if (!left_to_later_run && (ending.complete() || ending.duration > 0)) {
    output.end(ending);
    files.commit();
    for (const OutputFile& file : job.outputs) context.ledger.record(file.path, {job.fingerprint, ending.complete()});
  }
  if (journal && !left_to_later_run) journal->remove();
  return sentence_of(ending, context);
}

}  // namespace

std::optional<std::string> transcribe_file(const TranscribeJob& job, TranscribeContext& context) {
  std::optional<std::string> fault;
  try {
    fault = job.outputs.empty() ? to_standard_output(job, context) : to_files(job, context);
  } catch (const ReaderGone&) {
    context.progress.end(job.index);
    throw;
  } catch (const Error& error) {
    fault = error.what();
  } catch (const std::bad_alloc&) {
    fault = job.input.path.string() + " needs more memory than there is; run with fewer --jobs.";
  } catch (const std::exception& error) {
    fault = error.what();
  }
  context.progress.end(job.index);
  return fault;
}

}  // namespace attend::tools
