#include "explanation_drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "decimal.hpp"
#include "png_image.hpp"
#include "spectrogram_image.hpp"
#include "svg_document.hpp"
#include "utf8.hpp"

namespace attend::tools {
namespace {

using Anchor = SvgDocument::Anchor;

// Pixels.
constexpr double margin = 20;
constexpr double label_width = 112;      // the words' column
constexpr double judgement_width = 330;  // the column of confidence and what else was considered
constexpr double heading_height = 62;
constexpr double spectrogram_height = 96;
constexpr double opinion_height = 44;
constexpr double axis_height = 22;
constexpr double strip_row = 15;  // the words below the spectrogram, in rows
constexpr int strip_rows = 3;
constexpr double word_row = 24;
constexpr double hump_height = 21;
constexpr double legend_height = 74;
constexpr double letter_width = 7.2;  // of a bold letter of 12 pixels, about
constexpr double heading_letter_width = 9.7;
constexpr double surroundings = 1.6;  // seconds drawn before and behind a single word

constexpr double least_share = 0.03;         // of a word's largest weight: fainter ones are not drawn
constexpr float least_probability = 0.001F;  // rivals below are not named

constexpr std::string_view ink = "#1f2933";
constexpr std::string_view faint = "#6b7785";
constexpr std::string_view rule = "#d5dbe1";
constexpr std::string_view sure = "#0f766e";
constexpr std::string_view fair = "#c77700";
constexpr std::string_view unsure = "#c81e1e";

std::string_view colour_of(float confidence) {
  if (confidence >= 0.9F) return sure;
  return confidence >= 0.6F ? fair : unsure;
}

std::string percent(float share) {
  return fixed(100.0 * static_cast<double>(share), share < 0.095F ? 1 : 0) + " %";
}

/// What of a segment is drawn, and where.
struct Frame {
  const ExplainedSegment& segment;
  std::optional<std::size_t> number;  ///< of the word that it is about
  double from = 0, to = 0;            ///< seconds
  std::vector<std::size_t> words;     ///< indices into the segment's words
  double plot_width = 0;

  Frame(const ExplainedSegment& of, std::optional<std::size_t> about) : segment(of), number(about) {
    const Event& event = segment.event;
    from = event.segment_start;
    to = std::max(event.segment_end, from + 0.1);
    if (number) {
      const Word& word = event.committed[*number - segment.first_number];
      from = std::max(from, word.start - surroundings);
      to = std::min(to, word.end + surroundings);
    }
    for (std::size_t i = 0; i < event.committed.size(); ++i) {
      if (event.committed[i].end > from && event.committed[i].start < to) words.push_back(i);
    }
    plot_width = std::clamp((to - from) * 118, 480.0, 1300.0);
  }

  double left() const { return margin + label_width; }
  double right() const { return left() + plot_width; }
  double width() const { return right() + judgement_width + margin; }
  double x(double seconds) const { return left() + (seconds - from) / (to - from) * plot_width; }
  bool has_opinion() const { return !segment.event.explanation->second_opinion.empty(); }
  double height() const {
    return heading_height + spectrogram_height + (has_opinion() ? opinion_height : 0) + axis_height + strip_rows * strip_row +
           word_row * static_cast<double>(words.size()) + 16;
  }
};

class SegmentDrawing {
 public:
  SegmentDrawing(SvgDocument& svg, const Frame& frame, double top) : svg_(svg), frame_(frame), y_(top) {}

  void draw() {
    heading();
    spectrogram();
    if (frame_.has_opinion()) opinion();
    axis();
    strip();
    columns();
    for (const std::size_t word : frame_.words) row(word);
  }

 private:
  const Event& event() const { return frame_.segment.event; }
  const Explanation& explanation() const { return *event().explanation; }
  bool is_about(std::size_t word) const { return frame_.number == frame_.segment.first_number + word; }
  double row_time(double row) const { return event().segment_start + row * explanation().row_seconds; }

  void heading() {
    const std::string segment = "Segment " + std::to_string(event().segment) + ", " + fixed(event().segment_start, 2) + " to " +
                                fixed(event().segment_end, 2) + " s";
    svg_.text(margin, y_ + 22, segment, {.size = 12, .fill = faint});
    svg_.text(margin, y_ + 43, line_of_words(), {.size = 15, .bold = true});
    y_ += heading_height;
  }

  /// The words drawn, as far as there is room.
  std::string line_of_words() const {
    std::string text;
    for (const std::size_t word : frame_.words) text += (text.empty() ? "" : " ") + event().committed[word].text;
    if (!frame_.words.empty() && frame_.words.front() > 0) text = "… " + text;
    const auto room = static_cast<std::size_t>((frame_.width() - 2 * margin) / heading_letter_width);
    const bool cut = count_characters(text) > room;
    if (cut) text = first_characters(text, room);
    if (cut || (!frame_.words.empty() && frame_.words.back() + 1 < event().committed.size())) text += " …";
    return text;
  }

  void caption(double y, std::string_view first, std::string_view second) {
    svg_.text(frame_.left() - 10, y, first, {.size = 11, .fill = ink, .anchor = Anchor::end});
    svg_.text(frame_.left() - 10, y + 14, second, {.size = 10, .fill = faint, .anchor = Anchor::end});
  }

  void spectrogram() {
    const Explanation& of = explanation();
    const std::size_t frames = of.bins > 0 ? of.spectrogram.size() / static_cast<std::size_t>(of.bins) : 0;
    const auto frame_at = [&](double seconds) {
      const double frame = std::floor((seconds - event().segment_start) / of.frame_seconds + 0.5);
      return std::min(frames, static_cast<std::size_t>(std::max(frame, 0.0)));
    };
    const std::size_t first = frame_at(frame_.from);
    const std::size_t last = frame_at(frame_.to);
    if (last > first) {
      const double x = frame_.x(event().segment_start + static_cast<double>(first) * of.frame_seconds);
      const double end = frame_.x(event().segment_start + static_cast<double>(last) * of.frame_seconds);
      const auto image = spectrogram_image(of, first, last, static_cast<std::size_t>(frame_.plot_width));
      svg_.image(x, y_, end - x, spectrogram_height, png_data_uri(encode_png(image)));
    }
    caption(y_ + spectrogram_height / 2 - 4, "the sound", "low to high tones");
    if (frame_.number) {
      const Word& word = event().committed[*frame_.number - frame_.segment.first_number];
      svg_.rectangle(frame_.x(word.start), y_, frame_.x(word.end) - frame_.x(word.start), spectrogram_height, "#ffd166", 0.35);
    }
    y_ += spectrogram_height;
  }

  void opinion() {
    const auto& values = explanation().second_opinion;
    const float largest = std::max(*std::ranges::max_element(values), 1e-6F);
    std::string points;
    for (std::size_t row = 0; row < values.size(); ++row) {
      const double time = row_time(static_cast<double>(row) + 0.5);
      if (time < frame_.from || time > frame_.to) continue;
      const double share = std::max(0.0F, values[row]) / largest;
      points += svg_number(frame_.x(time)) + "," + svg_number(y_ + opinion_height - 4 - share * (opinion_height - 10)) + " ";
    }
    svg_.polyline(points, "#7c3aed", 1.4);
    caption(y_ + opinion_height / 2, "second opinion", "of the sound alone");
    y_ += opinion_height;
  }

  void axis() {
    svg_.line(frame_.left(), y_, frame_.right(), y_, ink);
    const double step = (frame_.to - frame_.from) > 16 ? 2 : (frame_.to - frame_.from) > 6 ? 1 : 0.5;
    const auto first = static_cast<int>(std::ceil(frame_.from / step));
    const auto last = static_cast<int>(std::floor(frame_.to / step + 1e-9));
    for (int mark = first; mark <= last; ++mark) {
      const double time = mark * step;
      svg_.line(frame_.x(time), y_, frame_.x(time), y_ + 5, ink);
      svg_.text(frame_.x(time), y_ + 17, fixed(time, step < 1 ? 1 : 0) + " s",
                {.size = 10, .fill = faint, .anchor = Anchor::middle});
    }
    y_ += axis_height;
  }

  /// Where a word is written below the spectrogram: over its attention's peak, else over its middle.
  double place_of(std::size_t word) const {
    const Word& of = event().committed[word];
    const double peak = attention_peak(frame_.segment, word).value_or((of.start + of.end) / 2);
    return frame_.x(std::clamp(peak, frame_.from, frame_.to));
  }

  void strip() {
    std::array<double, strip_rows> ends{};
    ends.fill(frame_.left() - 40);
    for (const std::size_t word : frame_.words) {
      const std::string& text = event().committed[word].text;
      const double half = static_cast<double>(count_characters(text)) * letter_width / 2;
      const double x = std::clamp(place_of(word), frame_.left() + half - 30, frame_.right() - half + 30);
      auto free = std::ranges::find_if(ends, [&](double end) { return end + 9 <= x - half; });
      if (free == ends.end()) free = std::ranges::min_element(ends);
      const auto row = static_cast<double>(free - ends.begin());
      *free = x + half;
      svg_.text(x, y_ + 12 + row * strip_row, text,
                {.size = 12, .fill = colour_of(event().committed[word].confidence), .anchor = Anchor::middle, .bold = true});
    }
    y_ += strip_rows * strip_row;
  }

  void columns() {
    y_ += 12;
    svg_.text(frame_.left() - 10, y_, "word", {.size = 10, .fill = faint, .anchor = Anchor::end});
    svg_.text(frame_.left() + 2, y_, "where it listened", {.size = 10, .fill = faint});
    svg_.text(frame_.right() + 14, y_, "confidence", {.size = 10, .fill = faint});
    svg_.text(frame_.right() + 128, y_, "how it might have begun", {.size = 10, .fill = faint});
    y_ += 4;
  }

  void row(std::size_t word) {
    const Word& of = event().committed[word];
    const double base = y_ + word_row - 4;
    if (is_about(word)) svg_.rectangle(margin / 2, y_ + 1, frame_.width() - margin, word_row, "#ffd166", 0.28);
    svg_.line(frame_.left(), base, frame_.right(), base, rule);
    const double begin = frame_.x(std::max(of.start, frame_.from));
    svg_.rectangle(begin, base, frame_.x(std::min(of.end, frame_.to)) - begin, 3, colour_of(of.confidence));
    hump(word, base);
    svg_.text(margin - 4, base, std::to_string(frame_.segment.first_number + word), {.size = 10, .fill = faint});
    svg_.text(frame_.left() - 10, base, of.text, {.size = 12, .fill = ink, .anchor = Anchor::end, .bold = is_about(word)});
    judgement(word, base);
    y_ += word_row;
  }

  /// The parts of the attention that can be seen, each as a hump of its own.
  void hump(std::size_t word, double base) {
    const WordAttention* const attention = frame_.segment.attention(word);
    if (attention == nullptr || attention->weights.empty()) return;
    const float largest = *std::ranges::max_element(attention->weights);
    std::string points;
    double x = 0;
    double highest = 0;
    const auto close = [&] {
      if (highest < 2 * least_share) points.clear();  // a speck
      highest = 0;
      if (points.empty()) return;
      const auto colour = colour_of(event().committed[word].confidence);
      svg_.polygon(points + svg_number(x) + "," + svg_number(base), colour, 0.45, colour);
      points.clear();
    };
    for (std::size_t row = 0; row < attention->weights.size(); ++row) {
      const double time = row_time(static_cast<double>(row) + 0.5);
      const double share = largest > 0 ? static_cast<double>(attention->weights[row] / largest) : 0;
      if (share < least_share || time < frame_.from || time > frame_.to) {
        close();
        continue;
      }
      x = frame_.x(time);
      highest = std::max(highest, share);
      if (points.empty()) points = svg_number(x) + "," + svg_number(base) + " ";
      points += svg_number(x) + "," + svg_number(base - share * hump_height) + " ";
    }
    close();
  }

  void judgement(std::size_t word, double base) {
    const float confidence = event().committed[word].confidence;
    const double x = frame_.right() + 14;
    svg_.rectangle(x, base - 9, 62, 8, rule);
    svg_.rectangle(x, base - 9, 62 * static_cast<double>(confidence), 8, colour_of(confidence));
    svg_.text(x + 68, base - 1, percent(confidence), {.size = 10, .fill = ink});
    const WordAttention* const attention = frame_.segment.attention(word);
    if (attention == nullptr) return;
    std::string others;
    for (std::size_t i = 0; i < std::min<std::size_t>(attention->considered.size(), 3); ++i) {
      const auto& [text, probability] = attention->considered[i];
      if (probability < least_probability) break;
      others += (others.empty() ? "" : "   ") + ("“" + text + "” ") + percent(probability);
    }
    svg_.text(frame_.right() + 128, base - 1, others, {.size = 10, .fill = faint});
  }

  SvgDocument& svg_;
  const Frame& frame_;
  double y_;
};

void draw_legend(SvgDocument& svg, double top) {
  svg.line(margin, top + 6, margin + 500, top + 6, rule);
  const std::string points = svg_number(margin) + "," + svg_number(top + 32) + " " + svg_number(margin + 8) + "," +
                             svg_number(top + 18) + " " + svg_number(margin + 16) + "," + svg_number(top + 32);
  svg.polygon(points, sure, 0.45, sure);
  svg.text(margin + 24, top + 30, "where the word's cross-attention lay, each drawn to its own height", {.size = 11, .fill = ink});
  svg.rectangle(margin, top + 44, 16, 3, sure);
  svg.text(margin + 24, top + 49, "the time that is told for the word", {.size = 11, .fill = ink});
  double x = margin + 270;
  for (const auto& [colour, text] : {std::pair{sure, "confidence 90 % and more"}, {fair, "60 to 90 %"}, {unsure, "less"}}) {
    svg.rectangle(x, top + 41, 10, 10, colour);
    svg.text(x + 15, top + 50, text, {.size = 11, .fill = ink});
    x += 30 + 6.4 * static_cast<double>(std::string_view(text).size());
  }
}

}  // namespace

std::string draw_explanation(const ExplainedRecording& recording, std::optional<std::size_t> number) {
  std::vector<Frame> frames;
  for (const ExplainedSegment& segment : recording.segments) {
    if (segment.event.explanation && (!number || segment.holds(*number))) frames.emplace_back(segment, number);
  }
  double width = 640;
  double height = 44 + legend_height;
  for (const Frame& frame : frames) {
    width = std::max(width, frame.width());
    height += frame.height();
  }
  const std::string title = "What " + recording.model + " heard in " + recording.file + ", and where it listened";
  SvgDocument svg(width, height, title);
  svg.text(margin, 32, title, {.size = 17, .bold = true});
  double top = 38;
  for (const Frame& frame : frames) {
    SegmentDrawing(svg, frame, top).draw();
    top += frame.height();
  }
  draw_legend(svg, top);
  return svg.finish();
}

}  // namespace attend::tools
