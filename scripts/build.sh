#!/usr/bin/env bash
# Configures once and builds a preset: build.sh [PRESET] [cmake --build arguments…]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
shift || true
[ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" ${ATTEND_CMAKE_ARGS:-} > /dev/null
cmake --build "build/$preset" "$@"
