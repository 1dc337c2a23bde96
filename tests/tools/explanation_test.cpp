// What `attend explain` draws and tells, on an explanation made by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explained_recording.hpp"
#include "explanation_drawing.hpp"
#include "explanation_json.hpp"
#include "png_image.hpp"
#include "spectrogram_image.hpp"
#include "svg_document.hpp"

namespace attend::tools::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Two words in a second from 10 s on; rows of 100 ms, frames of 50 ms, two bins.
ExplainedSegment segment(std::size_t first_number = 1) {
  ExplainedSegment made;
  made.first_number = first_number;
  made.event.kind = EventKind::final;
  made.event.segment_start = 10;
  made.event.segment_end = 11;
  made.event.committed = {{"a<b", 10.1, 10.4, 0.95F, 1}, {"&", 10.6, 10.8, 0.3F, 1}};
  Explanation of;
  of.rows = 10;
  of.row_seconds = 0.1;
  of.frame_seconds = 0.05;
  of.bins = 2;
  for (int i = 0; i < 40; ++i) of.spectrogram.push_back(static_cast<float>(i));
  of.attention = {{{0, 0.1F, 0.8F, 0.1F, 0, 0, 0, 0, 0, 0}, {{"a", 0.9F}, {"o", 0.05F}}}, {{0, 0, 0, 0, 0, 0, 0, 1, 0, 0}, {}}};
  made.event.explanation = of;
  return made;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(ExplanationDrawing, ShowsEveryWordOnce) {
  const ExplainedRecording recording{"talk & more.wav", "small", {segment(), segment(3)}};
  EXPECT_EQ(recording.words(), 4U);
  const std::string svg = draw_explanation(recording, std::nullopt);
  EXPECT_THAT(svg, HasSubstr("talk &amp; more.wav"));
  EXPECT_THAT(svg, Not(HasSubstr("a<b")));
  EXPECT_EQ(count(svg, ">a&lt;b<"), 4U);  // below the spectrogram and in its row, in each segment
  EXPECT_EQ(count(svg, "data:image/png;base64,"), 2U);
  EXPECT_EQ(count(svg, "<polygon"), 5U);  // a hump for each word, one in the legend
  EXPECT_THAT(svg, HasSubstr("95 %"));
  EXPECT_THAT(svg, HasSubstr("“o” 5.0 %"));
  EXPECT_EQ(count(svg, "<svg"), count(svg, "</svg>"));
  EXPECT_EQ(count(svg, "<text"), count(svg, "</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(ExplanationDrawing, WithAWordItsSegmentAlone) {
  const ExplainedRecording recording{"talk.wav", "small", {segment(), segment(3)}};
  const std::string svg = draw_explanation(recording, 4);
  EXPECT_EQ(count(svg, "data:image/png;base64,"), 1U);
  EXPECT_THAT(svg, HasSubstr(">4<"));
  EXPECT_THAT(svg, Not(HasSubstr(">1<")));
}

TEST(ExplanationDrawing, DrawsASecondOpinionIfThereIsOne) {
  ExplainedRecording recording{"talk.wav", "small", {segment()}};
  EXPECT_THAT(draw_explanation(recording, std::nullopt), Not(HasSubstr("<polyline")));
  recording.segments[0].event.explanation->second_opinion.assign(10, 0.5F);
  EXPECT_THAT(draw_explanation(recording, std::nullopt), HasSubstr("<polyline"));
}

TEST(ExplanationJson, HoldsTheNumbers) {
  const ExplainedRecording recording{"talk.wav", "small", {segment(), segment(3)}};
  const auto all = explanation_to_json(recording, std::nullopt);
  ASSERT_EQ(all["segments"].size(), 2U);
  const auto& word = all["segments"][1]["words"][1];
  EXPECT_EQ(word["number"], 4);
  EXPECT_EQ(word["text"], "&");
  EXPECT_EQ(word["peak"], 10.75);
  EXPECT_EQ(word["attention"].size(), 10U);
  EXPECT_EQ(all["segments"][0]["spectrogram"].size(), 20U);
  EXPECT_EQ(all["segments"][0]["spectrogram"][1][0], 2);
  EXPECT_EQ(all["segments"][0]["words"][0]["considered"][1]["text"], "o");
  const auto one = explanation_to_json(recording, 2);
  ASSERT_EQ(one["segments"].size(), 1U);
  ASSERT_EQ(one["segments"][0]["words"].size(), 1U);
  EXPECT_EQ(one["segments"][0]["words"][0]["text"], "&");
}

TEST(SpectrogramImage, PutsHighTonesUpAndLoudOnesDark) {
  const auto image = spectrogram_image(*segment().event.explanation, 0, 20, 10);
  EXPECT_EQ(image.width, 10);
  EXPECT_EQ(image.height, 2);
  EXPECT_LE(image.pixels.front(), 1);
  EXPECT_EQ(image.pixels[9], image.palette.size() - 1);
  EXPECT_TRUE(std::is_sorted(image.pixels.begin(), image.pixels.begin() + 10));
  EXPECT_GE(image.pixels[5], image.pixels[15]);
}

TEST(PngImage, IsAPng) {
  const std::string png = encode_png({2, 1, {{1, 2, 3}, {4, 5, 6}}, {0, 1}});
  EXPECT_TRUE(png.starts_with("\x89PNG\r\n\x1a\n"));
  EXPECT_THAT(png, HasSubstr("IEND"));
  EXPECT_EQ(png_data_uri("ab"), "data:image/png;base64,YWI=");
  EXPECT_EQ(png_data_uri("abc"), "data:image/png;base64,YWJj");
}

TEST(SvgDocument, NumbersAreShortAndTextsEscaped) {
  EXPECT_EQ(svg_number(1), "1");
  EXPECT_EQ(svg_number(-0.001), "0");
  EXPECT_EQ(svg_number(2.345678), "2.35");
  SvgDocument svg(10, 20, "<&>");
  svg.text(1, 2, "\x01\"", {});
  const std::string text = svg.finish();
  EXPECT_THAT(text, HasSubstr("<title>&lt;&amp;&gt;</title>"));
  EXPECT_THAT(text, HasSubstr("> &quot;</text>"));
}

}  // namespace
}  // namespace attend::tools::test
