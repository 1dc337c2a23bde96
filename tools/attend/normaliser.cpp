#include "normaliser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "number_words.hpp"
#include "spoken_tokens.hpp"
#include "text_fold.hpp"

namespace attend::tools {
namespace {

using std::string_view;

/// One word, and what is written for it.
constexpr std::array<std::pair<string_view, string_view>, 18> rewrites{{{"mr", "mister"},
                                                                        {"mrs", "missus"},
                                                                        {"missis", "missus"},
                                                                        {"dr", "doctor"},
                                                                        {"jr", "junior"},
                                                                        {"sr", "senior"},
                                                                        {"st", "saint"},
                                                                        {"vs", "versus"},
                                                                        {"etc", "et cetera"},
                                                                        {"etcetera", "et cetera"},
                                                                        {"ok", "okay"},
                                                                        {"pm", "p m"},
                                                                        {"alright", "all right"},
                                                                        {"can't", "cannot"},
                                                                        {"won't", "will not"},
                                                                        {"shan't", "shall not"},
                                                                        {"i'm", "i am"},
                                                                        {"let's", "let us"}}};

/// Two words that are written as one.
struct Compound {
  string_view first, second, word;
};
constexpr std::array<Compound, 8> compounds{{{"per", "cent", "percent"},
                                             {"can", "not", "cannot"},
                                             {"to", "day", "today"},
                                             {"to", "morrow", "tomorrow"},
                                             {"to", "night", "tonight"},
                                             {"good", "bye", "goodbye"},
                                             {"o", "clock", "o'clock"},
                                             {"o", "k", "okay"}}};

/// Behind these, n't is "not".
constexpr std::array<string_view, 19> before_not{"do",    "does",  "did",    "is",   "are",  "was",   "were",  "have", "has", "had",
                                                 "could", "would", "should", "must", "need", "might", "ought", "dare", "may"};
/// Behind these, 's is "is" or "has"; behind other words it may be a possessive and stays.
constexpr std::array<string_view, 12> before_is{"it",   "he",  "she",   "that", "there", "here",
                                                "what", "who", "where", "how",  "when",  "why"};
/// Behind any word.
constexpr std::array<std::pair<string_view, string_view>, 3> endings{{{"'re", "are"}, {"'ve", "have"}, {"'ll", "will"}}};

/// The words as they come out. Every rule looks at what already stands there, so that the result of its own result is itself.
class Writer {
 public:
  /// `next`: the word that follows, or nothing.
  void write(string_view word, string_view next) {
    if (word == "am" && !out_.empty() && (is_number_word(out_.back()) || out_.back() == "o'clock")) {
      append("a m");
    } else if (const auto* found = std::ranges::find(rewrites, word, &decltype(rewrites)::value_type::first);
               found != rewrites.end()) {
      append(found->second);
    } else if (!write_contraction(word, next)) {
      push(word);
    }
  }

  std::vector<std::string> take() { return std::move(out_); }

 private:
  void append(string_view words) {
    while (!words.empty()) {
      const auto blank = std::min(words.find(' '), words.size());
      push(words.substr(0, blank));
      words.remove_prefix(std::min(blank + 1, words.size()));
    }
  }

  bool write_contraction(string_view word, string_view next) {
    const auto stem = [&](string_view ending) {
      const bool fits = word.size() > ending.size() && word.ends_with(ending) && word[word.size() - ending.size() - 1] != '\'';
      return fits ? word.substr(0, word.size() - ending.size()) : string_view{};
    };
    if (const auto verb = stem("n't"); std::ranges::find(before_not, verb) != before_not.end()) {
      push(verb);
      push("not");
      return true;
    }
    if (const auto subject = stem("'s"); std::ranges::find(before_is, subject) != before_is.end()) {
      push(subject);
      push(next == "been" || next == "got" ? "has" : "is");
      return true;
    }
    for (const auto& [ending, verb] : endings) {
      const auto subject = stem(ending);
      if (subject.empty()) continue;
      write(subject, verb);
      push(verb);
      return true;
    }
    return false;
  }

  void push(string_view word) {
    if (!out_.empty() && is_magnitude(word) && out_.back() == "a") {
      out_.pop_back();
      push("one");
    }
    const auto size = out_.size();
    if (size >= 2 && is_number_word(word) && out_.back() == "and" && is_magnitude(out_[size - 2])) out_.pop_back();
    const auto* compound = out_.empty() ? compounds.end() : std::ranges::find_if(compounds, [&](const Compound& c) {
      return c.first == out_.back() && c.second == word;
    });
    if (compound != compounds.end()) {
      out_.back() = compound->word;
    } else {
      out_.emplace_back(word);
    }
  }

  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> normal_words(std::string_view text) {
  const auto spoken = spoken_tokens(fold_text(text));
  Writer writer;
  for (std::size_t i = 0; i < spoken.size(); ++i) {
    writer.write(spoken[i], i + 1 < spoken.size() ? string_view(spoken[i + 1]) : string_view{});
  }
  return writer.take();
}

std::string normalise(std::string_view text) {
  std::string line;
  for (const auto& word : normal_words(text)) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

}  // namespace attend::tools
