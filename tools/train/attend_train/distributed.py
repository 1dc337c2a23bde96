"""Several training processes, started by torchrun: each computes its own batches, gradients are averaged."""

from __future__ import annotations

import os

import torch
import torch.distributed as dist
from torch import Tensor


def start(device: str) -> tuple[int, int]:
    """Joins the others if torchrun started us. Returns this process' rank, and their number."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if device.startswith("cuda"):
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    if world > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    return (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)


def processes() -> int:
    """How many there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def stop() -> None:
    """Leaves the others."""
    if dist.is_initialized():
        dist.destroy_process_group()


def average_gradients(parameters: list[Tensor]) -> None:
    """Replaces every gradient by its mean over the processes, in one message."""
    if processes() == 1:
        return
    gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for parameter, part in zip(parameters, flat.split([g.numel() for g in gradients]), strict=True):
        parameter.grad = part.view_as(parameter).clone()


def any_process(flag: bool) -> bool:
    """Whether any process says so (all must ask)."""
    if processes() == 1:
        return flag
    answer = torch.tensor([float(flag)])
    if dist.get_backend() == "nccl":
        answer = answer.cuda()
    dist.all_reduce(answer, dist.ReduceOp.MAX)
    return bool(answer.item())


def wait() -> None:
    """Waits for all processes."""
    if dist.is_initialized():
        dist.barrier()
