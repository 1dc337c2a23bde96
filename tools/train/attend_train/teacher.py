"""The teacher: the starting weights' own stem on raw audio, in front of their untouched encoder and decoder."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

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
