#!/usr/bin/env bash
# clang-tidy over the product's sources, two at a time; needs a configured release build for the compile commands.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f build/release/compile_commands.json ] || cmake --preset release ${ATTEND_CMAKE_ARGS:-} > /dev/null
git ls-files '*.cpp' ':!tests' ':!examples' ':!benchmarks' | xargs -P 2 -n 1 clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error -p build/release 2> >(grep -v 'warnings generated\|Suppressed\|Use -header-filter\|^$' >&2)
