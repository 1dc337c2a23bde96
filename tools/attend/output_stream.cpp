#include "output_stream.hpp"

#include "write_all.hpp"

namespace attend::tools {

OutputBuffer::OutputBuffer(int descriptor) : descriptor_(descriptor) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

OutputBuffer::int_type OutputBuffer::overflow(int_type character) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(character, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(character);
    pbump(1);
  }
  return traits_type::not_eof(character);
}

int OutputBuffer::sync() {
  if (fault_ == 0) fault_ = write_all(descriptor_, {pbase(), pptr()});
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return fault_ == 0 ? 0 : -1;
}

}  // namespace attend::tools
