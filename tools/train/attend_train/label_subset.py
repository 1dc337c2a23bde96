"""Leaves out the labels that English never uses: their embedding rows go, the others are numbered anew.

The starting weights' label set is a BPE of many languages and of program code. What is kept: specials and bytes;
every label that occurs when the words of a text corpus are written in lower case and Capitalised, the common ones also
in capitals and behind hyphens and quotes; marks, digits and short words in capitals; every label of the training's
references; and what these are merged from.

Encoding with the smaller set gives the same labels as encoding with the whole set, wherever that uses kept labels
only: a BPE always joins the pair of best score, inside a label's text it joins the same pairs whatever stands around
it, and every join of a kept label is kept. Any other text becomes shorter labels, in the end bytes.
"""

from __future__ import annotations

import itertools
import json
import lzma
import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .labels import BEGINS_WORD, FIRST_PIECE, Labels
from .model_file import ROW_SCALE, Part
from .references import read_references

CLOSING = (".", ",", "?", "!", ":", ";", "...", "…")
QUOTES = ('"', "'", "’", "”", ")", "]")
OPENING = ('"', "'", "‘", "“", "(", "[", "$", "£", "€", "#", "-", "--")
ALONE = (*"-&%+=/@*$#", "--", "-,", "--”", "–", "—", "°", "¢", "½", "¼", "¾")
LETTERS = "àáâäãåæçèéêëìíîïñòóôöøùúûüœ"
SHORT_IN_CAPITALS = f"{BEGINS_WORD}[A-Z]{{2,4}}"  # USA, BBC, DVD
ROWS = ("decoder.embedding.weight", "decoder.output.weight")  # one row for each label


@dataclass
class LabelChoice:
    """Which labels count as used."""

    least: int = 2  # a word counts if it occurs so often
    common: int = 300  # and so often in capitals, behind a hyphen or behind a quote


def count_words(paths: Iterable[Path]) -> Counter[str]:
    """How often each word occurs in the texts."""
    counts: Counter[str] = Counter()
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else open(path, encoding="utf-8") as lines:
            for line in lines:
                counts.update(line.split())
    return counts


def marks() -> Iterator[str]:
    """Marks, digits and single letters, as they stand in English text."""
    for mark, quote in itertools.product(("", *CLOSING), ("", *QUOTES)):
        for more in ("", *CLOSING):
            yield f"x{mark}{quote}{more}"
    for mark in (*OPENING, *ALONE):
        yield from (f"{mark}x", f"x{mark}x", f"x {mark} x", f"x{mark}1", f"{mark}1")
    for digit in string.digits:
        yield from (digit, f"x{digit}", f"1.{digit}", f"{digit}x")
    for letter in string.ascii_letters + LETTERS + LETTERS.upper():
        yield from (letter, f"-{letter}", f"{letter}.{letter}.", f"1{letter}", f"'{letter}")
    yield from (
        "1st",
        "2nd",
        "3rd",
        "4th",
        "10's",
        "5%",
        "7:30",
        "1,000",
        "$5.50",
        "p.m.",
        "U.S.A.",
        "x'll",
        "x've",
        "x're",
    )


def written_forms(counts: Counter[str], choice: LabelChoice) -> Iterator[str]:
    """The texts whose labels are kept."""
    yield from marks()
    for word, count in counts.items():
        if count >= choice.least:
            yield from (word, word.capitalize())
        if count >= choice.common:
            yield from (word.upper(), f"x-{word}", f'"{word.capitalize()}', f"x-{word.capitalize()}")


def used_labels(labels: Labels, texts: Iterable[str]) -> set[int]:
    """All labels of the texts."""
    found: set[int] = set()
    texts = iter(texts)
    while some := list(itertools.islice(texts, 10000)):
        for one in labels.processor.encode(some):
            found.update(one)
    return found


def labels_of_references(paths: Iterable[Path]) -> set[int]:
    """All labels that references hold: what a network wrote by itself is not always what encoding would give."""
    return {label for path in paths for r in read_references(path).values() for label in r.labels}


def joins(piece: str, scores: dict[str, float]) -> set[str]:
    """All pieces that arise when BPE merges a text (without the single characters)."""
    parts, found = list(piece), set()
    while True:
        best, at = -math.inf, -1
        for i in range(len(parts) - 1):
            score = scores.get(parts[i] + parts[i + 1], -math.inf)
            if score > best:
                best, at = score, i
        if at < 0:
            return found
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        found.add(parts[at])


def closed(labels: Labels, wanted: Iterable[int]) -> list[int]:
    """The wanted labels, specials, bytes, and whatever they are merged from; in order."""
    processor = labels.processor
    normal = [i for i in range(FIRST_PIECE, labels.count) if not processor.is_control(i)]
    ids = {labels.pieces[i]: i for i in normal}
    scores = {labels.pieces[i]: processor.get_score(i) for i in normal}
    keep = {*range(FIRST_PIECE), ids[BEGINS_WORD]}
    for label in set(wanted) & set(normal):
        piece = labels.pieces[label]
        keep.add(label)
        keep.update(ids[c] for c in piece if c in ids)
        keep.update(ids[part] for part in joins(piece, scores))
    return sorted(keep)


def choose(
    labels: Labels, text: Iterable[Path], references: Iterable[Path], choice: LabelChoice, log: list[str] | None = None
) -> list[int]:
    """The labels to keep, in order. `log` gets a line about each part of the choice."""
    from_text = used_labels(labels, written_forms(count_words(text), choice))
    from_text |= {i for i, piece in enumerate(labels.pieces) if re.fullmatch(SHORT_IN_CAPITALS, piece)}
    from_references = labels_of_references(references)
    keep = closed(labels, from_text | from_references)
    if log is not None:
        log.append(
            f"{len(from_text)} labels used by the text, {len(from_references - from_text)} more by references, "
            f"{len(keep)} of {labels.count} kept with specials, bytes and what labels are merged from"
        )
    return keep


def subset(labels: Labels, keep: list[int]) -> Labels:
    """The label set reduced to `keep`, numbered anew in the same order."""
    from sentencepiece import sentencepiece_model_pb2 as pb

    model = pb.ModelProto.FromString(labels.model)
    pieces = [model.pieces[i] for i in keep]
    reduced = pb.ModelProto(trainer_spec=model.trainer_spec, normalizer_spec=model.normalizer_spec, pieces=pieces)
    reduced.trainer_spec.vocab_size = len(keep)
    return Labels(reduced.SerializeToString())


def select(config: dict, parts: list[Part], keep: list[int]) -> tuple[dict, list[Part]]:
    """A model file's configuration and parts, reduced to the labels `keep`; all else stays to the last bit."""
    kept: list[Part] = []
    for name, kind, shape, data in parts:
        if name == "labels.model":
            model = subset(Labels(data), keep).model
            kept.append((name, kind, [len(model)], model))
        elif name.removesuffix(ROW_SCALE) in ROWS:
            rows = np.frombuffer(data, np.uint8).reshape(shape[0], -1)[keep]
            kept.append((name, kind, [len(keep), *shape[1:]], rows.tobytes()))
        else:
            kept.append((name, kind, shape, data))
    return config | {"decoder": config["decoder"] | {"labels": len(keep)}}, kept


def write_kept(path: Path, labels: Labels, keep: list[int]) -> None:
    """Notes the kept labels as JSON: {"of": how many there were, "kept": their numbers}."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps({"of": labels.count, "kept": keep}), encoding="utf-8")
    part.replace(path)


def read_kept(path: Path, labels: Labels) -> list[int]:
    """Kept labels from a file of `write_kept`."""
    found = json.loads(path.read_text(encoding="utf-8"))
    if found["of"] != labels.count:
        raise ValueError(
            f"{path} was chosen from {found['of']} labels, not from {labels.count}; remove it to choose anew"
        )
    return found["kept"]
