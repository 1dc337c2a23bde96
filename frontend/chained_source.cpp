#include "frontend/chained_source.hpp"

#include <utility>
#include <vector>

#include "frontend/audio_errors.hpp"
#include "frontend/ogg_pages.hpp"
#include "frontend/sndfile_source.hpp"

namespace attend::frontend {
namespace {

using Links = std::vector<std::shared_ptr<ByteInput>>;

class ChainedSource final : public AudioSource {
 public:
  ChainedSource(Links links, std::unique_ptr<AudioSource> first, std::string name)
      : links_(std::move(links)), current_(std::move(first)), format_(current_->format()), name_(std::move(name)) {}

  AudioFormat format() const override { return format_; }
  std::optional<std::int64_t> frames() const override { return std::nullopt; }
  Result<std::size_t> read(std::span<float> interleaved) override;
  Result<std::int64_t> skip(std::int64_t frames) override;

 private:
  Result<bool> next();

  Links links_;
  std::unique_ptr<AudioSource> current_;
  AudioFormat format_;
  std::string name_;
  std::size_t index_ = 0;
  std::int64_t position_ = 0;  // frames
};

Result<std::size_t> ChainedSource::read(std::span<float> interleaved) {
  if (interleaved.size() < static_cast<std::size_t>(format_.channels)) return 0;
  while (true) {
    auto count = current_->read(interleaved);
    if (!count) return count;
    position_ += static_cast<std::int64_t>(*count);
    if (*count > 0) return count;
    const auto more = next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return 0;
  }
}

Result<std::int64_t> ChainedSource::skip(std::int64_t frames) {
  std::int64_t skipped = 0;
  while (skipped < frames) {
    auto count = current_->skip(frames - skipped);
    if (!count) return count;
    skipped += *count;
    position_ += *count;
    if (skipped == frames) break;
    const auto more = next();
    if (!more || !*more) break;  // the next read tells why
  }
  return skipped;
}

/// Goes on to the next link; false behind the last.
Result<bool> ChainedSource::next() {
  if (index_ + 1 == links_.size()) return false;
  auto opened = open_sndfile(links_[index_ + 1], name_);
  if (!opened || (*opened)->format().sample_rate != format_.sample_rate || (*opened)->format().channels != format_.channels) {
    return fail(ErrorCode::unsupported, name_ + " goes on after " + seconds_text(position_, format_.sample_rate) +
                                            " in another format, which was left out: split it into its " +
                                            std::to_string(links_.size()) + " recordings");
  }
  current_ = std::move(*opened);
  ++index_;
  return true;
}

Links cut_into_links(const std::shared_ptr<ByteInput>& bytes) {
  auto begins = ogg_links(*bytes);
  begins.push_back(bytes->size().value_or(0));
  Links links;
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    links.push_back(std::make_shared<PartOfBytes>(bytes, begins[i], begins[i + 1] - begins[i]));
  }
  return links;
}

}  // namespace

Result<std::unique_ptr<AudioSource>> open_ogg(const std::shared_ptr<ByteInput>& bytes, const std::string& name) {
  auto links = bytes->seekable() ? cut_into_links(bytes) : Links{};
  if (links.size() < 2) return open_sndfile(bytes, name);
  auto first = open_sndfile(links.front(), name);
  if (!first) return first;
  return std::make_unique<ChainedSource>(std::move(links), std::move(*first), name);
}

}  // namespace attend::frontend
