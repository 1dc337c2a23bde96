// What a CTC head might say, written down row by row.
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "decoder/posteriors.hpp"

namespace attend::decoder {

/// The symbol 0 is the blank.
class Matrix : public Posteriors {
 public:
  explicit Matrix(std::vector<std::vector<float>> probabilities) : settled(probabilities.size()), rows_(std::move(probabilities)) {
    for (auto& row : rows_) {
      for (float& value : row) value = std::log(value);
    }
  }
  std::size_t rows() const override { return rows_.size(); }
  std::size_t settled_rows() const override { return settled; }
  std::span<const float> row(std::size_t index) const override { return rows_[index]; }
  Symbol blank() const override { return 0; }

  void become(const Matrix& other) { rows_ = other.rows_; }

  std::size_t settled;

 private:
  std::vector<std::vector<float>> rows_;
};

inline Matrix random_matrix(std::mt19937& random, std::size_t rows, std::size_t symbols) {
  std::vector<std::vector<float>> probabilities(rows, std::vector<float>(symbols));
  for (auto& row : probabilities) {
    float sum = 0;
    for (float& value : row) sum += value = std::uniform_real_distribution<float>(0.01F, 1)(random);
    for (float& value : row) value /= sum;
  }
  return Matrix(probabilities);
}

/// A head that is sure of these symbols, two rows each with a blank behind them: to each other symbol it leaves `doubt`.
inline Matrix sure_matrix(const std::vector<Symbol>& text, std::size_t symbols, float doubt) {
  std::vector<std::vector<float>> rows;
  for (const Symbol symbol : text) {
    for (const Symbol heard : {symbol, symbol, 0}) {
      rows.emplace_back(symbols, doubt);
      rows.back()[static_cast<std::size_t>(heard)] = 1 - doubt * static_cast<float>(symbols - 1);
    }
  }
  return Matrix(rows);
}

}  // namespace attend::decoder
