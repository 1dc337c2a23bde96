"""The encoder step by step, with caches of what has settled: what the engine does, written down plainly.

It serves the search, and as a check on `Encoder.blockwise`, which computes all steps of a recording at once.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .model import Attention, Convolution, Encoder, EncoderBlock


class _BlockCache:
    """Keys, values and convolution inputs of settled rows of one encoder block."""

    def __init__(self) -> None:
        self.keys: Tensor | None = None  # [H, settled, d / H]
        self.values: Tensor | None = None
        self.positions: Tensor | None = None  # [settled]
        self.tail: Tensor | None = None  # [kernel - 1, d]


class EncoderStream:
    """One segment's encoder state. All tensors are of one recording, without a batch dimension."""

    def __init__(self, encoder: Encoder, left: int = 10**9) -> None:
        self.encoder, self.left = encoder, left
        self.settled = 0
        self.caches = [_BlockCache() for _ in encoder.blocks]

    @torch.no_grad()
    def step(self, rows: Tensor, settle: int) -> Tensor:
        """Stem rows [c + r, d] from the first unsettled one on to encoder rows; the first `settle` of them settle."""
        x = rows
        positions = torch.arange(self.settled, self.settled + len(rows), device=rows.device)
        for block, cache in zip(self.encoder.blocks, self.caches, strict=True):
            x = self._block(block, cache, x, positions, settle)
        self.settled += settle
        return x if self.encoder.norm is None else self.encoder.norm(x)

    def _block(self, block: EncoderBlock, cache: _BlockCache, x: Tensor, positions: Tensor, settle: int) -> Tensor:
        if block.feed_forward_1 is not None:
            x = x + block.feed_forward_1.scale * block.feed_forward_1(x)
        if block.attention is not None:
            x = x + self._attention(block.attention, cache, x, positions, settle)
        if block.convolution is not None:
            x = x + self._convolution(block.convolution, cache, x, settle)
        if block.feed_forward is not None:
            x = x + block.feed_forward.scale * block.feed_forward(x)
        return x if block.norm is None else block.norm(x)

    def _attention(self, part: Attention, cache: _BlockCache, x: Tensor, positions: Tensor, settle: int) -> Tensor:
        q, k, v = part.project(x, positions)
        if cache.keys is not None:
            k, v = torch.cat((cache.keys, k), 1), torch.cat((cache.values, v), 1)
            positions = torch.cat((cache.positions, positions))
        out = part.scores(q, k, positions).softmax(-1) @ v
        end = k.shape[1] - len(x) + settle
        start = max(0, end - self.left)
        cache.keys, cache.values, cache.positions = k[:, start:end], v[:, start:end], positions[start:end]
        return part.output(out.transpose(0, 1).flatten(1))

    @staticmethod
    def _convolution(part: Convolution, cache: _BlockCache, x: Tensor, settle: int) -> Tensor:
        y = part.enter(x)
        y = F.pad(y, (0, 0, part.kernel - 1, 0)) if cache.tail is None else torch.cat((cache.tail, y))
        cache.tail = y[settle : settle + part.kernel - 1]
        return part.leave(y[None])[0]


def steps(rows: int, chunk: int, lookahead: int, hindsight: int = 0) -> list[tuple[int, int, int]]:
    """(start, settled rows, preview rows) of every step of a segment.

    A step is taken whenever chunk and look-ahead lie ready; rows settle when `hindsight` more lie behind them. A last
    step settles the rows that are left, if any are.
    """
    out, settled = [], 0
    for horizon in range(chunk, rows - lookahead + 1, chunk):
        settle = max(0, horizon - hindsight - settled)
        out.append((settled, settle, horizon + lookahead - settled - settle))
        settled += settle
    return out if settled == rows else [*out, (settled, rows - settled, 0)]
