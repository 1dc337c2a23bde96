"""Stage 2: what the network learns to write. Every recording gets the teacher's text, its transcript with the teacher's
casing and punctuation where their words agree, that text's labels, and the encoder row where each label is heard.

Transcripts of speech corpora are mostly upper case without marks, and some are wrong. A recording whose transcript
agrees with the teacher's words is *trusted*: it takes part in the label loss. How much must agree depends on the
source: where transcripts are exact, what the teacher misheard is what there is to learn. Others, and those without a
transcript, keep the teacher's own text, and only the teacher's distributions are learnt from them.
"""

from __future__ import annotations

import copy
import difflib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .augment import as_float
from .data import AudioStore, text_of
from .labels import Labels
from .model import Model
from .teacher import RawStem, Sounds

TRUSTED = 0.8  # least share of a transcript's words that the teacher must have heard
SHORT = 895 + 127  # samples below which a recording gives the teacher no row


@dataclass
class Reference:
    """A recording's text as the network shall write it."""

    id: str
    text: str
    labels: list[int]
    rows: list[int]  # where each label is heard
    agreement: float
    trusted: bool


def bare(word: str) -> str:
    """A word without case and marks."""
    return re.sub(r"[^a-z0-9']", "", word.lower().replace("\u2019", "'")).strip("'")


def merge(transcript: str, teacher: str) -> tuple[str, float]:
    """The transcript's words, in the teacher's spelling where they agree; and the share of words that agree."""
    own = [w for w in transcript.split() if bare(w)]
    heard = [w for w in teacher.split() if bare(w)]
    if not own:
        return "", float(not heard)
    # A corpus in upper case tells nothing about case.
    keeps_case = any(c.islower() for c in transcript)
    words = [w if keeps_case else w.lower() for w in own]
    matcher = difflib.SequenceMatcher(None, [bare(w) for w in own], [bare(w) for w in heard], autojunk=False)
    agreed = 0
    for block in matcher.get_matching_blocks():
        for k in range(block.size):
            words[block.a + k] = heard[block.b + k]
        agreed += block.size
    return " ".join(words), agreed / max(len(own), len(heard))


def monotonic_paths(attention: Tensor, labels: Tensor, rows: Tensor) -> list[list[int]]:
    """The best path that never goes back through each attention [B, U, T], of which the first `labels` [B] and `rows`
    [B] count: a row for each label.
    """
    exists = torch.arange(attention.shape[2], device=attention.device) < rows[:, None, None]
    score = (attention.float() + 1e-4).log().masked_fill(~exists, -torch.inf)
    best, back = score[:, 0], []
    totals = [best]
    for place in range(1, score.shape[1]):
        run, came_from = best.cummax(1)
        best = run + score[:, place]
        back.append(came_from)
        totals.append(best)
    at = torch.stack(totals, 1)[torch.arange(len(labels), device=labels.device), (labels - 1).clamp_min(0)].argmax(1)
    path = [at]
    # Backwards; recordings with fewer labels wait at their last row until their turn comes.
    for place in range(score.shape[1] - 1, 0, -1):
        before = back[place - 1].gather(1, at[:, None])[:, 0]
        at = torch.where(place < labels, before, at)
        path.append(at)
    rows_of = torch.stack(path[::-1], 1).tolist()
    return [found[:count] for found, count in zip(rows_of, labels.tolist(), strict=True)]


class Listener:
    """The teacher over batches of whole recordings."""

    def __init__(self, model: Model, stem: RawStem, labels: Labels) -> None:
        # bfloat16: text and peaks hardly change, and twice as many hours are heard in the time.
        self.model, self.stem, self.labels = copy.deepcopy(model).bfloat16().eval(), stem.eval(), labels
        self.begin, self.end = model.config["decoder"]["begin"], model.config["decoder"]["end"]

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    def rows(self, recordings: list[np.ndarray]) -> tuple[Tensor, Tensor]:
        """Encoder rows [B, T, d] and their counts [B]."""
        sounds = Sounds.of(recordings).to(self.device)
        lengths = self.stem.rows(sounds.sizes)
        return self.model.encoder(self.stem.within(sounds, sounds).bfloat16(), lengths), lengths

    def write(self, rows: Tensor, lengths: Tensor) -> list[list[int]]:
        """Greedy labels of every recording."""
        state = self.model.decoder.start(rows, lengths)
        bounds = (lengths * 0.2).int() + 8
        given = torch.full((len(rows), 1), self.begin, device=rows.device)
        done = torch.zeros(len(rows), dtype=torch.bool, device=rows.device)
        columns: list[Tensor] = []
        while not bool(done.all()):
            hidden, _ = self.model.decoder.hidden(given, state)
            given = self.model.decoder.project(hidden[:, -1]).argmax(-1, keepdim=True)
            done = done | (given[:, 0] == self.end) | (bounds <= len(columns))
            columns.append(torch.where(done, self.end, given[:, 0]))
        written = torch.stack(columns, 1).tolist()
        return [row[: row.index(self.end)] for row in written]

    def hear(self, rows: Tensor, lengths: Tensor, texts: list[list[int]]) -> list[list[int]]:
        """The row of every label of given texts."""
        longest = max(len(t) for t in texts)
        given = torch.tensor([[self.begin, *t] + [self.end] * (longest - len(t)) for t in texts], device=rows.device)
        _, clock = self.model.decoder.hidden(given, self.model.decoder.start(rows, lengths))
        # The attention at the place before a label is where that label is heard.
        return monotonic_paths(clock, torch.tensor([len(t) for t in texts], device=rows.device), lengths)


def least_agreement(source: str, least: dict[str, float]) -> float:
    """The entry of `least` whose key is the longest beginning of the source's name."""
    fitting = [key for key in least if source.startswith(key)]
    return least[max(fitting, key=len)] if fitting else TRUSTED


@torch.inference_mode()
def references(
    store: AudioStore, listener: Listener, least: dict[str, float] | None = None, batch_seconds: float = 90.0
) -> Iterator[Reference]:
    """References of all recordings, those of like duration together. `least`: agreement that makes a transcript
    trusted, by the beginning of the source's name.
    """
    order = sorted((i for i in range(len(store)) if store.lengths[i] > SHORT), key=lambda i: int(store.lengths[i]))
    batches: list[list[int]] = []
    for index in order:
        if not batches or (len(batches[-1]) + 1) * store.lengths[index] > batch_seconds * 16000:
            batches.append([])
        batches[-1].append(index)
    np.random.default_rng(1).shuffle(batches)  # so that an unfinished file holds recordings of all lengths
    for batch in batches:
        rows, lengths = listener.rows([as_float(store.audio(i)) for i in batch])
        written = listener.write(rows, lengths)
        chosen = []
        for index, heard in zip(batch, written, strict=True):
            transcript, teacher = text_of(store.records[index]), listener.labels.decode(heard)
            merged, agreement = merge(transcript, teacher) if transcript else ("", 0.0)
            wanted = least_agreement(store.records[index].get("source", ""), least or {})
            trusted = bool(transcript) and agreement >= wanted
            text, labels = (merged, listener.labels.encode(merged)) if trusted else (teacher, heard)
            chosen.append((text, labels, agreement, trusted))
        heard_at = listener.hear(rows, lengths, [labels for _, labels, *_ in chosen])
        for index, (text, labels, agreement, trusted), at in zip(batch, chosen, heard_at, strict=True):
            yield Reference(store.records[index]["id"], text, labels, at, round(agreement, 3), trusted)


def write_references(
    store: AudioStore,
    listener: Listener,
    path: Path,
    least: dict[str, float] | None = None,
    batch_seconds: float = 90.0,
) -> None:
    """Writes references as JSON lines; continues a file that was cut short."""
    part = path.with_name(path.name + ".part")
    found: set[str] = set()
    if part.exists():
        whole = [line for line in part.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
        part.write_text("".join(whole), encoding="utf-8")
        found = {json.loads(line)["id"] for line in whole}
    left = store.select([i for i, r in enumerate(store.records) if r["id"] not in found])
    with open(part, "a", encoding="utf-8") as out:
        for reference in references(left, listener, least, batch_seconds):
            print(json.dumps(vars(reference), ensure_ascii=False), file=out, flush=True)
    os.replace(part, path)


def read_references(path: Path) -> dict[str, Reference]:
    """References by the recordings' ids. A file that is still being written gives its whole lines."""
    with open(path, encoding="utf-8") as lines:
        return {r.id: r for r in (Reference(**json.loads(line)) for line in lines if line.endswith("\n"))}
