#include "saved_transcript.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

#include "line_views.hpp"
#include "transcript_json.hpp"

namespace attend::tools {

class SavedTranscript::Body {
 public:
  virtual ~Body() = default;
  virtual std::string begin(const Heading& heading) = 0;
  /// What the segment adds for good.
  virtual std::string add(const Segment& segment) = 0;
  /// What makes the file whole until the next segment comes.
  virtual std::string interim_end(double heard) = 0;
  virtual std::string end(const Ending& ending) = 0;
};

namespace {

using nlohmann::ordered_json;

/// Formats whose segments follow one another without anything around them.
class Sequence : public SavedTranscript::Body {
 public:
  explicit Sequence(Format format) : writer_(make_writer(format, out_)) {}
  std::string begin(const Heading& heading) override {
    writer_->begin(heading);
    return take();
  }
  std::string add(const Segment& segment) override {
    writer_->segment(segment);
    writer_->passage({segment.channel, segment.words});
    return take();
  }
  std::string interim_end(double) override { return writer_->held(); }
  std::string end(const Ending& ending) override {
    writer_->end(ending);
    return take();
  }

 private:
  std::string take() {
    std::string text = out_.str();
    out_.str({});
    return text;
  }

  std::ostringstream out_;
  std::unique_ptr<TranscriptWriter> writer_;
};

class Json : public SavedTranscript::Body {
 public:
  std::string begin(const Heading& heading) override {
    const ordered_json model{{"name", heading.model}, {"version", heading.model_version}, {"sha256", heading.model_sha256}};
    const ordered_json options{{"chunk", heading.chunk},
                               {"lookahead", heading.lookahead},
                               {"hindsight", heading.hindsight},
                               {"precision", heading.precision}};
    return "{\n\"file\": " + to_line(heading.file) + ",\n\"model\": " + to_line(model) + ",\n\"options\": " + to_line(options) +
           ",\n\"segments\": [";
  }
  std::string add(const Segment& segment) override {
    std::string line = (first_ ? "\n" : ",\n") + to_line(segment_to_json(segment));
    first_ = false;
    return line;
  }
  std::string interim_end(double heard) override { return end({heard, "The session was not ended."}); }
  std::string end(const Ending& ending) override {
    std::string text = std::string(first_ ? "" : "\n") + "],\n\"duration\": " + to_line(to_thousandths(ending.duration)) + ",\n";
    if (!ending.complete()) text += "\"error\": " + to_line(ending.error) + ",\n";
    return text + "\"complete\": " + (ending.complete() ? "true" : "false") + "\n}\n";
  }

 private:
  bool first_ = true;
};

std::unique_ptr<SavedTranscript::Body> make_body(Format format) {
  if (format == Format::json) return std::make_unique<Json>();
  return std::make_unique<Sequence>(format);
}

}  // namespace

std::optional<Format> format_of(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array all{Format::text, Format::srt, Format::vtt, Format::json, Format::jsonl, Format::tsv};
  const auto* const found =
      std::ranges::find_if(all, [&](Format format) { return extension == "." + std::string(format_extension(format)); });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

SavedTranscript::SavedTranscript(const std::filesystem::path& file, Format format, const Heading& heading, bool overwrite)
    : file_(file, overwrite), body_(make_body(format)) {
  const std::string head = body_->begin(heading);
  file_.grow(head, body_->interim_end(0));
}

SavedTranscript::~SavedTranscript() = default;

void SavedTranscript::event(const Event& event) {
  if (event.kind != EventKind::final || event.committed.empty()) return;
  const std::string added = body_->add(segment_of(event));
  file_.grow(added, body_->interim_end(event.audio_time));
  file_.keep();
  file_.synchronise();
}

void SavedTranscript::end(double heard, const std::string& fault) {
  file_.grow(body_->end({heard, fault}));
  if (fault.empty()) file_.keep();
  file_.synchronise();
}

}  // namespace attend::tools
