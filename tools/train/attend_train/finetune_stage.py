"""Stage 3: the whole student learns to be a streaming network: random chunk, look-ahead and left context in the
block-wise form, against the full-context teacher on raw audio.

What is learnt (from batches of finetune_batches.py):
- encoder rows of all blocks, settled and preview, against the teacher's rows of the same sound;
- label distributions: the decoder sees either all settled rows, or the rows as they stand at a random step of the
  stream (settled ones and that step's preview), with the labels heard so far; and labels that lie far enough back may
  have been computed at the earlier step at which the search computed them for the last time, so that it may keep their
  keys and values;
- the labels themselves, where a transcript is trusted; and nothing but `end` where nobody speaks;
- if wanted, that the clock heads look where each label is heard.
The teachers hear the sound without noise, room and telephone, and without the silence around it. The one that sets the
distributions may be larger.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .finetune_batches import Batch, BatchMaker
from .model import Blocks, DecoderState, Model
from .teacher import Teacher

NEAR = 2  # rows: attention so near the row where a label is heard counts as being there


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

    def __init__(self, model: Model, teacher: Teacher, writer: Teacher, maker: BatchMaker) -> None:
        """`teacher` sets the rows and is of the model's own widths, `writer` sets the label distributions."""
        self.model = self.module = model
        self.teacher, self.writer = teacher, writer
        self.maker, self.settings = maker, maker.settings
        model.requires_grad_(True)
        model.encoder.recompute = self.settings.recompute
        # Most of the label set never occurs in what we train on; its embedding stays what it is.
        model.decoder.embedding.requires_grad_(False)
        if self.settings.decoder_rate == 0:
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

    def prepare(self, rng: np.random.Generator) -> list[Batch]:
        return self.maker.prepare(rng)

    def stem_rows(self, batch: Batch) -> Tensor:
        """The student's stem rows [B, T, d]."""
        features = self.model.features(batch.student.samples)
        return self.model.stem(features if batch.mask is None else features * batch.mask)

    def row_loss(self, y: Tensor, batch: Batch, target: Tensor, counts: Tensor) -> Tensor:
        """Squared error of block rows y [B, n, w, d] over the teacher's variance."""
        blocks = batch.blocks
        place = blocks.positions[None] - batch.before.clamp_min(0)[:, None, None]
        spoken = (batch.before >= 0)[:, None, None]
        counted = (place >= 0) & (place < counts[:, None, None]) & blocks.sees_own & spoken
        last = blocks.last[:, None]  # a recording's last block settles whole
        number = torch.arange(blocks.count, device=y.device)
        settles = (torch.arange(blocks.width, device=y.device) < blocks.chunk)[None, None] | (number == last)[..., None]
        weight = torch.where(settles, 1.0, self.settings.preview_weight) * counted * (number <= last)[..., None]
        index = place.clamp(0, target.shape[1] - 1).flatten(1)[..., None].expand(-1, -1, target.shape[2])
        wanted = target.gather(1, index).view(y.shape)
        error = (y.float() - wanted.float()).square().mean(-1)
        return (error * weight).sum() / weight.sum().clamp_min(1) / target.float().var().clamp_min(1e-6)

    def seen(self, y: Tensor, batch: Batch) -> tuple[DecoderState, Tensor]:
        """The decoder's view of block rows y [B, n, w, d] at each recording's step, and the position of each row that
        it may see, [T].
        """
        blocks, flat = batch.blocks, y.flatten(1, 2)
        if batch.kept is not None:
            state = self.model.decoder.start(flat)
            state.exists = rows_at_steps(batch.kept, batch.lengths, blocks)
            return state, blocks.positions.flatten()
        row = torch.arange(blocks.home.shape[1], device=y.device)
        block = torch.minimum(row // blocks.chunk, batch.steps[:, None])
        home = (block * blocks.width + row - block * blocks.chunk).clamp_max(flat.shape[1] - 1)
        rows = flat.gather(1, home[..., None].expand(-1, -1, flat.shape[-1]))
        ends = torch.minimum(batch.lengths, batch.steps * blocks.chunk + blocks.width)
        return self.model.decoder.start(rows, ends), row

    def text_loss(self, y: Tensor, batch: Batch, target: Tensor, counts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """KL to the writer's label distributions, the cross-entropy of labels, the clock's loss; means per label."""
        state, positions = self.seen(y, batch)
        places = (batch.recording, batch.place)
        hidden, clock = self.model.decoder.hidden(batch.given, state)
        student = self.model.decoder.project(hidden[places]).float().log_softmax(-1)
        teacher = self.writer.says(batch.given, target, counts, places)
        divergence = (teacher.exp() * (teacher - student)).sum(-1)
        crossed = F.nll_loss(student, batch.wanted, reduction="none")
        mean = lambda values, weights: (values * weights).sum() / weights.sum().clamp_min(1)
        heard = batch.heard_at[places]
        near = (positions - (heard + batch.before[batch.recording].clamp_min(0))[:, None]).abs() <= NEAR
        apart = -((clock[places].float() * near).sum(-1) + 1e-3).log()
        return (
            mean(divergence, batch.from_teacher),
            mean(crossed, batch.from_text),
            mean(apart, batch.from_teacher * (heard >= 0)),
        )

    def loss(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor | float]]:
        target, counts = self.teacher.rows(batch.sounds, batch.contexts)
        written = target if self.writer is self.teacher else self.writer.rows(batch.sounds, batch.contexts)[0]
        y = self.model.encoder.blockwise(self.stem_rows(batch), batch.blocks)
        rows = self.row_loss(y, batch, target, counts)
        kl, label, clock = self.text_loss(y, batch, written, counts)
        figures = {"rows": rows, "kl": kl, "label": label, "clock": clock}
        s = self.settings
        total = (s.rows * rows + s.kl * kl + s.label * label + s.clock * clock) / s.parts
        return total, {"seconds": batch.seconds} | {f"{batch.kind}_{k}": v.detach() for k, v in figures.items()}
