"""The training loop: steps that depend on nothing but their number, the weights and the optimiser, so that a run may be
killed and continued at any moment and ends with the same weights.
"""

from __future__ import annotations

import json
import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from . import distributed
from .tensor_group import TensorGroup


@dataclass
class Settings:
    """How a stage is trained."""

    steps: int
    rate: float  # highest learning rate
    last_rate: float  # at the last step (a half cosine between)
    warm_up: int = 200  # steps
    weight_decay: float = 0.0
    clip: float = 1.0  # largest gradient norm
    seed: int = 1
    save_seconds: float = 180.0
    snapshot_every: int = 500  # steps between the weights that are kept for averaging
    snapshots: int = 8  # how many are kept
    report_every: int = 50
    bf16: bool = True
    device: str = "cpu"
    workers: int = 0  # processes that prepare the steps to come; 0: this one, when they come


class Task(Protocol):
    """What is trained: its parameters, the batches of a step, and their losses."""

    module: nn.Module

    def groups(self) -> list[dict]:
        """Optimiser groups: {"params": [...], "rate": factor}."""

    def prepare(self, rng: np.random.Generator) -> list[TensorGroup]:
        """The batches of a step, from nothing but these random numbers; perhaps in a process of its own."""

    def loss(self, batch: TensorGroup) -> tuple[Tensor, dict[str, Tensor | float]]:
        """Loss of one batch, and figures to report ("seconds" of audio among them). A step's loss is their sum."""


class Interrupted(Exception):
    """The run was asked to stop; its state is saved."""


def learning_rate(s: Settings, step: int) -> float:
    """Linear warm-up, then a half cosine down to the last rate."""
    if step < s.warm_up:
        return s.rate * (step + 1) / s.warm_up
    done = min(1.0, (step - s.warm_up) / max(1, s.steps - s.warm_up))
    return s.last_rate + (s.rate - s.last_rate) * 0.5 * (1 + math.cos(math.pi * done))


def save(path: Path, state: dict) -> None:
    """Writes a checkpoint whole or not at all."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


@contextmanager
def _asked_to_stop() -> AbstractContextManager[Callable[[], bool]]:
    """Notes SIGTERM and SIGINT instead of dying from them in the middle of a step."""
    asked = []
    before = {}
    for name in (signal.SIGTERM, signal.SIGINT):
        before[name] = signal.signal(name, lambda number, frame: asked.append(number))
    try:
        yield lambda: bool(asked)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def trainable(module: nn.Module) -> dict[str, Tensor]:
    """The state that training changes, by name."""
    return {name: p.detach() for name, p in module.named_parameters() if p.requires_grad}


class _Steps(Dataset):
    """The batches of every step, by its number."""

    def __init__(self, task: Task, seed: int, rank: int) -> None:
        self.task, self.seed, self.rank = task, seed, rank

    def __getitem__(self, step: int) -> list[TensorGroup]:
        return self.task.prepare(np.random.default_rng([self.seed, step, self.rank]))


def prepared(task: Task, s: Settings, first: int, rank: int) -> Iterator[list[TensorGroup]]:
    """The batches of all steps from the first one on."""
    ahead = {"multiprocessing_context": "fork", "prefetch_factor": 2} if s.workers else {}
    loader = DataLoader(
        _Steps(task, s.seed, rank), batch_size=None, sampler=range(first, s.steps), num_workers=s.workers,
        **ahead,
    )  # fmt: skip
    return iter(loader)


def run(task: Task, s: Settings, folder: Path, stop_after: int | None = None) -> None:
    """Trains to s.steps, from the checkpoint in `folder` if there is one.

    `stop_after` (for tests) interrupts the run after so many steps of this call.
    """
    rank, _ = distributed.start(s.device)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "snapshots").mkdir(exist_ok=True)
    parameters = [p for group in task.groups() for p in group["params"]]
    factors = [group.get("rate", 1.0) for group in task.groups()]
    optimiser = torch.optim.AdamW(
        [{"params": g["params"], "lr": s.rate} for g in task.groups()],
        betas=(0.9, 0.98),
        eps=1e-8,
        weight_decay=s.weight_decay,
        fused=s.device.startswith("cuda"),
    )
    step, heard = 0, 0.0
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=s.device, weights_only=True)
        task.module.load_state_dict(state["weights"], strict=False)
        optimiser.load_state_dict(state["optimiser"])
        step, heard = state["step"], state["heard"]

    def keep() -> None:
        if rank == 0:
            save(
                checkpoint,
                {"weights": trainable(task.module), "optimiser": optimiser.state_dict(), "step": step, "heard": heard},
            )

    log = open(folder / "log.jsonl", "a", encoding="utf-8") if rank == 0 else None  # noqa: SIM115
    saved, begun, sums, first = time.monotonic(), time.monotonic(), {}, step
    with _asked_to_stop() as asked:
        batches = prepared(task, s, step, rank)
        while step < s.steps:
            rate = learning_rate(s, step)
            for group, factor in zip(optimiser.param_groups, factors, strict=True):
                group["lr"] = rate * factor
            optimiser.zero_grad(set_to_none=True)
            for batch in next(batches):
                with torch.autocast(s.device.split(":")[0], torch.bfloat16, enabled=s.bf16):
                    loss, figures = task.loss(batch.to(s.device))
                loss.backward()
                heard += figures["seconds"] * distributed.processes()
                for name, value in figures.items():
                    sums.setdefault(name, []).append(value)
            distributed.average_gradients(parameters)
            norm = float(nn.utils.clip_grad_norm_(parameters, s.clip))
            if math.isfinite(norm):
                optimiser.step()
            step += 1
            sums.setdefault("gradient", []).append(norm)
            if log and (step % s.report_every == 0 or step == s.steps):
                mean = {name: round(float(np.mean([float(v) for v in values])), 6) for name, values in sums.items()}
                speed = (step - first) / (time.monotonic() - begun)
                line = {"step": step, **mean, "rate": round(rate, 7), "hours": round(heard / 3600, 3)}
                print(json.dumps({**line, "steps_per_s": round(speed, 3)}), file=log, flush=True)
                sums = {}
            if step % s.snapshot_every == 0 and rank == 0:
                save(folder / "snapshots" / f"{step:08d}.pt", trainable(task.module))
                for old in sorted((folder / "snapshots").glob("*.pt"))[: -s.snapshots]:
                    old.unlink()
            if time.monotonic() - saved > s.save_seconds:
                keep()
                saved = time.monotonic()
            if distributed.any_process(asked() or (stop_after is not None and step - first >= stop_after)):
                keep()
                raise Interrupted(f"stopped at step {step} of {s.steps}; run the same command to continue")
    keep()
    distributed.wait()


def average(folder: Path, last: int) -> dict[str, Tensor]:
    """Mean of the last snapshots of a stage."""
    paths = sorted((folder / "snapshots").glob("*.pt"))[-last:]
    if not paths:
        raise FileNotFoundError(f"no snapshots in {folder}")
    total: dict[str, Tensor] = {}
    for path in paths:
        for name, value in torch.load(path, map_location="cpu", weights_only=True).items():
            total[name] = total[name] + value.double() if name in total else value.double()
    return {name: (value / len(paths)).float() for name, value in total.items()}
