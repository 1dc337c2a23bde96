"""Second opinions from the sound: what a head's symbols are, and model files that gain heads (docs/model-file.md)."""

from __future__ import annotations

from pathlib import Path

from . import model_file
from .labels import BEGINS_WORD, Labels
from .model import Head

LETTERS = " 'abcdefghijklmnopqrstuvwxyz"  # the blank is the gap between words
BLANK = 0  # what the head says of no symbol; those of the configuration follow from 1 on


class Letters:
    """Labels as the symbols of a head that hears letters."""

    def __init__(self, labels: Labels, symbols: str) -> None:
        number = {symbol: 1 + i for i, symbol in enumerate(symbols)}
        self.gap = number[" "]
        self.begins_word = [labels.starts_word(i) for i in range(labels.count)]
        texts = [self._text(labels, i) for i in range(labels.count)]
        self.of = [[number[c] for c in text if c in number] for text in texts]
        # Nobody knows how a number was spoken.
        self.doubtful = [any(c.isdigit() for c in text) for text in texts]

    @staticmethod
    def _text(labels: Labels, label: int) -> str:
        if labels.processor.is_control(label) or labels.processor.is_byte(label):
            return ""
        return labels.pieces[label].replace(BEGINS_WORD, "").lower().replace("\u2019", "'")

    def spell(self, labels: list[int]) -> list[int] | None:
        """Symbols of a text, a gap between words and none at its ends; None if it can't be known how it was spoken."""
        spelt: list[int] = []
        between = False
        for label in labels:
            if self.doubtful[label]:
                return None
            between |= self.begins_word[label]
            if self.of[label]:
                spelt += [self.gap, *self.of[label]] if between and spelt else self.of[label]
                between = False
        return spelt


def add_to_file(path: Path, out: Path, heads: dict[str, Head], configs: dict[str, dict]) -> str:
    """Writes the model file `path` with these heads instead of those it had; returns the new file's SHA-256.

    Everything else stays to the last bit. The heads' matrices are stored as the encoder's are.
    """
    config, parts = model_file.read_parts(path)
    matrices = next(kind for name, kind, *_ in parts if name.startswith("encoder.") and name.endswith("query.weight"))
    parts = [part for part in parts if not part[0].startswith("heads.")]
    for name, head in heads.items():
        tensors = {f"heads.{name}.{n}": t for n, t in head.state_dict().items()}
        parts += model_file.encode_tensors(tensors, matrices)
    without = {key: value for key, value in config.items() if key != "heads"}
    return model_file.write_parts(out, without | ({"heads": configs} if heads else {}), parts)
