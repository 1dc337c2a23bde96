#!/usr/bin/env python3
"""Measures how a model does on what scripts/make_disturbances.py made: words where nobody speaks, errors where somebody does.

    scripts/check_robustness.py PROGRAM FOLDER [--sets silence,noisy,…] [--json FILE] [-- OPTIONS OF attend transcribe]

PROGRAM is `attend`; FOLDER holds a folder with manifest.jsonl for each set. Sets whose texts are empty: words per ten minutes, which
should be none, and what they are. Others: errors as `attend eval` counts them, recordings without any word, and words that begin later
than 0.5 s behind the speech's end (`speech_ends`), where only noise follows. In all sets: loops, phrases of up to eight words that come
four times or more in a row where the reference does not have them so.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import read_lines

LONGEST_PHRASE, LOOP = 8, 4
BEHIND = 0.5  # seconds behind the end of speech from which on a word is invented


def plain(text: str) -> list[str]:
    """Words in lower case without marks."""
    return re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("\u2019", "'")).split()


def runs(words: list[str]) -> dict[tuple[str, ...], int]:
    """For each phrase that follows itself: how often it comes in a row, at most. Of `a a a a` the phrase is `a`, not `a a`."""
    found: dict[tuple[str, ...], int] = {}
    for size in range(1, LONGEST_PHRASE + 1):
        for start in range(len(words) - 2 * size + 1):
            phrase = tuple(words[start : start + size])
            if any(size % part == 0 and phrase == phrase[:part] * (size // part) for part in range(1, size)):
                continue
            count = 1
            while tuple(words[start + count * size : start + (count + 1) * size]) == phrase:
                count += 1
            if count > 1:
                found[phrase] = max(found.get(phrase, 1), count)
    return found


def loops(heard: str, reference: str) -> list[str]:
    """Phrases that a text repeats LOOP times or more in a row, and more often than the reference does."""
    said = runs(plain(reference))
    turns = set()
    for phrase, count in runs(plain(heard)).items():
        if count >= LOOP and count > said.get(phrase, 1):
            turns.add(min(phrase[i:] + phrase[:i] for i in range(len(phrase))))  # "a b a b a b a" also holds "b a"
    return [" ".join(phrase) for phrase in sorted(turns)]


def transcripts(program: Path, recordings: list[Path], options: list[str]) -> list[dict]:
    """The JSON results of the program, in the recordings' order."""
    command = [program, "transcribe", "--quiet", "--format", "json", *options, "--", *recordings]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    decoder, found, at = json.JSONDecoder(), [], 0
    while output[at:].strip():
        at += len(output[at:]) - len(output[at:].lstrip())
        result, size = decoder.raw_decode(output[at:])
        found.append(result)
        at += size
    if len(found) != len(recordings):
        sys.exit(f"{program}: gave {len(found)} transcripts for {len(recordings)} recordings.")
    return found


def errors(program: Path, manifest: Path, texts: dict[str, str]) -> dict:
    """What `attend eval` says of the texts."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items())
        file.flush()
        command = [program, "eval", manifest, "--hypotheses", file.name, "--json"]
        return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)


def measure(program: Path, folder: Path, options: list[str]) -> dict:
    """Figures of one set."""
    manifest = folder / "manifest.jsonl"
    records = read_lines(manifest)
    heard = transcripts(program, [folder / r["audio"] for r in records], options)
    pairs = list(zip(records, heard, strict=True))
    figures = {"set": folder.name, "recordings": len(records), "minutes": sum(h["duration"] for h in heard) / 60}
    figures["loops"] = [loop for r, h in pairs for loop in loops(h["text"], r["text"])]
    words = [(r, w) for r, h in pairs for segment in h["segments"] for w in segment["words"]]
    if not any(r["text"] for r in records):
        texts = [h["text"].replace("\n", " ") for h in heard if h["text"]]
        return {**figures, "words": len(words), "per_ten_minutes": 10 * len(words) / figures["minutes"], "texts": texts}
    scored = errors(program, manifest, {r["id"]: h["text"] for r, h in pairs})
    figures |= {k: scored[k] for k in ("wer", "words", "substitutions", "deletions", "insertions")}
    figures["empty"] = sum(not h["text"] for h in heard)
    figures["behind"] = sum(w["start"] > r["speech_ends"] + BEHIND for r, w in words if "speech_ends" in r)
    return figures


def report(f: dict) -> str:
    looping = f"; loops: {f['loops']}" if f["loops"] else "; no loops"
    if "wer" not in f:
        said = "".join(f"\n      {text[:150]}" for text in f["texts"])
        return f"{f['set']:10} {f['minutes']:5.1f} min: {f['words']} words, {f['per_ten_minutes']:.1f} in 10 minutes{looping}{said}"
    rates = ", ".join(f"{name} {100 * f[name] / f['words']:.2f} %" for name in ("substitutions", "deletions", "insertions"))
    return (
        f"{f['set']:10} {f['minutes']:5.1f} min: WER {f['wer']:.2f} % of {f['words']} words ({rates}); "
        f"{f['empty']} of {f['recordings']} without a word, {f['behind']} words behind the speech{looping}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", help="names of sets, with commas (default: all that are there)")
    parser.add_argument("--json", type=Path, help="also write the figures here, an object a line")
    end = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments, options = parser.parse_args(sys.argv[1:end]), sys.argv[end + 1 :]
    there = sorted(p.parent for p in arguments.folder.glob("*/manifest.jsonl"))
    chosen = [arguments.folder / name for name in arguments.sets.split(",")] if arguments.sets else there
    for folder in chosen:
        figures = measure(arguments.program, folder, options)
        print(report(figures), flush=True)
        if arguments.json:
            with open(arguments.json, "a", encoding="utf-8") as out:
                print(json.dumps(figures, ensure_ascii=False), file=out)


if __name__ == "__main__":
    main()
