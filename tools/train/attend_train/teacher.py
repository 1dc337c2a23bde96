"""The teacher: the starting weights' own stem on raw audio, in front of their untouched encoder and decoder."""

from __future__ import annotations

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from .model import Model

ROW_SAMPLES = 384  # one row per 24 ms
ROW_SPAN = 895  # samples that one row sees: conv 127 / 64, then 7 / 3, then 3 / 2


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

    def first(self, audio: Tensor) -> Tensor:
        """tanh of the first convolution, [B, d, samples / 64]."""
        return torch.tanh(F.conv1d(audio[:, None], self.conv1_weight, stride=64))

    @staticmethod
    def statistics(first: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance over everything of each recording, [B, 1, 1] each."""
        var, mean = torch.var_mean(first.float(), (1, 2), correction=0, keepdim=True)
        return mean, var

    def rest(self, first: Tensor, statistics: tuple[Tensor, Tensor]) -> Tensor:
        """From the first convolution to rows [B, T, d]."""
        mean, var = statistics
        h = (first - mean) * torch.rsqrt(var + 1e-5)
        h = h * self.norm_weight[:, None] + self.norm_bias[:, None]
        h = F.gelu(F.conv1d(h, self.conv2_weight, self.conv2_bias, stride=3))
        return F.gelu(F.conv1d(h, self.conv3_weight, self.conv3_bias, stride=2)).transpose(1, 2)

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
    def rows(self, sounds: list[Tensor], contexts: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Encoder rows [B, T, d] of sounds [samples], and their counts [B].

        `contexts`: the recordings that the sounds were cut from, for the statistics of the stem's group norm.
        """
        rows = []
        for sound, context in zip(sounds, contexts, strict=True):
            statistics = self.stem.statistics(self.stem.first(context[None]))
            rows.append(self.stem.rest(self.stem.first(sound[None]), statistics)[0])
        lengths = torch.tensor([len(r) for r in rows], device=rows[0].device)
        with torch.autocast(lengths.device.type, enabled=False):
            return self.model.encoder(pad_sequence(rows, batch_first=True).bfloat16(), lengths), lengths

    @torch.no_grad()
    def says(self, labels: Tensor, rows: Tensor, counts: Tensor, chosen: Tensor) -> Tensor:
        """Log-probabilities [places, labels] at the chosen places (bool [B, U]) behind labels [B, U]."""
        with torch.autocast(labels.device.type, enabled=False):
            hidden, _ = self.model.decoder.hidden(labels, self.model.decoder.start(rows, counts))
            return self.model.decoder.project(hidden[chosen]).float().log_softmax(-1)
