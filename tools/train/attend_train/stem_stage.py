"""Stage 1: the log-mel stem learns to give the rows of the teacher's stem on raw audio. Encoder and decoder stay as
they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from .augment import Augmentation, change_speed, colour, decibels, level, quiet
from .data import SAMPLE_RATE
from .model import Model
from .speech import Speech
from .teacher import RawStem, Sounds
from .tensor_group import TensorGroup


@dataclass
class StemBatches:
    """How batches are made. Durations in seconds."""

    batch_seconds: float = 64.0
    shortest: float = 1.0
    longest: float = 12.0
    context: float = 6.0  # least stretch of speech over which the teacher's group norm is taken
    nobody: float = 0.06  # share of items without speech


@dataclass
class StemBatch(TensorGroup):
    """What the stem learns from in one step."""

    heard: Sounds  # all of one size
    speech: Sounds  # whose statistics normalise the teacher


def fit(rng: np.random.Generator, samples: np.ndarray, size: int) -> tuple[np.ndarray, int]:
    """A random window of at most `size` samples, and where in the recording it starts."""
    start = int(rng.integers(0, max(1, len(samples) - size + 1)))
    return samples[start : start + size], start


class StemTask:
    """Mean squared error between the rows of both stems."""

    def __init__(self, model: Model, teacher: RawStem, speech: Speech, how: Augmentation, batches: StemBatches) -> None:
        self.model, self.teacher, self.speech, self.how, self.batches = model, teacher.eval(), speech, how, batches
        self.module = model.stem
        for name, p in model.named_parameters():
            p.requires_grad_(name.startswith("stem."))

    def groups(self) -> list[dict]:
        return [{"params": list(self.module.parameters())}]

    def item(self, rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
        """`size` samples to learn from, and the speech whose statistics normalise the teacher."""
        b, how = self.batches, self.how
        _, samples = self.speech.draw(rng)
        samples, _ = fit(rng, samples, int(1.2 * max(size, b.context * SAMPLE_RATE)))
        if rng.random() < how.speed:
            samples = change_speed(samples, rng.uniform(*how.speed_range))
        samples, _ = colour(rng, samples, how, self.speech.noise, self.speech.rooms)
        speech = samples
        if rng.random() < b.nobody:  # the teacher hears a quiet stretch as it would within that speech
            around = quiet(rng, size, self.speech.noise)
            return around * min(1.0, level(speech) * decibels(6) / max(level(around), 1e-6)), speech
        samples, _ = fit(rng, samples, size)
        missing = size - len(samples)
        if not missing and rng.random() < how.silence:
            missing = int(min(rng.uniform(*how.silence_seconds), 0.5 * size / SAMPLE_RATE) * SAMPLE_RATE)
            samples = samples[:-missing] if rng.random() < 0.5 else samples[missing:]
        before = int(rng.integers(0, missing + 1)) if missing else 0
        parts = [quiet(rng, before, self.speech.noise), samples, quiet(rng, missing - before, self.speech.noise)]
        return np.concatenate(parts).astype(np.float32), speech

    def prepare(self, rng: np.random.Generator) -> list[StemBatch]:
        seconds = float(np.exp(rng.uniform(np.log(self.batches.shortest), np.log(self.batches.longest))))
        count = max(1, round(self.batches.batch_seconds / seconds))
        items = [self.item(rng, int(seconds * SAMPLE_RATE)) for _ in range(count)]
        return [StemBatch(Sounds.of([i[0] for i in items]), Sounds.of([i[1] for i in items]))]

    def loss(self, batch: StemBatch) -> tuple[Tensor, dict[str, float]]:
        samples = batch.heard.samples
        with torch.no_grad():
            target = self.teacher.within(batch.heard, batch.speech).float()
            features = self.model.features(samples)
        rows = self.model.stem(features).float()
        count = min(rows.shape[1], target.shape[1])
        error = nn.functional.mse_loss(rows[:, :count], target[:, :count])
        return error, {"stem_error": error.detach(), "seconds": samples.numel() / SAMPLE_RATE}


@torch.no_grad()
def normalisation(model: Model, speech: Speech, recordings: int, seed: int = 1) -> None:
    """Sets the features' mean and scale (1 / standard deviation) per bin, from randomly drawn recordings."""
    rng = np.random.default_rng(seed)
    total = squares = torch.zeros(model.features.mean.shape, dtype=torch.float64)
    frames = 0
    for _ in range(recordings):
        rows = model.features.energies(torch.from_numpy(speech.draw(rng)[1]) * 32768).double()
        total, squares, frames = total + rows.sum(0), squares + rows.square().sum(0), frames + len(rows)
    mean = total / frames
    model.features.mean.copy_(mean)
    model.features.scale.copy_((squares / frames - mean.square()).clamp_min(1e-4).rsqrt())
