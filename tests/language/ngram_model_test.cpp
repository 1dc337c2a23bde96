#include "language/ngram_model.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <random>
#include <sstream>

#include "arpa_text.hpp"
#include "language/whole_file.hpp"

namespace attend::language {
namespace {

constexpr double ln10 = 2.302585092994046;

std::string gzip(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::filesystem::path scratch(const std::string& name) {
  return std::filesystem::path(testing::TempDir()) / ("attend-language-" + name);
}

std::vector<double> scores(const NgramModel& model, const std::string& sentence) {
  std::vector<double> found;
  std::istringstream in(sentence);
  NgramState state = model.begin();
  for (std::string word; in >> word;) found.push_back(model.score(state, model.find(word)) / ln10);
  found.push_back(model.score_end(state) / ln10);
  return found;
}

// Values from KenLM (kenlm 0.3.0 from PyPI, Model.full_scores).
TEST(NgramModel, SaysWhatKenlmSays) {
  const NgramModel model = NgramModel::load(ATTEND_SOURCE_DIR "/tests/data/language/small.arpa").value();
  const std::vector<std::pair<std::string, std::vector<double>>> cases = {
      {"the cat sat", {-0.2, -0.15, -0.45, -0.05}},
      {"cat", {-1.5, -0.8}},
      {"sat the cat", {-1.7, -0.85, -0.5, -1.1}},
      {"the dog sat", {-0.2, -1.95, -1.3, -0.3}},
      {"", {-1.3}},
      {"dog the cat sat cat", {-1.9, -0.7, -0.5, -0.45, -1.45, -0.8}}};
  for (const auto& [sentence, expected] : cases) {
    const auto found = scores(model, sentence);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << sentence << ", word " << i;
  }
}

TEST(NgramModel, BacksOffAsArpaSays) {
  for (std::size_t order = 1; order <= 5; ++order) {
    for (unsigned seed = 0; seed < 10; ++seed) {
      std::mt19937 random(seed);
      const ArpaText arpa = random_arpa(random, order);
      const NgramModel model = model_of(arpa.text());
      ASSERT_EQ(model.order(), static_cast<int>(order));
      for (int sentence = 0; sentence < 20; ++sentence) {
        Words words = {"<s>"};
        NgramState state = model.begin();
        for (int i = 0; i < 12; ++i) {
          const std::string word(1, static_cast<char>('a' + random() % 9));  // "i" is unknown
          ASSERT_NEAR(model.score(state, model.find(word)), ln10 * arpa.score(words, word), 1e-4) << "order " << order;
          words.push_back(word);
          ASSERT_NEAR(model.score_end(state), ln10 * arpa.score(words, "</s>"), 1e-4) << "order " << order;
        }
      }
    }
  }
}

TEST(NgramModel, StatesHoldAllThatMatters) {
  std::mt19937 random(7);
  const ArpaText arpa = random_arpa(random, 3);
  const NgramModel model = model_of(arpa.text());
  std::map<std::vector<WordId>, std::vector<float>> answers;
  for (int text = 0; text < 2000; ++text) {
    NgramState state = model.begin();
    for (int i = 0; i < 4; ++i) model.score(state, static_cast<WordId>(random() % 11));
    EXPECT_LE(state.length, 2);
    std::vector<float> next;
    for (WordId word = 0; word < 11; ++word) {
      NgramState after = state;
      next.push_back(model.score(after, word));
    }
    const std::vector<WordId> key(state.words, state.words + state.length);
    const auto [entry, added] = answers.try_emplace(key, next);
    EXPECT_EQ(entry->second, next);
  }
}

TEST(NgramModel, RoundsManyValuesToHalfAStep) {
  std::string text = "\\data\\\nngram 1=1002\nngram 2=1000\n\n\\1-grams:\n-1\t<s>\n-1\t</s>\n";
  std::mt19937 random(3);
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) text += "-2\tw" + std::to_string(i) + "\n";
  text += "\n\\2-grams:\n";
  for (int i = 0; i < 1000; ++i) {
    values.push_back(-static_cast<double>(random() % 1000000) / 200000);
    text += std::to_string(values.back()) + "\t<s> w" + std::to_string(i) + "\n";
  }
  const NgramModel model = model_of(text + "\n\\end\\\n");
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const double half_step = (*most - *least) / 254 / 2;
  for (std::size_t i = 0; i < values.size(); ++i) {
    NgramState state = model.begin();
    EXPECT_NEAR(model.score(state, model.find("w" + std::to_string(i))) / ln10, values[i], half_step + 1e-5);
  }
}

TEST(NgramModel, BinaryAndGzipSayTheSame) {
  std::mt19937 random(5);
  const std::string text = random_arpa(random, 4).text();
  const NgramModel plain = model_of(text);
  const auto file = scratch("saved");
  ASSERT_TRUE(plain.save(file));
  const NgramModel binary = NgramModel::load(file).value();
  const std::string half = text.substr(0, text.size() / 2);
  const NgramModel members = model_of(gzip(half) + gzip(text.substr(half.size())));
  EXPECT_EQ(plain.ngrams(), binary.ngrams());
  EXPECT_EQ(plain.ngrams()[0], 11);
  for (int sentence = 0; sentence < 200; ++sentence) {
    std::string words;
    for (int i = 0; i < 6; ++i) words += std::string(1, static_cast<char>('a' + random() % 9)) + " ";
    EXPECT_EQ(scores(plain, words), scores(binary, words));
    EXPECT_EQ(scores(plain, words), scores(members, words));
  }
  std::filesystem::remove(file);
}

TEST(NgramModel, CountsListedNgramsOnly) {
  const NgramModel model = model_of(
      "\\data\\\nngram 1=4\nngram 2=0\nngram 3=1\n\n\\1-grams:\n-1\t<s>\n-1\t</s>\n-1\ta\t-0.5\n-1\tb\n\n\\2-grams:\n\n"
      "\\3-grams:\n-0.25\ta b a\n\n\\end\\\n");
  EXPECT_EQ(model.ngrams(), (std::vector<std::int64_t>{5, 0, 1}));  // with the unknown word, which the text leaves out
  NgramState state = model.begin();
  model.score(state, model.find("a"));
  EXPECT_NEAR(model.score(state, model.find("b")), -1.5 * ln10, 1e-5);
  EXPECT_NEAR(model.score(state, model.find("a")), -0.25 * ln10, 1e-5);
}

TEST(NgramModel, GivesTheUnknownTheLeastProbability) {
  const NgramModel model = model_of("\\data\\\nngram 1=3\n\n\\1-grams:\n-99\t<s>\n-1\t</s>\n-3\ta\n\n\\end\\\n");
  EXPECT_EQ(model.find("zebra"), 0U);
  NgramState state = model.begin();
  EXPECT_NEAR(model.score(state, 0), -3 * ln10, 1e-5);
}

TEST(NgramModel, SumsWordsByTheirBeginning) {
  const NgramModel model = model_of(
      "\\data\\\nngram 1=7\n\n\\1-grams:\n-99\t<s>\n-1\t</s>\n-2\t<unk>\n-1\tcar\n-1.5\tcart\n-2\tcat\n-3\tdog\n\n\\end\\\n");
  const auto sum = [](std::initializer_list<double> logs) {
    double total = std::pow(10, -2);  // the unknown word
    for (const double log : logs) total += std::pow(10, log);
    return std::log(total);
  };
  EXPECT_NEAR(model.score_prefix("ca"), sum({-1, -1.5, -2}), 1e-5);
  EXPECT_NEAR(model.score_prefix("car"), sum({-1, -1.5}), 1e-5);
  EXPECT_NEAR(model.score_prefix("dog"), sum({-3}), 1e-5);
  EXPECT_NEAR(model.score_prefix("dogs"), sum({}), 1e-5);
  EXPECT_NEAR(model.score_prefix(""), sum({-1, -1.5, -2, -3}), 1e-5);
}

struct Refusal {
  std::string text, expected;
};

TEST(NgramModel, RefusesBrokenArpaWithTheLine) {
  const std::string head = "\\data\\\nngram 1=3\nngram 2=1\n\n\\1-grams:\n-1\t<s>\n-1\t</s>\n-1\ta\n";
  const std::vector<Refusal> cases = {
      {"", "is empty"},
      {"hello\n", "ends before"},
      {head, "ends before"},
      {"\\data\\\nngram 2=1\n", "line 2: a count should read 'ngram 1=NUMBER'"},
      {"\\data\\\nngram 1=x\n", "line 2"},
      {"\\data\\\nngram 1=99999999999\n", "beyond all bounds"},
      {"\\data\\\n\\1-grams:\n", "tells no counts"},
      {"\\data\\\nngram 1=1\nngram 2=1\nngram 3=1\nngram 4=1\nngram 5=1\nngram 6=1\n", "more than 5 words are not supported"},
      {"\\data\\\nngram 1=1\n\\2-grams:\n", "'\\1-grams:' should stand here"},
      {head + "-1\tb\n", "more 1-grams than"},
      {"\\data\\\nngram 1=3\n\\1-grams:\n-1\t<s>\n\\end\\\n", "only 1 of 3 1-grams"},
      {head + "\\2-grams:\n-1\ta zebra\n\\end\\\n", "line 10: a word of this n-gram is not among the 1-grams"},
      {head + "\\2-grams:\n1\ta a\n\\end\\\n", "logarithm of at most 0"},
      {head + "\\2-grams:\n-inf\ta a\n\\end\\\n", "logarithm of at most 0"},
      {head + "\\2-grams:\n-400\ta a\n\\end\\\n", "logarithm of at most 0"},
      {head + "\\2-grams:\n-1\ta a\tnan\n\\end\\\n", "last field is no logarithm"},
      {head + "\\2-grams:\n-1\ta a\t1e38\n\\end\\\n", "last field is no logarithm"},
      {head + "\\2-grams:\n-1\ta\n\\end\\\n", "2 words"},
      {head + "\\2-grams:\n-1\ta a\n\\3-grams:\n", "'\\end\\' should stand here"},
      {"\\data\\\nngram 1=3\nngram 2=2\n\\1-grams:\n-1\t<s>\n-1\t</s>\n-1\ta\n\\2-grams:\n-1\ta a\n-2\ta a\n\\end\\\n",
       "2-gram twice"},
      {"\\data\\\nngram 1=4\n\\1-grams:\n-1\t<s>\n-1\t</s>\n-1\ta\n-1\ta\n\\end\\\n", "'a' has two 1-grams"},
      {"\\data\\\nngram 1=1\n\\1-grams:\n-1\ta\n\\end\\\n", "no 1-grams <s> and </s>"},
      {"\\data\\\nngram 1=4\n\\1-grams:\n-1\t<s>\n-1\t</s>\n-1\t<unk>\n-1\t<UNK>\n\\end\\\n", "both <unk> and <UNK>"},
      {std::string(100000, 'x'), "line 1 is longer"}};
  for (const Refusal& refusal : cases) {
    const auto model = NgramModel::parse(bytes_of(refusal.text), "lm.arpa");
    ASSERT_FALSE(model) << refusal.expected;
    EXPECT_NE(model.error().message.find(refusal.expected), std::string::npos) << model.error().message;
    EXPECT_NE(model.error().message.find("lm.arpa"), std::string::npos);
  }
}

TEST(NgramModel, RefusesCutGzip) {
  std::mt19937 random(5);
  const std::string packed = gzip(random_arpa(random, 3).text());
  for (std::size_t size = 2; size < packed.size(); size += 7) {
    const auto model = NgramModel::parse(bytes_of(packed.substr(0, size)), "lm.gz");
    ASSERT_FALSE(model);
    EXPECT_NE(model.error().message.find("damaged or cut off"), std::string::npos) << model.error().message;
  }
}

// Whatever a byte becomes, the file is refused with a sentence or a model that can be asked.
TEST(NgramModel, SurvivesAnyDamageToTheBinary) {
  std::mt19937 random(11);
  const NgramModel model = model_of(random_arpa(random, 3).text());
  const auto file = scratch("damaged");
  ASSERT_TRUE(model.save(file));
  const std::vector<std::byte> whole = read_file(file).value();
  std::filesystem::remove(file);
  for (std::size_t size = 0; size < whole.size(); size += 5) {
    EXPECT_FALSE(NgramModel::parse({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, "cut"));
  }
  int refused = 0;
  for (std::size_t place = 8; place < whole.size(); ++place) {
    auto damaged = whole;
    damaged[place] ^= static_cast<std::byte>(1U << random() % 8);
    const auto read = NgramModel::parse(damaged, "damaged.lm");
    if (!read) {
      ++refused;
      EXPECT_NE(read.error().message.find("attend lm build"), std::string::npos) << read.error().message;
      continue;
    }
    NgramState state = read->begin();
    for (int i = 0; i < 20; ++i) read->score(state, static_cast<WordId>(random() % static_cast<unsigned>(read->words())));
  }
  EXPECT_GT(refused, 100);
}

TEST(NgramModel, LeavesTheOldFileWhereItCannotWrite) {
  const auto missing = NgramModel::load(scratch("no-such-file"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_FALSE(NgramModel::load(testing::TempDir()));
  const NgramModel model = model_of("\\data\\\nngram 1=2\n\\1-grams:\n-1\t<s>\n-1\t</s>\n\\end\\\n");
  const auto saved = model.save(scratch("no-such-folder") / "lm");
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().message.find("cannot write"), std::string::npos);
}

}  // namespace
}  // namespace attend::language
