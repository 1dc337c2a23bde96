#!/usr/bin/env python3
"""Compares the C++ search with the trainer's Python search on recordings: same labels, committed at the same steps.

    scripts/compare_search.py TRACE MODEL AUDIO…        TRACE is BUILD/bin/search_trace

Both compute in f32, each with its own features and network. A recording is one segment here: endpoints, which the Python
search leaves out, are switched off. Ends with 1 if a recording differs. Needs PyTorch, numpy, safetensors, sentencepiece,
soundfile (tools/train/pyproject.toml).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools" / "train"))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from attend_train.data import decode  # noqa: E402
from attend_train.model_file import read  # noqa: E402
from attend_train.search import SearchConfig, stream  # noqa: E402

ONE_SEGMENT = ["silence=1000000", "nothing_said=1000000", "longest=1000000"]
# The Python search is greedy, and commits as its own defaults say.
THE_SAME = ["beam=1", f"commit_guard={SearchConfig().commit_guard}", "commit_sure=0"]


def cpp_steps(trace: Path, model: Path, recording: Path, spans: tuple[int, int, int]) -> list[list[int]]:
    """Labels committed up to each step."""
    run = subprocess.run(
        [trace, model, *map(str, spans), *ONE_SEGMENT, *THE_SAME],
        input=f"{recording}\n",
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return [json.loads(line)["labels"] for line in run.stdout.splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trace", type=Path, help="the test program search_trace")
    parser.add_argument("model", type=Path)
    parser.add_argument("audio", type=Path, nargs="+")
    parser.add_argument("--chunk-ms", type=float, default=320)
    parser.add_argument("--lookahead-ms", type=float, default=640)
    parser.add_argument("--hindsight-ms", type=float, default=640)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, labels = read(arguments.model)
    begins = [labels.starts_word(i) for i in range(labels.count)]
    spans = (model.rows(arguments.chunk_ms, 1), model.rows(arguments.lookahead_ms), model.rows(arguments.hindsight_ms))
    different = steps = committed = 0
    for audio in arguments.audio:
        samples = decode(audio.read_bytes()).astype(np.float32)  # in the range of 16-bit integers, as the trainer takes them
        with tempfile.NamedTemporaryFile(suffix=".f32") as recording, torch.inference_mode():
            (samples / 32768).tofile(recording.name)
            ours = cpp_steps(arguments.trace, arguments.model, Path(recording.name), spans)
            stem = model.stem_rows(torch.from_numpy(samples)[None])[0]
            theirs = [step.committed for step in stream(model, begins, stem, *spans)]
        first = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), None)
        if first is None and len(ours) > len(theirs):  # a final without rows of its own, which commits nothing new
            ours = ours[: len(theirs)] if ours[-1] == ours[len(theirs) - 1] else ours
        steps, committed = steps + len(ours), committed + len(theirs[-1])
        if first is None and len(ours) == len(theirs):
            continue
        different += 1
        at = first if first is not None else min(len(ours), len(theirs))
        print(f"{audio.name}: step {at + 1} of {len(ours)} (C++) and {len(theirs)} (Python)")
        for name, all_steps in (("C++", ours), ("Python", theirs)):
            print(f"  {name}: {labels.decode(all_steps[at]) if at < len(all_steps) else '(no such step)'}")
    print(f"{len(arguments.audio)} recordings, {steps} steps, {committed} labels: {different} recordings differ")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
