#!/usr/bin/env python3
"""Finds where each word of a transcript is spoken, by an aligner that has nothing to do with Attend: PocketSphinx.

    scripts/align_words.py MANIFEST -o WORDS.jsonl [--limit N] [--jobs N]

MANIFEST holds JSON lines of id, audio (relative to the manifest's folder) and text, as `attend eval` reads them. WORDS gets one
line for every recording that aligns: {"id", "audio", "words": [{"word", "start", "end"}, ...]}, with the words as the
manifest writes them and times in seconds. Words that the aligner's dictionary lacks are pronounced piece by piece (`Speller`).
Recordings that do not align, or whose text is squeezed into too little sound to be what was said, are left out; the last line on
standard error counts them. Needs: pip install pocketsphinx soundfile soxr
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from measuring import read_lines, spread

RATE = 16000
FRAME = 0.01
# A frame's window is 25.6 ms long and begins with the frame: the border between two frames lies where the middles of their windows do.
BORDER = (0.0256 - FRAME) / 2
# A phone has three states of at least one frame. A word that takes hardly more was not found but put somewhere.
SHORTEST_PHONE = 3.5 * FRAME
MOST_SQUEEZED = 0.15

ENDINGS = {"'s": "Z", "s": "Z", "es": "IH Z", "ed": "D", "d": "D", "ing": "IH NG", "er": "ER", "ers": "ER Z", "ly": "L IY", "est": "IH S T",
           "ment": "M AH N T", "ness": "N AH S", "less": "L AH S", "like": "L AY K", "un": "AH N", "re": "R IY"}  # fmt: skip
LETTERS = {"a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F", "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K", "l": "L",
           "m": "M", "n": "N", "o": "OW", "p": "P", "q": "K", "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V", "w": "W", "x": "K S",
           "y": "IY", "z": "Z", "'": "", "sh": "SH", "ch": "CH", "th": "TH", "ph": "F", "ck": "K", "ng": "NG", "wh": "W", "qu": "K W",
           "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW", "ai": "EY", "ay": "EY", "oi": "OY", "oy": "OY", "au": "AO",
           "aw": "AO", "er": "ER", "ar": "AA R", "or": "AO R", "ur": "ER", "ir": "ER", "tion": "SH AH N",
           "ll": "L", "ss": "S", "tt": "T", "nn": "N",
           "rr": "R", "pp": "P", "mm": "M", "ff": "F", "dd": "D", "gg": "G", "bb": "B"}  # fmt: skip


class Speller:
    """Pronounces a word that the dictionary lacks, well enough to find where it lies: the cheapest cover of its letters by known words
    of four letters or more, endings, and letter groups."""

    def __init__(self, lookup: Callable[[str], str | None]):
        """`lookup` gives the phones of a word that the dictionary has."""
        self.lookup = lookup

    def phones(self, word: str) -> str | None:
        best: list[tuple[float, list[str]] | None] = [(0.0, []), *[None] * len(word)]
        for end in range(1, len(word) + 1):
            for start in range(end):
                piece = self.piece(word[start:end], inside=start > 0)
                before = best[start]
                if piece is None or before is None:
                    continue
                cost = before[0] + piece[0]
                if best[end] is None or cost < best[end][0]:
                    best[end] = (cost, [*before[1], *piece[1].split()])
        return " ".join(best[-1][1]) or None if best[-1] else None

    def piece(self, letters: str, inside: bool) -> tuple[float, str] | None:
        """Cost and phones. A known word costs 1, an ending 0.8, a group of letters 1: fewer, longer pieces win."""
        if len(letters) >= 4 and (phones := self.lookup(letters)):
            return 1.0, phones
        if letters in ENDINGS and (inside or letters in ("un", "re")):
            return 0.8, ENDINGS[letters]
        if letters in LETTERS:
            return 1.0, LETTERS[letters]
        return None


class Aligner:
    def __init__(self):
        from pocketsphinx import Decoder

        # Wider beams than recognition needs: there is one path to keep. (Much narrower ones than 1e-100 underflow.)
        self.decoder = Decoder(lm=None, loglevel="FATAL", samprate=RATE, beam=1e-80, pbeam=1e-80, wbeam=1e-80)
        self.speller = Speller(self.decoder.lookup_word)

    def know(self, word: str) -> bool:
        """Adds a word to the dictionary if it is not there."""
        if self.decoder.lookup_word(word) is not None:
            return True
        phones = self.speller.phones(word)
        if phones is None:
            return False
        self.decoder.add_word(word, phones, True)
        return True

    def align(self, samples: np.ndarray, words: list[str]) -> list[dict] | str:
        """The words with their times, or why there are none."""
        said = [spoken_form(word) for word in words]
        for word in said:
            if not word or not self.know(word):
                return f"'{word}' cannot be pronounced"
        if not said:
            return "the text is empty"
        segments = self.search(samples.tobytes(), " ".join(said))
        if [name for name, _, _ in segments] != said:
            return "the text does not fit the sound"
        squeezed = sum(end - start < SHORTEST_PHONE * self.count_phones(name) for name, start, end in segments)
        if squeezed > max(1, MOST_SQUEEZED * len(said)):
            return f"{squeezed} of {len(said)} words are squeezed"
        return [{"word": word, "start": start, "end": end} for word, (_, start, end) in zip(words, segments)]

    def count_phones(self, word: str) -> int:
        return len((self.decoder.lookup_word(word) or "").split())

    def search(self, sound: bytes, text: str) -> list[tuple[str, float, float]]:
        """Words with times; pronunciations and pauses are the search's choice."""
        self.decoder.set_align_text(text)
        self.decoder.start_utt()
        self.decoder.process_raw(sound, full_utt=True)
        self.decoder.end_utt()
        if self.decoder.hyp() is None:
            return []
        found = []
        for segment in self.decoder.seg():
            name = re.sub(r"\(\d+\)$", "", segment.word)
            if not name.startswith(("<", "[", "+", "(")):
                start, end = segment.start_frame * FRAME + BORDER, (segment.end_frame + 1) * FRAME + BORDER
                found.append((name, round(start, 4), round(end, 4)))
        return found


def spoken_form(word: str) -> str:
    """'"Don’t,' → "don't"; empty if it holds what is no letter."""
    word = word.lower().replace("\u2019", "'").strip(".,?!;:\"()[]-\u201c\u201d")
    return word if re.fullmatch(r"[a-z']*[a-z][a-z']*", word) else ""


def read_samples(file: Path) -> np.ndarray:
    """16-bit mono at 16 kHz."""
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if rate != RATE:
        import soxr

        mono = soxr.resample(mono, rate, RATE)
    return np.clip(np.round(mono * 32768), -32768, 32767).astype(np.int16)


_aligner: Aligner | None = None


def align_recording(task: tuple[Path, dict]) -> tuple[dict, list[dict] | str]:
    """In a worker process, which keeps its aligner."""
    global _aligner
    _aligner = _aligner or Aligner()
    folder, row = task
    try:
        return row, _aligner.align(read_samples(folder / row["audio"]), row["text"].split())
    except (RuntimeError, ValueError, soundfile.LibsndfileError) as error:
        _aligner = None  # its state after an error is not worth trusting
        return row, str(error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    rows = spread(read_lines(options.manifest), options.limit)
    tasks = [(options.manifest.parent, row) for row in rows]
    aligned = words = 0
    with multiprocessing.Pool(options.jobs) as pool, open(options.output, "w") as out:
        for row, result in pool.imap(align_recording, tasks):
            if isinstance(result, str):
                print(f"{row['id']}: left out: {result}", file=sys.stderr)
                continue
            print(json.dumps({"id": row["id"], "audio": row["audio"], "words": result}), file=out)
            aligned, words = aligned + 1, words + len(result)
    print(f"{aligned} of {len(rows)} recordings aligned, {words} words; {len(rows) - aligned} left out", file=sys.stderr)


if __name__ == "__main__":
    main()
