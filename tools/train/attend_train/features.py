"""Log-mel filter bank in PyTorch, as Kaldi computes it (and kaldi-native-fbank, against which it is tested).

Kaldi's order of things (feat/feature-window.cc, feat/mel-computations.cc): cut frames without padding (`snip_edges`),
remove each frame's mean, pre-emphasis with the first sample as its own predecessor, window, power spectrum, triangles
that are linear on the HTK mel scale over the bins below Nyquist, logarithm.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def _window(kind: str, size: int) -> Tensor:
    phase = 2 * math.pi * torch.arange(size, dtype=torch.float64) / (size - 1)
    hann = 0.5 - 0.5 * phase.cos()
    if kind == "povey":
        return hann**0.85
    if kind == "hann":
        return hann
    raise ValueError(f"unknown window {kind!r}")


def _mel(hz: Tensor) -> Tensor:
    return 1127.0 * torch.log1p(hz / 700.0)


def mel_filters(bins: int, fft: int, sample_rate: int, low_hz: float, high_hz: float) -> Tensor:
    """Triangular filters, [fft / 2 + 1, bins]; the Nyquist bin gets no weight, as in Kaldi."""
    ends = _mel(torch.tensor([low_hz, high_hz], dtype=torch.float64))
    edges = ends[0] + (ends[1] - ends[0]) / (bins + 1) * torch.arange(bins + 2, dtype=torch.float64)
    mel = _mel(torch.arange(fft // 2 + 1, dtype=torch.float64) * sample_rate / fft)[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (mel - left) / (centre - left), (right - mel) / (right - centre)
    filters = torch.minimum(rising, falling).clamp_min(0)
    filters[-1] = 0
    return filters


class LogMel(nn.Module):
    """Samples in the range of 16-bit integers, [..., samples], to normalised log-mel rows, [..., frames, bins].

    `mean` and `scale` (buffers, [bins]) normalise: (row - mean) * scale. They start as 0 and 1.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, config: dict) -> None:
        super().__init__()
        rate = config["sample_rate"]
        self.size, self.hop = round(rate * config["window_ms"] / 1000), round(rate * config["hop_ms"] / 1000)
        self.fft, self.preemphasis, self.remove_dc = config["fft"], config["preemphasis"], config["remove_dc"]
        self.floor = config["floor"]
        filters = mel_filters(config["bins"], self.fft, rate, config["low_hz"], config["high_hz"])
        self.register_buffer("filters", filters.float(), persistent=False)
        self.register_buffer("window", _window(config["window"], self.size).float(), persistent=False)
        self.register_buffer("mean", torch.zeros(config["bins"]))
        self.register_buffer("scale", torch.ones(config["bins"]))

    def frames(self, samples: int) -> int:
        """How many rows a recording of so many samples has."""
        return 0 if samples < self.size else 1 + (samples - self.size) // self.hop

    def energies(self, samples: Tensor) -> Tensor:
        """Natural logarithm of the floored mel energies, not normalised."""
        frames = samples.float().unfold(-1, self.size, self.hop)
        if self.remove_dc:
            frames = frames - frames.mean(-1, keepdim=True)
        before = torch.cat((frames[..., :1], frames[..., :-1]), -1)
        frames = (frames - self.preemphasis * before) * self.window
        spectrum = torch.fft.rfft(frames, self.fft)
        power = spectrum.real.square() + spectrum.imag.square()
        return (power @ self.filters).clamp_min(self.floor).log()

    def forward(self, samples: Tensor) -> Tensor:
        with torch.autocast(samples.device.type, enabled=False):
            return (self.energies(samples) - self.mean) * self.scale
