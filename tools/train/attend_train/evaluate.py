"""Word error rate of a model on a manifest, in Python: whole recordings with full context, and step by step.

It is for choosing between models while they are trained; figures for users come from `attend eval`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from .data import AudioStore, text_of
from .labels import Labels
from .model import Model
from .search import greedy, stream


def plain_words(text: str) -> list[str]:
    """Lower case, letters and apostrophes only: both sides of a comparison go through this."""
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("\u2019", "'").replace("-", " ")).split()


def edits(a: list[str], b: list[str]) -> int:
    """Least number of substitutions, deletions and insertions that turn a into b."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


@dataclass
class Tally:
    """Errors of two ways of decoding the same recordings."""

    words: int = 0
    full: int = 0
    streaming: int = 0
    changed: int = 0  # shown words that were changed or withdrawn
    final: int = 0  # words of the streaming results
    recordings: int = 0

    def __str__(self) -> str:
        rate = lambda errors: f"{100 * errors / max(1, self.words):.2f} %"
        return (
            f"{self.recordings} recordings, {self.words} words: full context {rate(self.full)}, "
            f"streaming {rate(self.streaming)}, flicker {self.changed / max(1, self.final):.3f}"
        )


def choose(store: AudioStore, count: int, longest: float = 25.0, seed: int = 7) -> list[int]:
    """`count` recordings of at most `longest` seconds, in a random order that stays the same."""
    order = [i for i, r in enumerate(store.records) if text_of(r) and store.lengths[i] < longest * 16000]
    random.Random(seed).shuffle(order)
    return order[:count]


@torch.no_grad()
def compare(
    model: Model,
    labels: Labels,
    store: AudioStore,
    indices: list[int],
    chunk_ms: float,
    lookahead_ms: float,
    left_ms: float,
) -> Iterator[tuple[dict, str, str, Tally]]:
    """For every recording: its record, both results, and the tally so far."""
    begins = [labels.starts_word(i) for i in range(labels.count)]
    chunk, lookahead, left = model.rows(chunk_ms, 1), model.rows(lookahead_ms), model.rows(left_ms, 1)
    tally = Tally()
    for index in indices:
        record = store.records[index]
        samples: Tensor = torch.from_numpy(store.audio(index).astype("float32"))
        stem = model.stem_rows(samples[None])[0]
        whole = labels.decode(greedy(model, model.encoder(stem[None])[0]))
        before: list[str] = []
        step = None
        for step in stream(model, begins, stem, chunk, lookahead, left=left):
            shown = plain_words(labels.decode(step.committed + step.accepted[: step.shown]))
            same = next(
                (i for i, (a, b) in enumerate(zip(before, shown, strict=False)) if a != b), min(len(before), len(shown))
            )
            tally.changed += len(before) - same
            before = shown
        text = labels.decode(step.committed)
        wanted = plain_words(record.get("norm") or record["text"])
        tally.recordings += 1
        tally.words += len(wanted)
        tally.full += edits(wanted, plain_words(whole))
        tally.streaming += edits(wanted, plain_words(text))
        tally.final += len(plain_words(text))
        yield record, whole, text, tally
