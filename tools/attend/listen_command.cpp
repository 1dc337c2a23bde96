#include "listen_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string_view>
#include <utility>

#include "device_list.hpp"
#include "file_digest.hpp"
#include "line_views.hpp"
#include "listen_connector.hpp"
#include "listen_microphone_source.hpp"
#include "listen_options.hpp"
#include "listen_pace_file.hpp"
#include "listen_session.hpp"
#include "listen_stream_source.hpp"
#include "ordered_output.hpp"
#include "recognition_worker.hpp"
#include "saved_transcript.hpp"
#include "search_choice.hpp"
#include "silenced_error_output.hpp"
#include "terminal_view.hpp"
#include "wav_recorder.hpp"

namespace attend::tools {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto description = "Captions of what is being said: from a microphone, a pipe or a socket.";
constexpr auto examples = R"(Examples:
  attend listen                                       captions from the default microphone, until Ctrl-C
  attend listen --list-devices                        what sound can come from
  attend listen --device usb --save meeting.txt --save-audio meeting.wav
  ffmpeg -i URL -f s16le -ac 1 -ar 16000 - | attend listen --from -
  attend listen --from tcp://desk:7000 --raw-rate 48000 --format jsonl
Exit codes: 0 all well (also after Ctrl-C), 1 no sound or a file not written, 2 wrong usage, 3 no model, 130 ended at once.)";

constexpr std::chrono::milliseconds status_pause{200};
/// A signal to a process and its group, as timeout(1) sends it, arrives twice and means one thing.
constexpr std::chrono::milliseconds same_signal{500};
/// A reader that takes nothing for so long after a signal is not waited for any more.
constexpr std::chrono::milliseconds patience{2000};

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::unique_ptr<Source> make_source(asio::io_context& loop, const ListenOptions& options) {
  if (options.from.empty()) {
    capture::MicrophoneOptions microphone;
    microphone.device = options.device;
    microphone.rate = options.rate;
    microphone.channel = options.channel;
    return std::make_unique<MicrophoneSource>(loop, std::move(microphone));
  }
  return std::make_unique<StreamSource>(loop, options.from, make_connector(loop, options.address),
                                        options.raw.value_or(RawFormat{}), options.once);
}

ListenFormat format_for(const ListenOptions& options) {
  if (options.format) return *options.format;
  const char* const terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return ::isatty(STDOUT_FILENO) != 0 && !dumb ? ListenFormat::captions : ListenFormat::text;
}

Heading heading_for(const ListenOptions& options, const ModelInfo& info, const std::string& source) {
  Heading heading;
  heading.file = source;
  heading.model = info.name;
  heading.model_version = info.version;
  if (!options.save.empty()) heading.model_sha256 = sha256_of_file(model_file(options.recogniser));
  heading.chunk = chunk_name(options.recogniser, info);
  heading.lookahead = lookahead_name(options.recogniser, info);
  heading.hindsight = hindsight_name(options.recogniser, info);
  heading.precision = info.precision;
  return heading;
}

ListenPlan plan_for(const ListenOptions& options, const ModelInfo& info) {
  ListenPlan plan;
  plan.pace.narrowest = options.recogniser.chunk.value_or(info.chunk);
  plan.pace.widest = options.widest;
  plan.pace.lag = std::chrono::duration<double>(options.lag).count();
  plan.adapt = !options.fixed_pace && !options.recogniser.whole && !options.replay_pace;
  if (options.replay_pace) plan.replay = read_pace(*options.replay_pace);
  return plan;
}

/// Everybody who is told, by what the options ask for.
class Outputs {
 public:
  /// `changed` is called on other threads when something that readers waited for is written, or cannot be.
  Outputs(const ListenOptions& options, const ModelInfo& info, const std::string& source, const std::function<void()>& changed) {
    const Heading heading = heading_for(options, info, source);
    for (const auto& file : options.save) add<SavedTranscript>(file, *format_of(file), heading, options.overwrite);
    if (options.save_audio) add<WavRecorder>(*options.save_audio, options.overwrite);
    if (options.record_pace) add<PaceRecorder>(*options.record_pace, options.overwrite);
    switch (format_for(options)) {
      case ListenFormat::captions:
        captions_ = &add<TerminalView>(STDOUT_FILENO, changed);
        break;
      case ListenFormat::text:
        add<TextView>(STDOUT_FILENO, changed);
        add<ErrorView>(STDERR_FILENO, false, changed);
        break;
      case ListenFormat::jsonl:
        add<JsonView>(STDOUT_FILENO, changed, source);
        add<ErrorView>(STDERR_FILENO, true, changed);
        break;
    }
  }

  std::vector<ListenOutput*> all() const {
    std::vector<ListenOutput*> pointers;
    for (const auto& output : outputs_) pointers.push_back(output.get());
    return pointers;
  }
  TerminalView* captions() const { return captions_; }
  /// Bytes that wait for readers.
  std::size_t unread() const {
    std::size_t sum = 0;
    for (const auto& output : outputs_) sum += output->unread();
    return sum;
  }

 private:
  template <typename Output, typename... Arguments>
  Output& add(Arguments&&... arguments) {
    auto output = std::make_unique<Output>(std::forward<Arguments>(arguments)...);
    Output& added = *output;
    outputs_.push_back(std::move(output));
    return added;
  }

  std::vector<std::unique_ptr<ListenOutput>> outputs_;
  TerminalView* captions_ = nullptr;
};

/// The one event loop: signals, timers, the source, and what the recognising thread posts back.
class Listening {
 public:
  Listening(const ListenOptions& options, const Model& model, const StreamOptions& stream, ListenPlan plan)
      : source_(make_source(loop_, options)),
        outputs_(options, model.info(), source_->name(), [this] { asio::post(loop_, [this] { go_on(); }); }),
        worker_(loop_, open_streams(model, stream)),
        session_(std::move(plan), surroundings()),
        ends_(loop_, SIGINT, SIGTERM, SIGHUP),
        terminal_signals_(loop_, SIGWINCH, SIGCONT, SIGTSTP),
        timer_(loop_),
        patience_(loop_) {}

  int run() {
    wait_for_end();
    std::optional<SilencedErrorOutput> silenced;
    if (outputs_.captions() != nullptr) {
      silenced.emplace();
      wait_for_terminal();
      show_status();
    }
    session_.start();
    loop_.run();
    silenced.reset();
    if (!fault_.empty()) throw CommandError(exit_failure, fault_);
    if (const std::size_t unread = outputs_.unread()) return give_up(unread);
    return session_.output_failed() ? exit_failure : exit_success;
  }

 private:
  ListenSession::Surroundings surroundings() {
    return {*source_,
            [this](RecognitionJob job, std::function<void(RecognitionResult)> done) {
              worker_.recognise(std::move(job), std::move(done));
            },
            outputs_.all(),
            steady_seconds,
            [this](const std::string& fault) {
              fault_ = fault;
              over_ = true;
              leave_when_read();
            },
            [this] { asio::post(loop_, [this] { session_.finish(); }); }};
  }

  void wait_for_end() {
    ends_.async_wait([this](const error_code& fault, int) {
      if (fault) return;
      const auto now = std::chrono::steady_clock::now();
      if (!asked_to_end_) {
        asked_to_end_ = now;
        session_.finish();
        if (over_) leave_when_read();
      } else if (now - *asked_to_end_ > same_signal) {
        end_at_once();
      }
      wait_for_end();
    });
  }

  void go_on() {
    session_.outputs_went_on();
    if (over_) leave_when_read();
  }

  /// Files are complete. A slow reader gets the rest; one that does not read is waited for, as by any program in a pipe, until a
  /// signal asks for the end, and then as long as it goes on reading.
  void leave_when_read() {
    const std::size_t unread = outputs_.unread();
    session_.outputs_went_on();  // where nothing waits nothing more can fail; what did fail is told of, and that waits in its turn
    if (unread == 0 && outputs_.unread() == 0) return loop_.stop();
    if (!asked_to_end_) return;
    patience_.expires_after(patience);
    patience_.async_wait([this, unread](const error_code& fault) {
      if (fault) return;
      if (outputs_.unread() == unread) return loop_.stop();
      leave_when_read();
    });
  }

  /// Whoever does not read standard output may not read standard error either.
  static int give_up(std::size_t unread) {
    ErrorView errors(STDERR_FILENO, false, {});
    errors.notice({NoticeKind::output, "Standard output is not read; its last " + std::to_string(unread) + " bytes are given up."});
    errors.wait();
    return exit_failure;
  }

  /// Files are whole after every final; the rest of what waits is given up.
  [[noreturn]] void end_at_once() {
    if (outputs_.captions() != nullptr) outputs_.captions()->give_back();
    std::_Exit(exit_interrupted);
  }

  void wait_for_terminal() {
    terminal_signals_.async_wait([this](const error_code& fault, int signal) {
      if (fault) return;
      if (signal == SIGTSTP) {
        outputs_.captions()->give_back();
        std::raise(SIGSTOP);
      } else {
        show([](TerminalView& captions) { captions.refresh(); });
      }
      wait_for_terminal();
    });
  }

  /// A terminal that is gone ends the session as it does where the session itself writes to it: with all that was heard.
  template <typename Call>
  void show(const Call& call) {
    try {
      call(*outputs_.captions());
    } catch (const ReaderGone&) {
      session_.finish();
    }
  }

  void show_status() {
    show([this](TerminalView& captions) { captions.status(session_.status()); });
    timer_.expires_after(status_pause);
    timer_.async_wait([this](const error_code& fault) {
      if (!fault) show_status();
    });
  }

  asio::io_context loop_;
  std::unique_ptr<Source> source_;
  Outputs outputs_;
  RecognitionWorker worker_;
  ListenSession session_;
  asio::signal_set ends_, terminal_signals_;
  asio::steady_timer timer_, patience_;
  std::optional<std::chrono::steady_clock::time_point> asked_to_end_;
  std::string fault_;
  bool over_ = false;
};

int listen(const ListenOptions& options) {
  if (options.list_devices) return print_devices(std::cout);
  check_listen_options(options);
  const Model model = load_model(options.recogniser);
  StreamOptions stream = stream_options(options.recogniser);
  stream.endpoint = options.endpoint;
  tell_skipped_phrases(model, stream.search, std::cerr);
  // A pace that cannot be replayed is refused before any file is made.
  ListenPlan plan = plan_for(options, model.info());
  return Listening(options, model, stream, std::move(plan)).run();
}

}  // namespace

void add_listen_command(CLI::App& program, Run& chosen) {
  auto options = std::make_shared<ListenOptions>();
  CLI::App* const command = program.add_subcommand("listen", description);
  command->footer(examples);
  add_listen_options(*command, *options);
  command->callback([options, &chosen] { chosen = [options] { return listen(*options); }; });
}

}  // namespace attend::tools
