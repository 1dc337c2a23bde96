#include "language/arpa_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "language/text_lines.hpp"

namespace attend::language {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::int64_t most_ngrams = std::numeric_limits<std::uint32_t>::max() / 2;
constexpr std::int64_t most_words = std::int64_t{1} << 24;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A logarithm as ARPA writes it, within bounds.
std::optional<float> logarithm(std::string_view text) {
  const auto value = number<float>(text);
  return value && std::abs(*value) <= largest_logarithm ? value : std::nullopt;
}

bool is_unknown(std::string_view word) {
  return word == "<unk>" || word == "<UNK>";
}

struct Reader {
  TextLines lines;
  std::string name;
  NgramTable table;
  std::vector<std::int64_t> counts;                     // [n - 1], as the head claims
  std::unordered_map<std::string, WordId> ids;          // of all words
  std::vector<std::string_view> fields;                 // of the line in hand
  std::vector<std::pair<std::string, Ngram>> unigrams;  // until their order is known

  tl::unexpected<Failure> refuse(const std::string& what) const {
    return fail(ErrorCode::malformed, name + ", line " + std::to_string(lines.number()) + ": " + what);
  }

  /// The next line that is not blank.
  Result<std::string_view> line() {
    while (true) {
      const auto next = lines.next();
      if (!next) return tl::unexpected(next.error());
      if (!*next) return refuse("the ARPA text ends before \\end\\, so it is cut off; copy or make it again");
      if (const auto text = trimmed(**next); !text.empty()) return text;
    }
  }

  void split(std::string_view text) {
    fields.clear();
    while (!text.empty()) {
      const auto end = std::min(text.find_first_of(blanks), text.size());
      fields.push_back(text.substr(0, end));
      text.remove_prefix(std::min(text.find_first_not_of(blanks, end), text.size()));
    }
  }

  /// Up to the first section; returns its heading.
  Result<std::string_view> head() {
    auto text = line();
    for (; text && *text != "\\data\\"; text = line()) {
      if (lines.number() > 1000) return refuse("no \\data\\ so far, so it is no ARPA file; check the path");
    }
    if (!text) return text;
    for (text = line(); text && text->starts_with("ngram "); text = line()) {
      if (const auto added = add_count(text->substr(6)); !added) return tl::unexpected(added.error());
    }
    if (text && counts.empty()) return refuse("\\data\\ tells no counts; make the ARPA file again");
    return text;
  }

  Status add_count(std::string_view text) {
    const auto equals = text.find('=');
    const auto n = number<std::int64_t>(trimmed(text.substr(0, equals)));
    const auto count = equals == std::string_view::npos ? std::nullopt : number<std::int64_t>(trimmed(text.substr(equals + 1)));
    if (!n || !count || *n != static_cast<std::int64_t>(counts.size()) + 1 || *count < 0) {
      return refuse("a count should read 'ngram " + std::to_string(counts.size() + 1) + "=NUMBER'; make the ARPA file again");
    }
    if (*n > longest_ngram) {
      return fail(ErrorCode::unsupported, name + ": n-grams of more than " + std::to_string(longest_ngram) +
                                              " words are not supported; make the model with a lower order");
    }
    if (*count > (*n == 1 ? most_words : most_ngrams)) return refuse("the count is beyond all bounds; make the ARPA file again");
    counts.push_back(*count);
    return {};
  }

  Result<Ngram> values(std::size_t n) {
    Ngram ngram;
    if (fields.size() != n + 1 && fields.size() != n + 2) {
      return refuse("a logarithm, " + std::to_string(n) +
                    " words and perhaps a second logarithm should stand here; make the ARPA "
                    "file again");
    }
    const auto probability = logarithm(fields[0]);
    const auto backoff = fields.size() == n + 2 ? logarithm(fields.back()) : 0.0F;
    if (!probability || *probability > 0)
      return refuse("the line must begin with a logarithm of at most 0; make the ARPA file again");
    if (!backoff) return refuse("the last field is no logarithm; make the ARPA file again");
    ngram.log_probability = *probability;
    ngram.log_backoff = *backoff;
    return ngram;
  }

  Status add(std::size_t n) {
    auto ngram = values(n);
    if (!ngram) return tl::unexpected(ngram.error());
    if (n == 1) {
      unigrams.emplace_back(fields[1], *ngram);
      return {};
    }
    for (std::size_t i = 0; i < n; ++i) {
      const std::string_view word = fields[n - i];
      const auto found = ids.find(std::string(word));
      if (found == ids.end()) return refuse("a word of this n-gram is not among the 1-grams; make the ARPA file again");
      ngram->words[i] = found->second;
    }
    table.ngrams[n - 1].push_back(*ngram);
    return {};
  }

  /// The n-grams of one length; returns the heading behind them.
  Result<std::string_view> section(std::size_t n) {
    std::int64_t count = 0;
    auto text = line();
    for (; text && !text->starts_with('\\'); text = line(), ++count) {
      if (count == counts[n - 1])
        return refuse("more " + std::to_string(n) + "-grams than \\data\\ tells; make the ARPA file again");
      split(*text);
      if (const auto added = add(n); !added) return tl::unexpected(added.error());
    }
    if (text && count < counts[n - 1]) {
      return refuse("only " + std::to_string(count) + " of " + std::to_string(counts[n - 1]) + " " + std::to_string(n) +
                    "-grams; the file is cut off: copy or make it again");
    }
    return text;
  }

  /// Words get their numbers.
  Status number_words() {
    std::ranges::sort(unigrams, {}, &std::pair<std::string, Ngram>::first);
    Ngram unknown;
    bool known_unknown = false;
    for (std::size_t i = 0; i < unigrams.size(); ++i) {
      if (i > 0 && unigrams[i].first == unigrams[i - 1].first) {
        return fail(ErrorCode::malformed,
                    name + ": the word '" + unigrams[i].first + "' has two 1-grams; make the ARPA file again");
      }
      unknown.log_probability =
          std::min(unknown.log_probability, unigrams[i].first == "<s>" ? 0 : unigrams[i].second.log_probability);
    }
    table.words = {"<unk>"};
    table.ngrams[0] = {unknown};
    for (auto& [word, ngram] : unigrams) {
      if (is_unknown(word)) {
        if (known_unknown) return fail(ErrorCode::malformed, name + " has both <unk> and <UNK>; keep one of them");
        known_unknown = true;
        table.ngrams[0][0] = ngram;
        ids.emplace(word, 0);
        continue;
      }
      const auto id = static_cast<WordId>(table.words.size());
      ngram.words[0] = id;
      ids.emplace(word, id);
      table.words.push_back(std::move(word));
      table.ngrams[0].push_back(ngram);
    }
    unigrams.clear();
    if (ids.contains("<s>") && ids.contains("</s>")) return {};
    return fail(ErrorCode::malformed, name + " has no 1-grams <s> and </s>; train the model on text with sentence borders");
  }

  Result<NgramTable> read() {
    auto heading = head();
    table.order = static_cast<int>(counts.size());
    for (std::size_t n = 1; heading && n <= counts.size(); ++n) {
      if (*heading != "\\" + std::to_string(n) + "-grams:") {
        return refuse("'\\" + std::to_string(n) + "-grams:' should stand here; make the ARPA file again");
      }
      heading = section(n);
      if (n > 1 || !heading) continue;
      if (const auto numbered = number_words(); !numbered) return tl::unexpected(numbered.error());
    }
    if (!heading) return tl::unexpected(heading.error());
    if (*heading != "\\end\\") return refuse("'\\end\\' should stand here; make the ARPA file again");
    return std::move(table);
  }
};

bool same_words(const Ngram& a, const Ngram& b) {
  return a.words == b.words;
}

/// Adds to the n-grams of `n` words what those of n + 1 words need.
void complete(NgramTable& table, std::size_t n) {
  auto& shorter = table.ngrams[n - 1];
  std::vector<Ngram> missing;
  const auto need = [&](const Ngram& longer, std::size_t first) {
    Ngram part;
    part.listed = false;
    std::copy_n(longer.words.begin() + static_cast<std::ptrdiff_t>(first), n, part.words.begin());
    if (!std::ranges::binary_search(shorter, part.words, {}, &Ngram::words)) missing.push_back(part);
  };
  for (const Ngram& longer : table.ngrams[n]) {
    need(longer, 0);
    need(longer, 1);
  }
  if (missing.empty()) return;
  shorter.insert(shorter.end(), missing.begin(), missing.end());
  std::ranges::sort(shorter, {}, &Ngram::words);
  shorter.erase(std::unique(shorter.begin(), shorter.end(), same_words), shorter.end());
}

}  // namespace

Result<NgramTable> read_arpa(std::span<const std::byte> bytes, const std::string& name) {
  Reader reader{.lines = TextLines(bytes, name), .name = name, .table = {}, .counts = {}, .ids = {}, .fields = {}, .unigrams = {}};
  auto table = reader.read();
  if (!table) return table;
  for (std::size_t n = 2; n <= static_cast<std::size_t>(table->order); ++n) {
    auto& ngrams = table->ngrams[n - 1];
    std::ranges::sort(ngrams, {}, &Ngram::words);
    if (std::ranges::adjacent_find(ngrams, same_words) != ngrams.end()) {
      return fail(ErrorCode::malformed, name + " lists a " + std::to_string(n) + "-gram twice; make the ARPA file again");
    }
  }
  for (auto n = static_cast<std::size_t>(table->order) - 1; n >= 2; --n) complete(*table, n);
  return table;
}

}  // namespace attend::language
