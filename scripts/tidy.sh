#!/usr/bin/env bash
# clang-tidy over the product's sources, one per processor; needs a configured release build for the compile commands.
# tidy.sh [--deep] [FILE…]   --deep: the static analyzer's paths too, which take three quarters of the time; before a release
set -euo pipefail
cd "$(dirname "$0")/.."
checks=-clang-analyzer-*
if [ "${1:-}" = --deep ]; then checks= && shift; fi
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(git ls-files '*.cpp' ':!tests' ':!examples' ':!benchmarks')
[ -f build/release/compile_commands.json ] || cmake --preset release ${ATTEND_CMAKE_ARGS:-} > /dev/null
printf '%s\0' "${files[@]}" |
  xargs -0 -P "$(nproc)" -n 1 clang-tidy --quiet --checks="$checks" --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error -p build/release \
    2> >(grep -v 'warnings generated\|Suppressed\|Use -header-filter\|^$' >&2)
