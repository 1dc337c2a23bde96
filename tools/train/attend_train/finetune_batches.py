"""What a step of stage 3 learns from: crops of recordings as the student hears them, laid out in blocks, with what the
decoder shall say at every place. Made on the processor from the step's number alone, so that other processes may make
them while the device trains.

Every step has two kinds of batches: short crops of 1 to 6 s with silence around them, and longer stretches. (Trained on
long ones alone, the network looped on short recordings.) Crops are cut at random points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .augment import Augmentation, change_speed, colour, quiet, spec_augment
from .data import SAMPLE_RATE
from .labels import Labels
from .model import Blocks, Model
from .references import Reference
from .speech import Speech
from .teacher import ROW_SAMPLES, ROW_SPAN, Sounds
from .tensor_group import TensorGroup

EDGE = 6  # rows: labels heard closer than this to a cut are left out
SILENCE = 4.0  # weight of the one answer to a stretch of silence, beside 1 for each label of a stretch of speech


@dataclass
class FineTuning:
    """Batches, block sizes (rows) and weights of the losses."""

    short_seconds: float = 12.0  # audio per step in short crops
    long_seconds: float = 16.0  # and in long stretches
    parts: int = 1  # how often a step has both, each time with a chunk and a look-ahead of its own
    shortest: float = 1.0
    short_longest: float = 6.0
    longest: float = 16.0
    context: float = 6.0  # seconds of the recording over which the teachers' group norm is taken
    nobody: float = 0.1  # share of short items without speech
    loud: float = -12.0  # dBFS, the loudest of what is heard instead
    faint: float = -30.0  # dBFS, the loudest of what is heard around speech
    chunk: tuple[int, int] = (7, 20)
    lookahead: tuple[int, int] = (0, 42)
    full_context: float = 0.1  # share of batches in one block
    usual: float = 0.0  # share of batches at the model's own default chunk and look-ahead, all settled rows before them
    left: tuple[int, int] = (300, 1000)
    left_unbounded: float = 0.7
    preview_weight: float = 0.25  # of preview rows in the row loss
    rows: float = 1.0
    kl: float = 0.5
    label: float = 0.2
    clock: float = 0.0  # of the clock's attention to the rows where the writer heard each label
    snapshot: float = 0.5  # share of items whose decoder sees the rows of one step
    kept: float = 0.4  # share of batches in which labels behind a window are those of the step that left them behind
    window: tuple[int, int] = (8, 350)  # rows behind the edge of the sound, log-uniform
    spec_augment: float = 0.3
    recompute: bool = False  # computes each encoder block again for its gradients: a third more work, far less memory
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


@dataclass
class Batch(TensorGroup):
    """B stretches of sound of one kind, and U places of labels, at P of which something is learnt."""

    kind: str  # "short" or "long"
    student: Sounds
    mask: Tensor | None  # [B, frames, bins]: features that the student does not get to see are 0
    sounds: Sounds  # the same, clean and without the silence around, as the teachers hear them
    contexts: Sounds
    before: Tensor  # [B]: rows of silence before the sound; -1: nobody speaks
    lengths: Tensor  # [B]: the student's rows
    blocks: Blocks
    steps: Tensor  # [B]: the step of the stream whose rows the decoder sees
    kept: (
        Tensor | None
    )  # [B, U]: the step at which each place was computed for the last time, where that is not `steps`
    given: Tensor  # [B, U]: labels, the first is `begin`
    heard_at: Tensor  # [B, U]: the row of the sound where the label that follows is heard; -1: none follows
    recording: Tensor  # [P]: of each place at which something is learnt
    place: Tensor  # [P]
    wanted: Tensor  # [P]: label or `end`
    from_teacher: Tensor  # [P]: weight of the writer's distribution
    from_text: Tensor  # [P]: weight of the wanted label
    seconds: float  # of sound that the student hears


class BatchMaker:
    """Draws the batches of stage 3."""

    def __init__(
        self, model: Model, labels: Labels, speech: Speech, references: dict[str, Reference], how: Augmentation,
        settings: FineTuning,
    ) -> None:  # fmt: skip
        """Of the model only what it is like is used, not its weights."""
        self.count_rows, self.count_frames = model.count_rows, model.features.frames
        self.bins = model.config["features"]["bins"]
        self.begin, self.end = model.config["decoder"]["begin"], model.config["decoder"]["end"]
        defaults = model.config["defaults"]
        self.usual = (model.rows(defaults["chunk_ms"], 1), model.rows(defaults["lookahead_ms"]))
        self.labels, self.speech, self.references = labels, speech, references
        self.how, self.settings = how, settings

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
        context = samples[: int(s.context * SAMPLE_RATE)]
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

    def items(self, rng: np.random.Generator, short: bool) -> list[Item]:
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
        kind = rng.random()
        if kind < s.full_context:
            return None, 0, 10**9
        if kind < s.full_context + s.usual:
            return *self.usual, 10**9
        chunk = int(rng.integers(s.chunk[0], s.chunk[1] + 1))
        lookahead = int(rng.integers(s.lookahead[0], s.lookahead[1] + 1))
        left = 10**9 if rng.random() < s.left_unbounded else int(rng.integers(s.left[0], s.left[1] + 1))
        return chunk, lookahead, left

    def batch(self, rng: np.random.Generator, short: bool) -> Batch:
        """A batch of one kind."""
        items = self.items(rng, short)
        sizes = [len(item.student) for item in items]
        lengths = torch.tensor([self.count_rows(size) for size in sizes])
        chunk, lookahead, left = self.spans(rng)
        rows = self.count_rows(max(sizes))
        blocks = Blocks.lay_out(lengths, rows, chunk or rows, lookahead, left)
        steps = self._steps(rng, blocks)
        width = max(len(i.labels) for i in items) + 1
        given, heard_at = torch.full((len(items), width), self.end), torch.full((len(items), width), -1)
        wanted = torch.full((len(items), width), self.end)
        from_teacher, from_text = torch.zeros(len(items), width), torch.zeros(len(items), width)
        for k, item in enumerate(items):
            n = len(item.labels) + 1
            given[k, :n] = torch.tensor([self.begin, *item.labels])
            heard_at[k, : n - 1] = torch.tensor(item.rows, dtype=torch.long)
            total = None
            if steps[k] < blocks.last[k]:
                total = int(steps[k]) * blocks.chunk + blocks.width - max(0, item.before)
            say, teacher_weight, text_weight = targets(item, self.end, total)
            wanted[k, :n], from_teacher[k, :n], from_text[k, :n] = map(torch.tensor, (say, teacher_weight, text_weight))
        kept = None
        if blocks.count > 1 and rng.random() < self.settings.kept:
            kept = label_steps(rng, self.settings.window, items, steps, blocks, width)
        recording, place = ((from_teacher + from_text) > 0).nonzero(as_tuple=True)
        learnt = lambda values: values[recording, place]
        return Batch(
            "short" if short else "long",
            Sounds.of([i.student for i in items]), self._mask(rng, len(items), max(sizes)),
            Sounds.of([i.teacher for i in items]), Sounds.of([i.context for i in items]),
            torch.tensor([i.before for i in items]), lengths, blocks, steps, kept,
            given, heard_at, recording, place, learnt(wanted), learnt(from_teacher), learnt(from_text),
            sum(sizes) / SAMPLE_RATE,
        )  # fmt: skip

    def _steps(self, rng: np.random.Generator, blocks: Blocks) -> Tensor:
        """The last step of each recording, or a random one [B]."""
        steps = blocks.last.clone()
        for k, last in enumerate(blocks.last.tolist()):
            if rng.random() < self.settings.snapshot:
                steps[k] = int(rng.integers(0, last + 1))
        return steps

    def _mask(self, rng: np.random.Generator, count: int, samples: int) -> Tensor | None:
        if rng.random() >= self.settings.spec_augment:
            return None
        shape = np.empty((self.count_frames(samples), self.bins))
        return torch.from_numpy(np.stack([spec_augment(rng, shape) for _ in range(count)]))

    def prepare(self, rng: np.random.Generator) -> list[Batch]:
        """All batches of a step."""
        return [self.batch(rng, short) for _ in range(self.settings.parts) for short in (True, False)]
