#pragma once

#include <string>
#include <string_view>

namespace attend::tools {

/// Writes the elements of an SVG picture one after the other; lengths are pixels. Texts are escaped, and what XML cannot hold is
/// replaced.
class SvgDocument {
 public:
  enum class Anchor { start, middle, end };
  struct TextStyle {
    double size = 12;
    std::string_view fill = "#1f2933";
    Anchor anchor = Anchor::start;
    bool bold = false;
  };

  SvgDocument(double width, double height, std::string_view title);

  void rectangle(double x, double y, double width, double height, std::string_view fill, double opacity = 1);
  void line(double x1, double y1, double x2, double y2, std::string_view stroke, double width = 1);
  /// `points`: "x,y x,y …".
  void polygon(const std::string& points, std::string_view fill, double opacity, std::string_view stroke);
  void polyline(const std::string& points, std::string_view stroke, double width);
  void text(double x, double y, std::string_view text, const TextStyle& style);
  void image(double x, double y, double width, double height, std::string_view uri);

  /// The whole picture; nothing may be added afterwards.
  std::string finish();

 private:
  std::string body_;
};

/// A length with at most two decimals.
std::string svg_number(double value);

}  // namespace attend::tools
