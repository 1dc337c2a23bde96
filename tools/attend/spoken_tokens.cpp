#include "spoken_tokens.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "number_words.hpp"

namespace attend::tools {
namespace {

using std::string_view;
using Pair = std::pair<string_view, string_view>;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
/// Letters, apostrophes, and the bytes of letters beyond ASCII. Signs beyond ASCII only begin tokens, and are looked for before.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || c == '\'' || static_cast<unsigned char>(c) >= 0x80;
}

template <std::size_t N>
string_view find(const std::array<Pair, N>& table, string_view key) {
  const auto* found = std::ranges::find(table, key, &Pair::first);
  return found == table.end() ? string_view{} : found->second;
}

/// Written out only with their full stop: without it these may be words or names.
constexpr std::array<Pair, 15> dotted_abbreviations{{{"capt", "captain"},
                                                     {"co", "company"},
                                                     {"col", "colonel"},
                                                     {"esq", "esquire"},
                                                     {"gen", "general"},
                                                     {"gov", "governor"},
                                                     {"hon", "honorable"},
                                                     {"inc", "incorporated"},
                                                     {"lt", "lieutenant"},
                                                     {"ltd", "limited"},
                                                     {"mt", "mount"},
                                                     {"prof", "professor"},
                                                     {"rev", "reverend"},
                                                     {"sen", "senator"},
                                                     {"sgt", "sergeant"}}};

/// Signs that are read aloud after a number or alone.
constexpr std::array<Pair, 9> spoken_signs{{{"&", "and"},
                                            {"+", "plus"},
                                            {"=", "equals"},
                                            {"@", "at"},
                                            {"%", "percent"},
                                            {"$", "dollars"},
                                            {"£", "pounds"},
                                            {"€", "euros"},
                                            {"¥", "yen"}}};
constexpr std::array<Pair, 2> units{{{"°", "degrees"}, {"¢", "cents"}}};

struct Currency {
  string_view sign, one, many, cent, cents;
};
constexpr std::array<Currency, 4> currencies{{{"$", "dollar", "dollars", "cent", "cents"},
                                              {"£", "pound", "pounds", "penny", "pence"},
                                              {"€", "euro", "euros", "cent", "cents"},
                                              {"¥", "yen", "yen", "", ""}}};

/// What stands between blanks, without the marks around it.
struct Token {
  string_view text;
  bool dotted = false;      ///< a full stop followed it
  bool clause_end = false;  ///< any mark followed it, or nothing
};

Token strip(string_view raw) {
  constexpr string_view marks = ".,:'";
  while (!raw.empty() && marks.find(raw.front()) != string_view::npos) {
    if (raw.size() > 1 && raw.front() == '.' && is_digit(raw[1])) break;
    raw.remove_prefix(1);
  }
  Token token;
  while (!raw.empty() && marks.find(raw.back()) != string_view::npos) {
    token.dotted = raw.back() == '.';
    token.clause_end = token.clause_end || raw.back() != '\'';
    raw.remove_suffix(1);
  }
  token.text = raw;
  return token;
}

/// Blanks are the only ASCII blank that folded text has. A token of marks alone ends the clause of the one before it.
std::vector<Token> split(string_view folded) {
  std::vector<Token> tokens;
  while (!folded.empty()) {
    const auto blank = std::min(folded.find(' '), folded.size());
    const Token token = strip(folded.substr(0, blank));
    if (!token.text.empty()) {
      tokens.push_back(token);
    } else if (blank > 0 && !tokens.empty()) {
      tokens.back().clause_end = true;
    }
    folded.remove_prefix(std::min(blank + 1, folded.size()));
  }
  if (!tokens.empty()) tokens.back().clause_end = true;
  return tokens;
}

/// Reads one token after the other.
class Speaker {
 public:
  explicit Speaker(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::vector<std::string> run() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      rest_ = tokens_[at_].text;
      if (say_abbreviation()) continue;
      while (!rest_.empty()) say_next();
    }
    return std::move(words_);
  }

 private:
  void say(string_view words) {
    while (!words.empty()) {
      const auto blank = std::min(words.find(' '), words.size());
      if (blank > 0) words_.emplace_back(words.substr(0, blank));
      words.remove_prefix(std::min(blank + 1, words.size()));
    }
  }

  /// The token behind the current one if both belong to one clause.
  const Token* next() const { return !tokens_[at_].clause_end && at_ + 1 < tokens_.size() ? &tokens_[at_ + 1] : nullptr; }
  /// The same across a full stop: "no. 5".
  const Token* after_dot() const { return at_ + 1 < tokens_.size() ? &tokens_[at_ + 1] : nullptr; }

  /// "St. Paul", but "Main St.": a saint has a name behind him in the same clause, which the dot of "St." does not end.
  bool saint_follows() const {
    const Token* follows = after_dot();
    return follows != nullptr && (tokens_[at_].dotted || !tokens_[at_].clause_end) && is_letter(follows->text.front());
  }

  bool say_abbreviation() {
    const Token& token = tokens_[at_];
    const Token* follows = after_dot();
    if (token.text == "st" && !saint_follows()) {
      say("street");
      return true;
    }
    if (token.text == "no" && token.dotted && follows != nullptr && is_digit(follows->text.front())) {
      say("number");
      return true;
    }
    if (!token.dotted) return false;
    const string_view written_out = find(dotted_abbreviations, token.text);
    say(written_out);
    return !written_out.empty();
  }

  void say_next() {
    if (is_digit(rest_.front())) return say_number();
    if (rest_.front() == '.' && rest_.size() > 1 && is_digit(rest_[1])) return say_decimals();
    if (say_money() || say_sign()) return;
    if (rest_.front() == '#') {
      rest_.remove_prefix(1);
      if (!rest_.empty() && is_digit(rest_.front())) say("number");
      return;
    }
    if (is_letter(rest_.front())) return say_letters();
    rest_.remove_prefix(1);
  }

  void say_letters() {
    std::size_t length = 1;
    while (length < rest_.size() && is_letter(rest_[length])) ++length;
    string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    while (word.starts_with('\'')) word.remove_prefix(1);
    while (word.ends_with('\'')) word.remove_suffix(1);
    say(word);
  }

  bool say_sign() {
    for (const auto& table : {std::span<const Pair>(spoken_signs), std::span<const Pair>(units)}) {
      for (const auto& [sign, name] : table) {
        if (!rest_.starts_with(sign)) continue;
        rest_.remove_prefix(sign.size());
        say(name);
        return true;
      }
    }
    return false;
  }

  string_view take_digits() {
    std::size_t length = 0;
    while (length < rest_.size() && is_digit(rest_[length])) ++length;
    const string_view digits = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return digits;
  }

  bool take(string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  /// An integer, with the commas of its thousands taken out.
  struct Integer {
    std::string digits;
    bool grouped = false;
  };
  Integer take_integer() {
    Integer integer{std::string(take_digits()), false};
    const auto is_group = [&] {
      return rest_.size() >= 4 && rest_[0] == ',' && std::all_of(rest_.begin() + 1, rest_.begin() + 4, is_digit) &&
             (rest_.size() == 4 || !is_digit(rest_[4]));
    };
    while (integer.digits.size() <= 3 + 12 && (integer.grouped || integer.digits.size() <= 3) && is_group()) {
      integer.digits += rest_.substr(1, 3);
      integer.grouped = true;
      rest_.remove_prefix(4);
    }
    return integer;
  }

  bool decimals_follow() const { return rest_.size() > 1 && rest_[0] == '.' && is_digit(rest_[1]); }
  void say_decimals() {
    rest_.remove_prefix(1);
    say("point");
    say(digit_words(take_digits()));
  }

  void say_number() {
    if (say_time()) return;
    const Integer integer = take_integer();
    if (decimals_follow()) {
      say(integer_words(integer.digits));
      while (decimals_follow()) say_decimals();
      return;
    }
    if (take_ordinal_ending()) return say(to_ordinal(integer_words(integer.digits)));
    const std::string words = integer.grouped ? integer_words(integer.digits) : year_words(integer.digits);
    if (rest_ == "s" || rest_ == "'s") {
      rest_ = {};
      return say(to_plural(words));
    }
    say(words);
  }

  bool take_ordinal_ending() {
    if (rest_.size() > 2 && is_letter(rest_[2])) return false;
    return take("st") || take("nd") || take("rd") || take("th");
  }

  /// "7:30", "12:30:15"; hours to 24.
  bool say_time() {
    const auto colon = rest_.find(':');
    if (colon > 2) return false;  // or none
    const auto two_digits_at = [&](std::size_t i) {
      return rest_.size() >= i + 2 && is_digit(rest_[i]) && rest_[i] < '6' && is_digit(rest_[i + 1]) &&
             (rest_.size() == i + 2 || !is_digit(rest_[i + 2]));
    };
    if (!is_digit(rest_[colon - 1]) || !two_digits_at(colon + 1) || (colon == 2 && rest_.substr(0, 2) > "24")) return false;
    string_view hour = take_digits();
    if (hour.size() == 2 && hour.front() == '0') hour.remove_prefix(1);
    say(integer_words(hour));
    rest_.remove_prefix(1);
    const string_view minutes = take_digits();
    const bool seconds = take_seconds_colon(minutes);
    if (minutes != "00" || seconds) {
      say_two_digits(minutes);
    } else if (!half_of_day_follows()) {
      say("o'clock");
    }
    if (seconds) say_two_digits(take_digits());
    return true;
  }

  bool take_seconds_colon(string_view minutes) {
    const bool seconds = !minutes.empty() && rest_.size() == 3 && rest_[0] == ':' && is_digit(rest_[1]) && is_digit(rest_[2]);
    if (seconds) rest_.remove_prefix(1);
    return seconds;
  }

  void say_two_digits(string_view digits) {
    if (digits.front() == '0' && digits.back() != '0') {
      say("oh");
      digits.remove_prefix(1);
    }
    say(digits == "00" ? "zero" : integer_words(digits));
  }

  bool half_of_day_follows() const {
    const auto named = [](string_view text) { return text == "am" || text == "pm" || text == "a.m" || text == "p.m"; };
    return named(rest_) || (rest_.empty() && next() != nullptr && named(next()->text));
  }

  bool say_money() {
    const auto* currency = std::ranges::find_if(currencies, [&](const Currency& c) {
      return rest_.starts_with(c.sign) && rest_.size() > c.sign.size() && is_digit(rest_[c.sign.size()]);
    });
    if (currency == currencies.end()) return false;
    rest_.remove_prefix(currency->sign.size());
    const Integer integer = take_integer();
    const bool cents = rest_.size() == 3 && decimals_follow() && is_digit(rest_[2]) && !currency->cent.empty();
    const Token* follows = next();
    const bool magnitude = follows != nullptr && is_magnitude(follows->text);
    if (cents && !magnitude) {
      rest_.remove_prefix(1);
      say_coins(*currency, integer.digits, take_digits());
      return true;
    }
    say(integer_words(integer.digits));
    const bool whole = !decimals_follow();
    if (!whole) say_decimals();
    if (rest_.empty() && magnitude) {
      say(follows->text);
      ++at_;
    }
    say(whole && !magnitude && integer.digits == "1" ? currency->one : currency->many);
    return true;
  }

  void say_coins(const Currency& currency, string_view whole, string_view hundredths) {
    const bool some = whole.find_first_not_of('0') != string_view::npos;
    if (some) {
      say(integer_words(whole));
      say(whole == "1" ? currency.one : currency.many);
    }
    if (hundredths == "00" && some) return;
    if (some) say("and");
    say(integer_words(hundredths.front() == '0' ? hundredths.substr(1) : hundredths));
    say(hundredths == "01" ? currency.cent : currency.cents);
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  string_view rest_;  ///< of the current token
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> spoken_tokens(string_view folded) {
  return Speaker(split(folded)).run();
}

}  // namespace attend::tools
