// What weights and rows are multiplied in.
#pragma once

namespace attend::engine {

/// Sums, results and everything between products are f32 either way.
enum class Precision { f32, bf16 };

}  // namespace attend::engine
