#!/usr/bin/env python3
"""Scores how a recogniser writes: marks and casing, against texts that have both.

    scripts/score_writing.py REFERENCES HYPOTHESES…

All are JSON lines with `id` and `text` (a manifest, what `attend eval --texts` writes, what `python -m attend_train hear` writes);
only what both sides hold counts. Words are aligned with the fewest errors, lower case and without marks; a mark belongs to the word that
it stands behind. For each of . , ? ! precision, recall and F1 over all words: a mark is right where reference and hypothesis have it
behind aligned words, equal or not; semicolons, colons and dashes count as commas, an ellipsis as a full stop. Casing: the share of equal
words that are equal with their case; apart for first words of sentences, where it follows from the marks.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from pathlib import Path

from measuring import read_lines

MARKS = ".,?!"
SAME = str.maketrans({";": ",", ":": ",", "\u2014": ",", "\u2013": ",", "\u2026": ".", "\u2019": "'", "\u2018": "'"})


@dataclass
class Word:
    text: str  # with case, without marks
    mark: str  # one of MARKS, or nothing
    opens: bool  # begins a text or a sentence

    @property
    def bare(self) -> str:
        return self.text.lower()


def words_of(text: str) -> list[Word]:
    """Words and the marks behind them. Of several marks behind a word the most telling counts: ? before ! before . before comma."""
    text = re.sub(r"(\w)[-/](?=\w)", r"\1 ", text.translate(SAME))
    found: list[Word] = []
    for piece in text.split():
        letters = re.sub(r"[^\w'.&]", "", piece).strip("'.")
        behind = re.search(r"[^\w]*$", piece).group()
        # The full stop of an abbreviation (U.S., Mr.) is not told from that of a sentence: both sides are taken alike.
        mark = next((m for m in "?!.," if m in behind), "," if piece in ("-", "--") else "")
        if letters:
            found.append(Word(letters, mark, not found or found[-1].mark in (".", "?", "!")))
        elif mark and found and not found[-1].mark:
            found[-1].mark = mark
    return found


def align(a: list[Word], b: list[Word]) -> list[tuple[Word | None, Word | None]]:
    """Pairs of words in an alignment of fewest errors; None stands for a word that the other side lacks."""
    cost = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == 0 or j == 0:
                cost[i][j] = i + j
                continue
            differ = a[i - 1].bare != b[j - 1].bare
            cost[i][j] = min(cost[i - 1][j - 1] + differ, cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    i, j, pairs = len(a), len(b), []
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + (a[i - 1].bare != b[j - 1].bare):
            i, j = i - 1, j - 1
            pairs.append((a[i], b[j]))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            pairs.append((a[i], None))
        else:
            j -= 1
            pairs.append((None, b[j]))
    return pairs[::-1]


@dataclass
class Score:
    """Counts over all texts."""

    texts: int = 0
    words: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MARKS, 0))
    written: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MARKS, 0))
    wanted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MARKS, 0))
    case_right: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})  # by whether the word opens a sentence
    case_seen: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})

    def add(self, reference: str, heard: str) -> None:
        self.texts += 1
        for ours, theirs in align(words_of(reference), words_of(heard)):
            self.words += ours is not None
            if ours and ours.mark:
                self.wanted[ours.mark] += 1
            if theirs and theirs.mark:
                self.written[theirs.mark] += 1
            if not ours or not theirs:
                continue
            if ours.mark and ours.mark == theirs.mark:
                self.right[ours.mark] += 1
            if ours.bare == theirs.bare and any(c.isalpha() for c in ours.text):
                self.case_seen[ours.opens] += 1
                self.case_right[ours.opens] += ours.text == theirs.text

    def f1(self, marks: str) -> tuple[float, float, float]:
        """Precision, recall and F1 in per cent over some marks together."""
        right, written, wanted = (sum(counts[m] for m in marks) for counts in (self.right, self.written, self.wanted))
        share = lambda part, whole: 100 * part / whole if whole else 0.0
        return share(right, written), share(right, wanted), share(2 * right, written + wanted)

    def casing(self, *opens: bool) -> float:
        """Share of equal words that are equal with their case, in per cent."""
        return 100 * sum(self.case_right[o] for o in opens) / max(1, sum(self.case_seen[o] for o in opens))


def read_texts(path: Path) -> dict[str, str]:
    """Texts by id."""
    rows = read_lines(path)
    return {row["id"]: row["text"] for row in rows if row.get("text") is not None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("references", type=Path)
    parser.add_argument("hypotheses", type=Path, nargs="+")
    arguments = parser.parse_args()
    references = read_texts(arguments.references)
    for path in arguments.hypotheses:
        heard, score = read_texts(path), Score()
        for key in references.keys() & heard.keys():
            score.add(references[key], heard[key])
        print(f"{path}: {score.texts} texts, {score.words} words")
        for marks in (*MARKS, MARKS):
            precision, recall, f1 = score.f1(marks)
            name, count = (marks, score.wanted[marks]) if marks in score.wanted else ("all", sum(score.wanted.values()))
            print(f"    {name:4} F1 {f1:5.1f} %  (precision {precision:5.1f} %, recall {recall:5.1f} %, {count} in the references)")
        print(
            f"    case {score.casing(True, False):5.1f} % of {sum(score.case_seen.values())} equal words "
            f"(first of a sentence {score.casing(True):.1f} %, others {score.casing(False):.1f} %)"
        )


if __name__ == "__main__":
    main()
