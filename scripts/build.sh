#!/usr/bin/env bash
# Configures a preset, tests included, if that is due, and builds it: build.sh [PRESET] [cmake --build arguments…]
# ATTEND_CMAKE_ARGS holds further arguments for configuring.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
tests=ON
[ "$preset" = fuzz ] && tests=OFF
if [ ! -f "build/$preset/build.ninja" ] || ! grep -q "^ATTEND_TESTS:BOOL=$tests" "build/$preset/CMakeCache.txt"; then
  cmake --preset "$preset" -DATTEND_TESTS=$tests ${ATTEND_CMAKE_ARGS:-} > /dev/null
fi
cmake --build "build/$preset" "$@"
