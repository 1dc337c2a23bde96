#include "png_image.hpp"

#include <openssl/evp.h>
#include <png.h>

#include <limits>
#include <stdexcept>

namespace attend::tools {

std::string encode_png(const IndexedImage& image) {
  png_image description{};
  description.version = PNG_IMAGE_VERSION;
  description.width = static_cast<png_uint_32>(image.width);
  description.height = static_cast<png_uint_32>(image.height);
  description.format = PNG_FORMAT_RGB_COLORMAP;
  description.colormap_entries = static_cast<png_uint_32>(image.palette.size());
  png_alloc_size_t size = 0;
  const auto write = [&](void* target) {
    if (png_image_write_to_memory(&description, target, &size, 0, image.pixels.data(), image.width, image.palette.data()) == 0) {
      throw std::runtime_error(std::string("The spectrogram cannot be made a PNG picture (") + description.message + ").");
    }
  };
  write(nullptr);  // tells the size
  std::string bytes(size, '\0');
  write(bytes.data());
  bytes.resize(size);
  return bytes;
}

std::string png_data_uri(const std::string& png) {
  if (png.size() > std::numeric_limits<int>::max() / 2) throw std::runtime_error("The picture is too large to be embedded.");
  std::string text((png.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with NUL
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(png.data()), static_cast<int>(png.size()));
  text.resize(static_cast<std::size_t>(length));
  return "data:image/png;base64," + text;
}

}  // namespace attend::tools
