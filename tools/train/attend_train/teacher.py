"""The teacher: the starting weights' own stem on raw audio, in front of their untouched encoder and decoder."""

from __future__ import annotations

import copy
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .model import Model
from .tensor_group import TensorGroup

ROW_SAMPLES = 384  # one row per 24 ms
ROW_SPAN = 895  # samples that one row sees: conv 127 / 64, then 7 / 3, then 3 / 2


@dataclass
class Sounds(TensorGroup):
    """Several sounds, padded to the longest; 16-bit samples, as recordings have them."""

    samples: Tensor  # [B, samples], int16
    sizes: Tensor  # [B]: samples of each

    @staticmethod
    def of(sounds: list[np.ndarray]) -> Sounds:
        """Of float samples in [-1, 1]."""
        samples = torch.zeros(len(sounds), max(len(s) for s in sounds), dtype=torch.int16)
        for row, sound in zip(samples, sounds, strict=True):
            row[: len(sound)] = torch.from_numpy((sound * 32768).round().clip(-32768, 32767).astype(np.int16))
        return Sounds(samples, torch.tensor([len(s) for s in sounds]))

    @property
    def floats(self) -> Tensor:
        """[B, samples] in [-1, 1]."""
        return self.samples.float() / 32768


class RawStem(nn.Module):
    """Audio in [-1, 1], [B, samples], to rows [B, T, d].

    Its group norm spans the whole recording. Here its statistics may come from elsewhere: a student that sees a few
    frames can't know how much silence lies around the speech, so the targets of padded recordings use the statistics of
    the speech.
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        for name, value in weights.items():
            if name.startswith("raw_stem."):
                self.register_buffer(name.removeprefix("raw_stem.").replace(".", "_"), value.clone(), persistent=False)
        self.width = self.conv3_weight.shape[0]

    @staticmethod
    def frames(samples: int) -> int:
        """Rows of the first convolution for so many samples (an int, or a tensor of such)."""
        return (samples - 127) // 64 + 1

    def rows(self, samples: int) -> int:
        """Rows for so many samples."""
        return (((self.frames(samples) - 7) // 3 + 1) - 3) // 2 + 1

    def first(self, audio: Tensor) -> Tensor:
        """tanh of the first convolution, [B, d, samples / 64]."""
        return torch.tanh(F.conv1d(audio[:, None], self.conv1_weight, stride=64))

    @staticmethod
    def statistics(first: Tensor, counts: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Mean and variance over everything of each recording, [B, 1, 1] each; of the first `counts` [B] frames."""
        first = first.float()
        if counts is None:
            var, mean = torch.var_mean(first, (1, 2), correction=0, keepdim=True)
            return mean, var
        exists = (torch.arange(first.shape[2], device=first.device) < counts[:, None])[:, None]
        number = (counts * first.shape[1])[:, None, None]
        mean = (first * exists).sum((1, 2), keepdim=True) / number
        return mean, ((first - mean) * exists).square().sum((1, 2), keepdim=True) / number

    def rest(self, first: Tensor, statistics: tuple[Tensor, Tensor]) -> Tensor:
        """From the first convolution to rows [B, T, d]."""
        mean, var = statistics
        h = (first - mean) * torch.rsqrt(var + 1e-5)
        h = h * self.norm_weight[:, None] + self.norm_bias[:, None]
        h = F.gelu(F.conv1d(h, self.conv2_weight, self.conv2_bias, stride=3))
        return F.gelu(F.conv1d(h, self.conv3_weight, self.conv3_bias, stride=2)).transpose(1, 2)

    def within(self, sounds: Sounds, contexts: Sounds) -> Tensor:
        """Rows [B, T, d] of sounds that are parts of other sounds, whose statistics they take."""
        return self.rest(
            self.first(sounds.floats), self.statistics(self.first(contexts.floats), self.frames(contexts.sizes))
        )

    def forward(self, audio: Tensor) -> Tensor:
        first = self.first(audio)
        return self.rest(first, self.statistics(first))


class Teacher:
    """Starting weights that hear whole clean sounds. Frozen, and in bfloat16: autocast would convert them anew at
    every step, a sixth of its time.
    """

    def __init__(self, model: Model, stem: RawStem) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False).bfloat16()
        self.stem = stem.eval()

    @torch.no_grad()
    def rows(self, sounds: Sounds, contexts: Sounds) -> tuple[Tensor, Tensor]:
        """Encoder rows [B, T, d] of sounds, and their counts [B].

        `contexts`: the recordings that the sounds were cut from, for the statistics of the stem's group norm.
        """
        rows, lengths = self.stem.within(sounds, contexts), self.stem.rows(sounds.sizes)
        with torch.autocast(lengths.device.type, enabled=False):
            return self.model.encoder(rows.bfloat16(), lengths), lengths

    @torch.no_grad()
    def says(self, labels: Tensor, rows: Tensor, counts: Tensor, places: tuple[Tensor, Tensor]) -> Tensor:
        """Log-probabilities [places, labels] at places (their recordings, their labels) behind labels [B, U]."""
        with torch.autocast(labels.device.type, enabled=False):
            hidden, _ = self.model.decoder.hidden(labels, self.model.decoder.start(rows, counts))
            return self.model.decoder.project(hidden[places]).float().log_softmax(-1)
