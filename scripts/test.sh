#!/usr/bin/env bash
# From a fresh machine to passed tests: sets up, builds, runs every test of the release build. test.sh [ctest arguments…]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh --tests
scripts/build.sh release
exec ctest --test-dir build/release --output-on-failure --timeout 600 -j "$(nproc)" "$@"
