#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace attend::tools {

/// A picture of at most 256 colours.
struct IndexedImage {
  struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
  };
  int width = 0, height = 0;
  std::vector<Colour> palette;
  std::vector<std::uint8_t> pixels;  ///< indices into the palette, row by row from the top, [height · width]
};

/// The bytes of a PNG file. Throws std::runtime_error if libpng refuses.
std::string encode_png(const IndexedImage& image);

/// As a URI that can stand in place of a file's address.
std::string png_data_uri(const std::string& png);

}  // namespace attend::tools
