#!/usr/bin/env bash
# Installs what building needs and is missing (Debian 12 or newer). With --tests also what the tests need. Does nothing when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(g++ cmake ninja-build ccache pkg-config
  libdnnl-dev ocl-icd-opencl-dev libkissfft-dev libsndfile1-dev libsoxr-dev libmpg123-dev
  portaudio19-dev libboost-dev libcli11-dev nlohmann-json3-dev libexpected-dev libssl-dev zlib1g-dev libpng-dev libutf8proc-dev)
tests=(libgtest-dev libgmock-dev libsentencepiece-dev clang libclang-rt-14-dev libomp-14-dev clang-tidy clang-format ffmpeg sox tmux python3-venv python3-dev
  pulseaudio pulseaudio-utils libasound2-plugins)

wanted=("${packages[@]}")
[ "${1:-}" = --tests ] && wanted+=("${tests[@]}")
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing: ${missing[*]}"
  run=()
  [ "$(id -u)" = 0 ] || run=(sudo)
  "${run[@]}" apt-get update -qq
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
fi

if [ "${1:-}" = --tests ]; then
  # Python serves the trainer's tests and the reference values only; the engine needs none of it.
  requirements=tools/train/requirements.txt
  if ! cmp -s "$requirements" .venv/installed.txt; then
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check -r "$requirements"
    cp "$requirements" .venv/installed.txt
  fi
fi
