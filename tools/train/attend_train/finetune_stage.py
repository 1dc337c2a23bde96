"""Stage 3: the whole student learns to be a streaming network: random chunk, look-ahead and left context in the
block-wise form, against the full-context teacher on raw audio.

Every step has two parts: short crops of 1 to 6 s with silence around them, and longer stretches. (Trained on long ones
alone, the network looped on short recordings.) Crops are cut at random points. What is learnt: - encoder rows of all
blocks, settled and preview, against the teacher's rows of the same sound; - label distributions: the decoder sees
either all settled rows, or the rows as they stand at a random step of the stream (settled ones and that step's
preview), with the labels heard so far; and labels that lie far enough back may have been computed at the earlier step
at which the search computed them for the last time, so that it may keep their keys and values; - the labels
themselves, where a transcript is trusted; and nothing but `end` where nobody speaks. The teachers hear the sound
without noise, room and telephone, and without the silence around it. The one that sets the distributions may be larger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .augment import Augmentation, change_speed, colour, quiet, spec_augment
from .data import SAMPLE_RATE
from .labels import Labels
from .model import Blocks, Model
from .references import Reference
from .speech import Speech
from .teacher import ROW_SAMPLES, ROW_SPAN, Teacher

EDGE = 6  # rows: labels heard closer than this to a cut are left out
SILENCE = 4.0  # weight of the one answer to a stretch of silence, beside 1 for each label of a stretch of speech


@dataclass
class FineTuning:
    """Batches, block sizes (rows) and weights of the losses."""

    short_seconds: float = 12.0  # audio per step in short crops
    long_seconds: float = 16.0  # and in long stretches
    shortest: float = 1.0
    short_longest: float = 6.0
    longest: float = 16.0
    nobody: float = 0.1  # share of short items without speech
    loud: float = -12.0  # dBFS, the loudest of what is heard instead
    faint: float = -30.0  # dBFS, the loudest of what is heard around speech
    chunk: tuple[int, int] = (7, 20)
    lookahead: tuple[int, int] = (0, 42)
    full_context: float = 0.1  # share of batches in one block
    left: tuple[int, int] = (300, 1000)
    left_unbounded: float = 0.7
    preview_weight: float = 0.25  # of preview rows in the row loss
    rows: float = 1.0
    kl: float = 0.5
    label: float = 0.2
    snapshot: float = 0.5  # share of items whose decoder sees the rows of one step
    kept: float = 0.4  # share of batches in which labels behind a window are those of the step that left them behind
    window: tuple[int, int] = (8, 350)  # rows behind the edge of the sound, log-uniform
    spec_augment: float = 0.3
    encoder_rate: float = 1.0
    stem_rate: float = 2.0
    decoder_rate: float = 0.25


@dataclass
class Item:
    """One stretch of sound. `before` rows of silence precede it in what the student hears."""

    student: np.ndarray  # samples as the student hears them
    teacher: np.ndarray  # the sound alone, clean
    context: np.ndarray  # the recording it was cut from, clean, for the statistics of the teacher's group norm
    before: int
    labels: list[int]  # heard within the sound
    rows: list[int]  # where, counted from the sound's first row
    ends: bool  # whether nothing more is heard behind the last label
    trusted: bool
    whole: bool


def crop(
    rng: np.random.Generator, samples: np.ndarray, reference: Reference, labels: Labels, size: int
) -> tuple[np.ndarray, list[int], list[int], bool, bool]:
    """A random stretch of at most `size` samples: sound, its labels, their rows, whether they end there, whether it
    is whole.
    """
    if len(samples) <= size:
        return samples, reference.labels, reference.rows, True, True
    first = int(rng.integers(0, (len(samples) - size) // ROW_SAMPLES + 1))
    last = first + (size - ROW_SPAN) // ROW_SAMPLES
    sound = samples[first * ROW_SAMPLES : first * ROW_SAMPLES + size]
    begin = 0
    if first:
        begin = next(
            (i for i, r in enumerate(reference.rows) if r >= first + EDGE and labels.starts_word(reference.labels[i])),
            len(reference.rows),
        )
    stop = next((i for i, r in enumerate(reference.rows) if r > last - EDGE), len(reference.rows))
    stop = max(begin, stop)
    ends = stop == len(reference.rows) or reference.rows[stop] > last + EDGE
    if begin == stop and any(first - EDGE <= r <= last + EDGE for r in reference.rows):
        ends = False  # pieces of words: neither a text nor silence
    return sound, reference.labels[begin:stop], [r - first for r in reference.rows[begin:stop]], ends, False


def targets(item: Item, end: int, total: int | None) -> tuple[list[int], list[float], list[float]]:
    """What the decoder shall say at each place: labels and `end`; and the places' weights in KL and label loss.

    `total`: rows of the item's sound that are seen (less than one: still in the silence before it); None: all.
    """
    n = len(item.labels)
    wanted, from_teacher, from_text = [*item.labels, end], [0.0] * (n + 1), [0.0] * (n + 1)
    if item.before < 0 or total is None:
        heard, closes = n, item.ends
    else:
        heard = sum(1 for r in item.rows if r < total - EDGE)
        if heard < n:
            closes = heard == 0 and total < item.rows[0] - EDGE  # nobody has spoken yet
        else:
            closes = item.ends and n > 0 and total > item.rows[-1] + 2 * EDGE
    if heard == 0 and closes:
        wanted[0], from_text[0] = end, SILENCE
        return wanted, from_teacher, from_text
    places = heard + int(closes and heard == n)
    from_teacher[:places] = [1.0] * places
    if item.trusted:
        first = 0 if item.whole else 1  # in the middle of a sentence the teacher may begin with another case
        known = places if item.whole else heard
        from_text[first:known] = [1.0] * max(0, known - first)
    return wanted, from_teacher, from_text


def label_steps(
    rng: np.random.Generator, window: tuple[int, int], items: list[Item], steps: Tensor, blocks: Blocks, places: int
) -> Tensor:
    """The step [B, places] at which each place was computed for the last time: the first at which its label lies a
    random window behind the edge of the sound, or the item's step in `steps` [B].
    """
    rows = int(np.exp(rng.uniform(np.log(window[0]), np.log(window[1]))))
    at = steps[:, None].repeat(1, places)
    for k, item in enumerate(items):
        if item.rows:
            heard = torch.tensor(item.rows, device=at.device) + max(0, item.before)
            left = -((blocks.width - heard - rows) // blocks.chunk)  # rounded up
            at[k, : len(item.rows)] = torch.minimum(left.clamp_min(0), steps[k])
    return at


def rows_at_steps(at: Tensor, lengths: Tensor, blocks: Blocks) -> Tensor:
    """Which rows of all blocks, bool [B, places, n * w], stand at the steps `at` [B, places]: those that earlier
    blocks settled, and all of the step's own.
    """
    number = torch.arange(blocks.count, device=at.device)[:, None].expand(-1, blocks.width)
    settles = torch.arange(blocks.width, device=at.device).expand(blocks.count, -1) < blocks.chunk
    exists = blocks.positions < lengths[:, None, None]  # [B, n, w]
    at = at[..., None, None]
    return (((number < at) & settles) | (number == at)).logical_and(exists[:, None]).flatten(2)


class FineTuneTask:
    """The losses of stage 3."""

    def __init__(
        self,
        model: Model,
        teacher: Teacher,
        writer: Teacher,
        labels: Labels,
        speech: Speech,
        references: dict[str, Reference],
        how: Augmentation,
        settings: FineTuning,
    ) -> None:
        """`teacher` sets the rows and is of the model's own widths, `writer` sets the label distributions."""
        self.model = self.module = model
        self.teacher, self.writer = teacher, writer
        self.labels, self.speech, self.references = labels, speech, references
        self.how, self.settings = how, settings
        self.begin, self.end = model.config["decoder"]["begin"], model.config["decoder"]["end"]
        model.requires_grad_(True)
        # Most of the label set never occurs in what we train on; its embedding stays what it is.
        model.decoder.embedding.requires_grad_(False)
        if settings.decoder_rate == 0:
            model.decoder.requires_grad_(False)

    def groups(self) -> list[dict]:
        s = self.settings
        parts = [
            (self.model.stem, s.stem_rate),
            (self.model.encoder, s.encoder_rate),
            (self.model.decoder, s.decoder_rate),
        ]
        return [
            {"params": [p for p in part.parameters() if p.requires_grad], "rate": rate}
            for part, rate in parts
            if rate > 0
        ]

    # ------------------------------------------------------------------------------------------------------- batches

    def _draw(self, rng: np.random.Generator, longest: float | None) -> tuple[Reference, np.ndarray]:
        for _ in range(1000):
            record, samples = self.speech.draw(rng)
            reference = self.references.get(record["id"])
            if reference is not None and (longest is None or len(samples) <= longest * SAMPLE_RATE):
                return reference, samples
        raise ValueError("hardly any recording has a reference (stage 2), or all are too long")

    def item(self, rng: np.random.Generator, seconds: float, short: bool) -> Item:
        """A stretch of at most `seconds`, and for short ones silence around it."""
        how, s = self.how, self.settings
        reference, samples = self._draw(rng, None)
        sound, labels, rows, ends, whole = crop(rng, samples, reference, self.labels, int(seconds * SAMPLE_RATE))
        context = samples[: 12 * SAMPLE_RATE]
        if rng.random() < how.speed:
            factor = rng.uniform(*how.speed_range)
            sound, rows = change_speed(sound, factor), [round(r / factor) for r in rows]
        if len(sound) < ROW_SPAN + 8 * ROW_SAMPLES:
            sound = np.pad(sound, (0, ROW_SPAN + 8 * ROW_SAMPLES - len(sound)))
        heard, clean = colour(rng, sound, how, self.speech.noise, self.speech.rooms)
        gain = float(np.abs(clean).max() / max(1e-6, float(np.abs(sound).max())))
        before = after = 0
        if short and rng.random() < s.nobody:
            heard, labels, rows, ends = quiet(rng, len(heard), self.speech.noise, s.loud), [], [], True
            return Item(heard, clean, context * gain, -1, labels, rows, ends, True, True)
        if rng.random() < (0.7 if short else 0.3):
            before = int(rng.uniform(*how.silence_seconds) * SAMPLE_RATE) // ROW_SAMPLES
        if rng.random() < (0.5 if short else 0.2):
            after = int(rng.uniform(*how.silence_seconds) * 0.6 * SAMPLE_RATE)
        around = [quiet(rng, n, self.speech.noise, s.faint) for n in (before * ROW_SAMPLES, after)]
        parts = [around[0], heard, around[1]]
        student = np.concatenate(parts).astype(np.float32)
        return Item(student, clean, context * gain, before, labels, rows, ends, reference.trusted, whole)

    def batch(self, rng: np.random.Generator, short: bool) -> list[Item]:
        s = self.settings
        if short:
            seconds = float(np.exp(rng.uniform(np.log(s.shortest), np.log(s.short_longest))))
            return [self.item(rng, seconds, True) for _ in range(max(2, round(s.short_seconds / seconds)))]
        items, total = [], 0.0
        while total < s.long_seconds * 0.8:
            seconds = rng.uniform(s.short_longest, s.longest)
            items.append(self.item(rng, min(seconds, max(s.short_longest, s.long_seconds - total)), False))
            total += len(items[-1].student) / SAMPLE_RATE
        return items

    def spans(self, rng: np.random.Generator) -> tuple[int | None, int, int]:
        """Chunk (None: everything at once), look-ahead, left context in rows."""
        s = self.settings
        if rng.random() < s.full_context:
            return None, 0, 10**9
        chunk = int(rng.integers(s.chunk[0], s.chunk[1] + 1))
        lookahead = int(rng.integers(s.lookahead[0], s.lookahead[1] + 1))
        left = 10**9 if rng.random() < s.left_unbounded else int(rng.integers(s.left[0], s.left[1] + 1))
        return chunk, lookahead, left

    # -------------------------------------------------------------------------------------------------------- losses

    def teach(self, teacher: Teacher, items: list[Item], device: torch.device) -> tuple[Tensor, Tensor]:
        """A teacher's encoder rows [B, T, d] of the clean sounds, and their counts [B]."""
        on_device = lambda samples: torch.from_numpy(samples).to(device)
        return teacher.rows([on_device(i.teacher) for i in items], [on_device(i.context) for i in items])

    def hear(self, rng: np.random.Generator, items: list[Item], device: torch.device) -> tuple[Tensor, Tensor]:
        """The student's stem rows [B, T, d], and their counts [B]."""
        longest = max(len(item.student) for item in items)
        audio = torch.stack([torch.from_numpy(np.pad(i.student, (0, longest - len(i.student)))) for i in items])
        features = self.model.features(audio.to(device) * 32768)
        if rng.random() < self.settings.spec_augment:
            masks = np.stack([spec_augment(rng, np.empty(features.shape[1:])) for _ in items])
            features = features * torch.from_numpy(masks).to(device)
        lengths = [self.model.count_rows(len(i.student)) for i in items]
        return self.model.stem(features), torch.tensor(lengths, device=device)

    def row_loss(self, y: Tensor, blocks: Blocks, items: list[Item], target: Tensor, counts: Tensor) -> Tensor:
        """Squared error of block rows y [B, n, w, d] over the teacher's variance."""
        before = torch.tensor([max(0, i.before) for i in items], device=y.device)[:, None, None]
        place = blocks.positions[None] - before
        spoken = torch.tensor([i.before >= 0 for i in items], device=y.device)[:, None, None]
        counted = (place >= 0) & (place < counts[:, None, None]) & blocks.sees_own & spoken
        last = blocks.last[:, None]  # a recording's last block settles whole
        number = torch.arange(blocks.count, device=y.device)
        settles = (torch.arange(blocks.width, device=y.device) < blocks.chunk)[None, None] | (number == last)[..., None]
        weight = torch.where(settles, 1.0, self.settings.preview_weight) * counted * (number <= last)[..., None]
        index = place.clamp(0, target.shape[1] - 1).flatten(1)[..., None].expand(-1, -1, target.shape[2])
        wanted = target.gather(1, index).view(y.shape)
        error = (y.float() - wanted.float()).square().mean(-1)
        return (error * weight).sum() / weight.sum().clamp_min(1) / target.float().var().clamp_min(1e-6)

    def text_loss(
        self, rng: np.random.Generator, y: Tensor, blocks: Blocks, items: list[Item], lengths: Tensor, target: Tensor,
        counts: Tensor,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """KL to the writer's label distributions, and the cross-entropy of labels; means per label."""
        device = y.device
        width = max(len(i.labels) for i in items) + 1
        given = torch.full((len(items), width), self.end)
        wanted = torch.full((len(items), width), self.end)
        from_teacher, from_text = torch.zeros(len(items), width), torch.zeros(len(items), width)
        steps = blocks.last.clone()
        for k, item in enumerate(items):
            total = None
            if rng.random() < self.settings.snapshot:
                steps[k] = int(rng.integers(0, int(blocks.last[k]) + 1))
            if int(steps[k]) < int(blocks.last[k]):
                total = int(steps[k]) * blocks.chunk + blocks.width - max(0, item.before)
            n = len(item.labels) + 1
            given[k, :n] = torch.tensor([self.begin, *item.labels])
            say, teacher_weight, text_weight = targets(item, self.end, total)
            wanted[k, :n], from_teacher[k, :n], from_text[k, :n] = map(torch.tensor, (say, teacher_weight, text_weight))
        given, wanted, from_teacher, from_text = (t.to(device) for t in (given, wanted, from_teacher, from_text))
        if blocks.count > 1 and rng.random() < self.settings.kept:
            at = label_steps(rng, self.settings.window, items, steps, blocks, width)
            state = self.model.decoder.start(y.flatten(1, 2))
            state.exists = rows_at_steps(at, lengths, blocks)
        else:
            row = torch.arange(int(lengths.max()), device=device).expand(len(items), -1)
            block = torch.minimum(row // blocks.chunk, steps[:, None])
            home = (block * blocks.width + row - block * blocks.chunk).clamp_max(blocks.count * blocks.width - 1)
            rows = y.flatten(1, 2).gather(1, home[..., None].expand(-1, -1, y.shape[-1]))
            state = self.model.decoder.start(rows, torch.minimum(lengths, steps * blocks.chunk + blocks.width))
        chosen = (from_teacher + from_text) > 0
        hidden, _ = self.model.decoder.hidden(given, state)
        student = self.model.decoder.project(hidden[chosen]).float().log_softmax(-1)
        teacher = self.writer.says(given, target, counts, chosen)
        divergence = (teacher.exp() * (teacher - student)).sum(-1)
        crossed = F.nll_loss(student, wanted[chosen], reduction="none")
        mean = lambda values, weights: (values * weights).sum() / weights.sum().clamp_min(1)
        return mean(divergence, from_teacher[chosen]), mean(crossed, from_text[chosen])

    def part(self, rng: np.random.Generator, short: bool) -> tuple[Tensor, dict[str, float]]:
        device = next(self.model.parameters()).device
        items = self.batch(rng, short)
        target, counts = self.teach(self.teacher, items, device)
        written = target if self.writer is self.teacher else self.teach(self.writer, items, device)[0]
        stem, lengths = self.hear(rng, items, device)
        chunk, lookahead, left = self.spans(rng)
        blocks = Blocks.lay_out(lengths, stem.shape[1], chunk or stem.shape[1], lookahead, left)
        y = self.model.encoder.blockwise(stem, blocks)
        rows = self.row_loss(y, blocks, items, target, counts)
        kl, label = self.text_loss(rng, y, blocks, items, lengths, written, counts)
        s, name = self.settings, "short" if short else "long"
        figures = {
            f"{name}_rows": float(rows.detach()),
            f"{name}_kl": float(kl.detach()),
            f"{name}_label": float(label.detach()),
        }
        figures["seconds"] = sum(len(i.student) for i in items) / SAMPLE_RATE
        return s.rows * rows + s.kl * kl + s.label * label, figures

    def loss(self, rng: np.random.Generator, step: int) -> tuple[Tensor, dict[str, float]]:
        short, a = self.part(rng, True)
        long, b = self.part(rng, False)
        return short + long, {**a, **b, "seconds": a["seconds"] + b["seconds"]}
