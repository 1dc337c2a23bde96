"""Second opinions from the sound learn on rows of a frozen encoder: a counter of labels, and CTC over letters.

Every batch is a few stretches of speech cut between words, so that what is heard is what is spelt, with silence around
them, in the block-wise form with random chunk, look-ahead and left context. Several heads of the same kind may learn
side by side on the same batches, to be compared: no gradient passes from one to another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .augment import Augmentation, change_speed, colour, quiet
from .data import SAMPLE_RATE
from .heads import BLANK, Letters
from .labels import Labels
from .model import Blocks, Head, Model
from .references import Reference
from .speech import Speech
from .teacher import ROW_SAMPLES, ROW_SPAN
from .tensor_group import TensorGroup

AHEAD = 4  # rows: a word begins at most so long before the row where its first label is heard
SPREAD = (0.25, 0.5, 0.25)  # what the row where a label is heard, and its neighbours, bring of it


@dataclass
class HeadTraining:
    """Batches, block sizes (rows) and weights of the losses."""

    batch_seconds: float = 60.0
    shortest: float = 1.5
    longest: float = 14.0
    nobody: float = 0.06  # share of stretches without speech
    loud: float = -12.0  # dBFS, the loudest of what is heard instead
    faint: float = -30.0  # dBFS, the loudest of what is heard around speech
    chunk: tuple[int, int] = (7, 20)
    lookahead: tuple[int, int] = (0, 42)
    left: tuple[int, int] = (150, 600)
    left_unbounded: float = 0.7
    preview_weight: float = 0.25  # of preview rows in the counter's loss
    sums: float = 0.3  # weight of the counter's running sums beside its rows


@dataclass
class Stretch:
    """Some words, and the silence around them."""

    sound: np.ndarray  # samples as they are heard
    labels: list[int]
    rows: list[int]  # where each label is heard


@dataclass
class HeadBatch(TensorGroup):
    """B stretches side by side, T rows."""

    audio: Tensor  # [B, samples]
    blocks: Blocks
    lengths: list[int]  # [B] rows
    counts: Tensor  # [B, T] labels heard by the end of each row
    brought: Tensor  # [B, T] share of a label that each row brings
    letters: Tensor  # [B, letters] symbols, 0 behind a text's end
    letter_counts: list[int]  # [B]; PyTorch wants them, and the lengths, in main memory
    spelt: Tensor  # [B] 1 where it is known how the text was spoken, else 0
    seconds: float


def cut_between_words(
    rng: np.random.Generator, total: int, reference: Reference, starts_word: list[bool], size: int
) -> tuple[int, int, int, int]:
    """Rows and labels [first, last) of a random stretch of whole words, of about `size` rows at most; no labels if none
    fits.
    """
    rows, labels = reference.rows, reference.labels
    if total <= size:
        return 0, total, 0, len(labels)
    start = int(rng.integers(0, total - size + 1))
    begin = next((i for i, r in enumerate(rows) if r >= start + AHEAD and starts_word[labels[i]]), len(rows))
    if begin == len(rows):
        return start, start + size, begin, begin
    first = min(rows[begin] - AHEAD, max(start, rows[begin - 1] + AHEAD if begin else 0))
    end = begin
    for i in range(begin + 1, len(rows) + 1):
        if rows[i - 1] + AHEAD >= first + size:
            break
        if i == len(rows) or starts_word[labels[i]]:
            end = i
    following = rows[end] - AHEAD if end < len(rows) else total
    last = min(first + size, max(rows[end - 1] + AHEAD, following)) if end > begin else first + size
    return first, min(last, total), begin, end


class HeadBatches:
    """Makes the batches of a step. Holds nothing that lives on a GPU, so that other processes may make them."""

    def __init__(
        self, model: Model, labels: Labels, letters: Letters, speech: Speech, references: dict[str, Reference],
        how: Augmentation, training: HeadTraining,
    ) -> None:  # fmt: skip
        """`labels`: those of the references."""
        self.count_rows = model.count_rows
        self.starts_word = [labels.starts_word(i) for i in range(labels.count)]
        self.letters, self.speech, self.references, self.how, self.training = letters, speech, references, how, training

    def prepare(self, rng: np.random.Generator) -> list[HeadBatch]:
        t = self.training
        seconds = float(np.exp(rng.uniform(np.log(t.shortest), np.log(t.longest))))
        stretches = [self.stretch(rng, seconds) for _ in range(max(2, round(t.batch_seconds / seconds)))]
        return [self.lay_out(stretches, self.spans(rng))]

    def spans(self, rng: np.random.Generator) -> tuple[int, int, int]:
        """Chunk, look-ahead, left context in rows."""
        t = self.training
        left = 10**9 if rng.random() < t.left_unbounded else int(rng.integers(t.left[0], t.left[1] + 1))
        chunk, lookahead = (int(rng.integers(low, high + 1)) for low, high in (t.chunk, t.lookahead))
        return chunk, lookahead, left

    def _draw(self, rng: np.random.Generator) -> tuple[Reference, np.ndarray]:
        for _ in range(1000):
            record, samples = self.speech.draw(rng)
            if (reference := self.references.get(record["id"])) is not None:
                return reference, samples
        raise ValueError("hardly any recording has a reference; write references first")

    def stretch(self, rng: np.random.Generator, seconds: float) -> Stretch:
        """Whole words from about `seconds` of a recording, coloured, with silence around them; sometimes nobody."""
        how, t = self.how, self.training
        if rng.random() < t.nobody:
            return Stretch(quiet(rng, int(seconds * SAMPLE_RATE), self.speech.noise, t.loud), [], [])
        reference, samples = self._draw(rng)
        total = max(1, (len(samples) - ROW_SPAN) // ROW_SAMPLES + 1)
        size = max(2 * AHEAD, int(seconds * SAMPLE_RATE) // ROW_SAMPLES)
        first, last, begin, end = cut_between_words(rng, total, reference, self.starts_word, size)
        if begin == end and any(first <= row < last for row in reference.rows):  # pieces of words only
            return Stretch(quiet(rng, int(seconds * SAMPLE_RATE), self.speech.noise, t.loud), [], [])
        whole = last == total
        sound = samples[first * ROW_SAMPLES : len(samples) if whole else (last - 1) * ROW_SAMPLES + ROW_SPAN]
        rows = [r - first for r in reference.rows[begin:end]]
        if rng.random() < how.speed:
            factor = rng.uniform(*how.speed_range)
            sound, rows = change_speed(sound, factor), [round(r / factor) for r in rows]
        heard, _ = colour(rng, sound, how, self.speech.noise, self.speech.rooms)
        before = after = 0
        if rng.random() < how.silence:
            before = int(rng.uniform(*how.silence_seconds) * SAMPLE_RATE) // ROW_SAMPLES
        if rng.random() < how.silence:
            after = int(rng.uniform(*how.silence_seconds) * SAMPLE_RATE)
        around = [quiet(rng, n, self.speech.noise, t.faint) for n in (before * ROW_SAMPLES, after)]
        parts = [around[0], heard, around[1]]
        return Stretch(
            np.concatenate(parts).astype(np.float32), reference.labels[begin:end], [r + before for r in rows]
        )

    def lay_out(self, stretches: list[Stretch], spans: tuple[int, int, int]) -> HeadBatch:
        """Stretches side by side, shorter ones padded, in blocks of chunk, look-ahead and left context."""
        size = max(ROW_SPAN + 8 * ROW_SAMPLES, *(len(one.sound) for one in stretches))
        audio = np.zeros((len(stretches), size), np.float32)
        for k, one in enumerate(stretches):
            audio[k, : len(one.sound)] = one.sound
        lengths = [max(1, self.count_rows(len(one.sound))) for one in stretches]
        rows = self.count_rows(size)
        brought = np.zeros((len(stretches), rows + 2), np.float32)
        for k, one in enumerate(stretches):
            at = np.minimum(np.asarray(one.rows, np.int64), lengths[k] - 1)
            for shift, share in enumerate(SPREAD):
                np.add.at(brought[k], at + shift, share)
        brought = brought[:, 1:-1]
        spelt = [self.letters.spell(one.labels) for one in stretches]
        letters = np.zeros((len(stretches), max(1, *(len(text or []) for text in spelt))), np.int64)
        for k, text in enumerate(spelt):
            letters[k, : len(text or [])] = text or []
        return HeadBatch(
            audio=torch.from_numpy(audio),
            blocks=Blocks.lay_out(torch.tensor(lengths), rows, *spans),
            lengths=lengths,
            counts=torch.from_numpy(brought.cumsum(1, dtype=np.float32)),
            brought=torch.from_numpy(brought.copy()),
            letters=torch.from_numpy(letters),
            letter_counts=[len(text or []) for text in spelt],
            spelt=torch.tensor([float(text is not None) for text in spelt]),
            seconds=sum(len(one.sound) for one in stretches) / SAMPLE_RATE,
        )


def counter_losses(said: Tensor, batch: HeadBatch, preview_weight: float) -> tuple[Tensor, Tensor]:
    """Of a counter's logits of every block, [B, n, w]: cross-entropy of the rows, and error of the running sums as a
    stream sees them at each step; means over rows.
    """
    blocks = batch.blocks
    number = torch.arange(blocks.count, device=said.device)
    is_last = (number == blocks.last[:, None])[..., None]  # it settles whole
    settles = (torch.arange(blocks.width, device=said.device) < blocks.chunk) | is_last
    counted = blocks.sees_own & (number <= blocks.last[:, None])[..., None]
    weight = torch.where(settles, 1.0, preview_weight) * counted
    place = blocks.positions.clamp_max(batch.brought.shape[1] - 1)
    rows = F.binary_cross_entropy_with_logits(said, batch.brought[:, place].clamp_max(1), reduction="none")
    brings = said.sigmoid() * counted
    settled = brings[:, :, : blocks.chunk].sum(-1)
    sums = (settled.cumsum(1) - settled)[..., None] + brings.cumsum(-1)
    error = F.smooth_l1_loss(sums, batch.counts[:, place], reduction="none")
    mean = lambda values: (values * weight).sum() / weight.sum().clamp_min(1)
    return mean(rows), mean(error)


def ctc_loss(said: Tensor, batch: HeadBatch) -> Tensor:
    """Of symbol scores of every block, [B, n, w, symbols]: nats per letter, of settled rows."""
    settled = said.flatten(1, 2).gather(1, batch.blocks.home[..., None].expand(-1, -1, said.shape[-1]))
    lengths, counts = torch.tensor(batch.lengths), torch.tensor(batch.letter_counts)
    by_row = settled.log_softmax(-1).transpose(0, 1)
    loss = F.ctc_loss(by_row, batch.letters, lengths, counts, BLANK, "none", zero_infinity=True)
    # A text whose spelling isn't known has no letters here.
    return (loss * batch.spelt).sum() / max(1, sum(batch.letter_counts))


class HeadTask:
    """The losses of heads on a frozen model. The names of `heads` begin with their kind: counter or ctc."""

    def __init__(self, model: Model, heads: dict[str, Head], batches: HeadBatches) -> None:
        self.model = model.eval().requires_grad_(False)
        self.module = nn.ModuleDict(heads)
        self.batches, self.prepare, self.training = batches, batches.prepare, batches.training

    def groups(self) -> list[dict]:
        return [{"params": list(self.module.parameters())}]

    @torch.no_grad()
    def hear(self, batch: HeadBatch) -> Tensor:
        """The encoder's rows of every block, [B, n, w, d]."""
        return self.model.encoder.blockwise(self.model.stem_rows(batch.audio * 32768), batch.blocks)

    def loss(self, batch: HeadBatch) -> tuple[Tensor, dict[str, Tensor | float]]:
        y = self.hear(batch)
        total, figures = torch.zeros((), device=y.device), {"seconds": batch.seconds}
        for name, head in self.module.items():
            said = head.blockwise(y, batch.blocks).float()
            if name.startswith("counter"):
                rows, sums = counter_losses(said[..., 0], batch, self.training.preview_weight)
                total = total + rows + self.training.sums * sums
                figures |= {f"{name}_rows": rows.detach(), f"{name}_sums": sums.detach()}
            else:
                crossed = ctc_loss(said, batch)
                total = total + crossed
                figures[name] = crossed.detach()
        return total, figures
