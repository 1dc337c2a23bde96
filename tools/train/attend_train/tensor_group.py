"""Tensors that belong together, and travel together: from the process that prepares them to the device that trains."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Self

import torch
from torch import Tensor


class TensorGroup:
    """Base of dataclasses whose fields are tensors, such groups, and plain values."""

    def changed(self, change: Callable[[Tensor], Tensor]) -> Self:
        """The same group with every tensor changed."""

        def one(value: object) -> object:
            if isinstance(value, Tensor):
                return change(value)
            return value.changed(change) if isinstance(value, TensorGroup) else value

        return dataclasses.replace(self, **{f.name: one(getattr(self, f.name)) for f in dataclasses.fields(self)})

    def to(self, device: torch.device) -> Self:
        """On a device."""
        return self.changed(lambda t: t.to(device))
