#!/usr/bin/env python3
"""Compares the word times of `attend transcribe` with those of an independent aligner.

    scripts/check_word_times.py ATTEND MANIFEST --alignment WORDS.jsonl [--limit N] [--within 150] [--attend-options "…"]

WORDS come from scripts/align_words.py. Of the words that both have (the longest common subsequence of a recording's texts), prints the
share whose beginning, end, and both lie within so many milliseconds of the aligner's; how far they lie off, with sign (positive:
Attend is late); and by what shift of all beginnings and all ends the shares would be largest.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
from pathlib import Path

import numpy as np
from measuring import read_lines, read_manifest, run_measured, table


def plain(word: str) -> str:
    return re.sub(r"[^a-z']", "", word.lower().replace("\u2019", "'"))


def attend_words(options: argparse.Namespace, recordings: list[dict]) -> dict[str, list[dict]]:
    """The final words by audio file."""
    command = [options.attend, "transcribe", "--format", "jsonl", *options.attend_options.split(), *(row["audio"] for row in recordings)]
    words: dict[str, list[dict]] = {}
    for line in run_measured(command).output.splitlines():
        event = json.loads(line)
        if event["type"] == "final":
            words.setdefault(event["file"], []).extend(event["committed"])
    return words


def differences(heard: list[dict], spoken: list[dict]) -> list[tuple[float, float]]:
    """Attend's times less the aligner's, of beginning and end, for the words that both have."""
    a, b = [plain(word["text"]) for word in heard], [plain(word["word"]) for word in spoken]
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    pairs = [(heard[block.a + i], spoken[block.b + i]) for block in blocks for i in range(block.size)]
    return [(ours["start"] - theirs["start"], ours["end"] - theirs["end"]) for ours, theirs in pairs]


def best_shift(errors: np.ndarray, within: float) -> tuple[float, float]:
    """The shift in steps of 4 ms that brings most errors within the bound, and the share it brings; the middle of equal ones."""
    shifts = np.arange(-0.3, 0.3001, 0.004)
    shares = np.array([(np.abs(errors + shift) <= within).mean() for shift in shifts])
    best = shifts[shares >= shares.max() - 1e-12]
    return float(best[len(best) // 2]), float(shares.max())


def print_result(errors: np.ndarray, within: float) -> None:
    per_cent = lambda hits: f"{100 * hits.mean():.1f} %"
    rows = []
    for name, edge in (("beginning", errors[:, 0]), ("end", errors[:, 1])):
        quantiles = " / ".join(f"{1000 * q:+.0f}" for q in np.percentile(edge, [5, 50, 95]))
        shift, share = best_shift(edge, within)
        shifted = f"{1000 * shift:+.0f} ms → {100 * share:.1f} %"
        rows.append([name, per_cent(np.abs(edge) <= within), f"{1000 * edge.mean():+.0f}", quantiles, shifted])
    print(table(["edge", f"within {1000 * within:.0f} ms", "mean ms", "5 % / median / 95 % ms", "best shift"], rows))
    print(f"both edges within: {per_cent((np.abs(errors) <= within).all(axis=1))} of {len(errors)} words")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attend", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--alignment", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--within", type=float, default=150, help="milliseconds (150)")
    parser.add_argument("--attend-options", default="", help='further options for Attend, such as "--chunk 160ms"')
    options = parser.parse_args()
    spoken = {row["id"]: row["words"] for row in read_lines(options.alignment)}
    recordings = [row for row in read_manifest(options.manifest, options.limit) if row["id"] in spoken]
    heard = attend_words(options, recordings)
    errors = [pair for row in recordings for pair in differences(heard.get(row["audio"], []), spoken[row["id"]])]
    print_result(np.array(errors), options.within / 1000)


if __name__ == "__main__":
    main()
