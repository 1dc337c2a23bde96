"""The label set: the starting weights' `tokenizer.bin` as a sentencepiece model, and what the trainer asks of it.

`tokenizer.bin` lists byte strings, each behind its length (one byte, or two from 128 on). It is Llama's BPE: three
specials, 256 bytes, pieces in the order in which they were merged, single characters, further specials. In a
sentencepiece BPE model the order of merges is the order of scores, so pieces in the list's order with falling scores
are the same label set.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

BEGINS_WORD = "\u2581"
FIRST_BYTE, FIRST_PIECE = 3, 259


def read_tokenizer(data: bytes) -> list[bytes]:
    """The byte strings of a tokenizer.bin, in order of their ids."""
    pieces, at = [], 0
    while at < len(data):
        size = data[at]
        at += 1
        if size >= 128:
            size += data[at] * 128 - 128
            at += 1
        if at + size > len(data):
            raise ValueError("tokenizer.bin is cut short")
        pieces.append(data[at : at + size])
        at += size
    return pieces


def sentencepiece_model(pieces: list[bytes]) -> bytes:
    """The same labels, in the same order, as a serialised sentencepiece BPE model with byte fallback."""
    from sentencepiece import sentencepiece_model_pb2 as pb

    kind = pb.ModelProto.SentencePiece
    model = pb.ModelProto()
    seen: set[str] = set()
    for index, raw in enumerate(pieces):
        piece = model.pieces.add()
        piece.score = 0.0
        if index < FIRST_BYTE:
            piece.piece = raw.decode()
            piece.type = kind.UNKNOWN if index == 0 else kind.CONTROL
        elif index < FIRST_PIECE:
            piece.piece = f"<0x{raw[0]:02X}>"
            piece.type = kind.BYTE
        else:
            # One entry of the list is empty (its character was lost before it came to us); nothing may produce it.
            piece.piece = raw.decode() or f"<<EMPTY_{index}>>"
            special = not raw or (raw.startswith(b"<<") and raw.endswith(b">>"))
            piece.type = kind.CONTROL if special else kind.NORMAL
            piece.score = 0.0 if special else -float(index - FIRST_PIECE)
        if piece.piece in seen:
            raise ValueError(f"label {index} ({piece.piece!r}) occurs twice")
        seen.add(piece.piece)
    spec = model.trainer_spec
    spec.model_type, spec.vocab_size, spec.byte_fallback = pb.TrainerSpec.BPE, len(pieces), True
    spec.unk_id, spec.bos_id, spec.eos_id, spec.pad_id = 0, 1, 2, -1
    spec.split_digits, spec.allow_whitespace_only_pieces = True, True
    normal = model.normalizer_spec
    normal.name, normal.add_dummy_prefix = "identity", True
    normal.remove_extra_whitespaces, normal.escape_whitespaces = False, True
    return model.SerializeToString()


class Labels:
    """A label set from the bytes of a sentencepiece model."""

    def __init__(self, model: bytes) -> None:
        import sentencepiece

        self.model = model
        self.processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        self.count = self.processor.get_piece_size()
        self.pieces = [self.processor.id_to_piece(i) for i in range(self.count)]

    @classmethod
    def from_tokenizer(cls, path: Path, count: int | None = None) -> Labels:
        """The labels of a tokenizer.bin; up to `count` labels that say nothing follow them, where a network has more
        than it names.
        """
        pieces = read_tokenizer(path.read_bytes())
        pieces += [f"<<ST_{i}>>".encode() for i in range((count or 0) - len(pieces))]
        return cls(sentencepiece_model(pieces))

    def agrees_with(self, other: Labels) -> bool:
        """Whether both mean the same by every label, but for those that one of them has lost."""
        lost = lambda piece: piece.startswith("<<EMPTY_")
        pairs = zip(self.pieces, other.pieces, strict=False)
        return self.count == other.count and all(a == b or lost(a) or lost(b) for a, b in pairs)

    @classmethod
    def from_tensor(cls, tensor: np.ndarray) -> Labels:
        return cls(io.BytesIO(np.asarray(tensor, np.uint8).tobytes()).getvalue())

    def starts_word(self, label: int) -> bool:
        """Whether a label begins a new word."""
        return self.pieces[label].startswith(BEGINS_WORD)

    def encode(self, text: str) -> list[int]:
        """Text to labels, without begin and end."""
        return self.processor.encode(text)

    def decode(self, labels: list[int]) -> str:
        """Labels to text; control labels say nothing."""
        return self.processor.decode([label for label in labels if not self.processor.is_control(label)])
