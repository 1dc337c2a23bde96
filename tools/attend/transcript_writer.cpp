#include "transcript_writer.hpp"

#include "json_writer.hpp"
#include "jsonl_writer.hpp"
#include "subtitle_writer.hpp"
#include "text_writer.hpp"
#include "tsv_writer.hpp"

namespace attend::tools {

std::unique_ptr<TranscriptWriter> make_writer(Format format, std::ostream& out, const WriterOptions& options) {
  switch (format) {
    case Format::text:
      return std::make_unique<TextWriter>(out, options.name_files);
    case Format::srt:
      return std::make_unique<SubtitleWriter>(out, SubtitleKind::srt);
    case Format::vtt:
      return std::make_unique<SubtitleWriter>(out, SubtitleKind::vtt);
    case Format::json:
      return std::make_unique<JsonWriter>(out);
    case Format::jsonl:
      return std::make_unique<JsonlWriter>(out, options.partials);
    case Format::tsv:
      return std::make_unique<TsvWriter>(out);
  }
  return nullptr;
}

std::string_view format_name(Format format) {
  switch (format) {
    case Format::text:
      return "text";
    case Format::srt:
      return "srt";
    case Format::vtt:
      return "vtt";
    case Format::json:
      return "json";
    case Format::jsonl:
      return "jsonl";
    case Format::tsv:
      return "tsv";
  }
  return {};
}

std::string_view format_extension(Format format) {
  return format == Format::text ? "txt" : format_name(format);
}

}  // namespace attend::tools
