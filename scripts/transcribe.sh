#!/usr/bin/env bash
# From a fresh machine to the first words: sets up, builds, transcribes. transcribe.sh [arguments of `attend transcribe`…]
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
"$here/scripts/setup.sh" >&2
# Without the tests, whose libraries are not needed here; scripts/build.sh adds them when they are.
[ -f "$here/build/release/build.ninja" ] || (cd "$here" && cmake --preset release -DATTEND_TESTS=OFF > /dev/null)
cmake --build "$here/build/release" --target attend_program >&2
[ $# -gt 0 ] || set -- "$here/examples/audio/austen-0870.flac"
exec "$here/build/release/bin/attend" transcribe "$@"
