#include "svg_document.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace attend::tools {
namespace {

void append_escaped(std::string& to, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        to += "&amp;";
        break;
      case '<':
        to += "&lt;";
        break;
      case '>':
        to += "&gt;";
        break;
      case '"':
        to += "&quot;";
        break;
      default:
        to += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;  // XML has no other control characters than blanks
    }
  }
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

std::string attribute(std::string_view name, std::string_view value) {
  std::string text = " " + std::string(name) + "=\"";
  append_escaped(text, value);
  return text + "\"";
}

std::string_view name_of(SvgDocument::Anchor anchor) {
  constexpr std::array<std::string_view, 3> names{"start", "middle", "end"};
  return names.at(static_cast<std::size_t>(anchor));
}

}  // namespace

std::string svg_number(double value) {
  std::array<char, 64> buffer{};
  const double rounded = std::round(value * 100) / 100;
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded == 0 ? 0.0 : rounded, std::chars_format::fixed);
  return {buffer.data(), result.ptr};
}

SvgDocument::SvgDocument(double width, double height, std::string_view title) {
  body_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width) + attribute("height", height) +
          attribute("viewBox", "0 0 " + svg_number(width) + " " + svg_number(height)) +
          " font-family=\"'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif\">\n<title>";
  append_escaped(body_, title);
  body_ += "</title>\n";
  rectangle(0, 0, width, height, "#ffffff");
}

void SvgDocument::rectangle(double x, double y, double width, double height, std::string_view fill, double opacity) {
  body_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) + attribute("height", height) +
           attribute("fill", fill);
  if (opacity < 1) body_ += attribute("fill-opacity", opacity);
  body_ += "/>\n";
}

void SvgDocument::line(double x1, double y1, double x2, double y2, std::string_view stroke, double width) {
  body_ += "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2) +
           attribute("stroke", stroke) + attribute("stroke-width", width);
  body_ += "/>\n";
}

void SvgDocument::polygon(const std::string& points, std::string_view fill, double opacity, std::string_view stroke) {
  body_ += "<polygon" + attribute("points", points) + attribute("fill", fill) + attribute("fill-opacity", opacity) +
           attribute("stroke", stroke) + attribute("stroke-width", 1) + "/>\n";
}

void SvgDocument::polyline(const std::string& points, std::string_view stroke, double width) {
  body_ += "<polyline" + attribute("points", points) + attribute("fill", "none") + attribute("stroke", stroke) +
           attribute("stroke-width", width) + "/>\n";
}

void SvgDocument::text(double x, double y, std::string_view text, const TextStyle& style) {
  body_ += "<text" + attribute("x", x) + attribute("y", y) + attribute("font-size", style.size) + attribute("fill", style.fill);
  if (style.anchor != Anchor::start) body_ += attribute("text-anchor", name_of(style.anchor));
  if (style.bold) body_ += attribute("font-weight", "bold");
  body_ += ">";
  append_escaped(body_, text);
  body_ += "</text>\n";
}

void SvgDocument::image(double x, double y, double width, double height, std::string_view uri) {
  body_ += "<image" + attribute("x", x) + attribute("y", y) + attribute("width", width) + attribute("height", height) +
           attribute("preserveAspectRatio", "none") + attribute("href", uri) + "/>\n";
}

std::string SvgDocument::finish() {
  return std::move(body_) + "</svg>\n";
}

}  // namespace attend::tools
