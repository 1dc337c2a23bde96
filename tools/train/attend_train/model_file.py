"""Writes and reads the model file of docs/model-file.md: safetensors, the configuration as JSON in its metadata."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from . import config as configuration
from .labels import Labels
from .model import Model

_SIZES = {"F32": 4, "BF16": 2, "I8": 1, "U8": 1}
ROW_SCALE = ".row_scale"

Part = tuple[str, str, list[int], bytes]  # a tensor as it is stored: name, element type, shape, bytes


def eight_bits(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix [out, ...] as int8 in -127 ... 127 and one scale per row: value = scale * int8."""
    flat = matrix.float().flatten(1)
    scale = flat.abs().amax(1) / 127
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    return (flat / scale[:, None]).round().clamp(-127, 127).to(torch.int8).view(matrix.shape), scale


def storage_of(name: str, value: Tensor, matrices: str) -> str:
    """How a tensor is stored: norms, biases, features in F32; the stem in at most BF16; other matrices as
    `matrices`.
    """
    if value.dim() < 2 or matrices == "F32" or name.endswith(("content_bias", "position_bias", "depthwise.weight")):
        return "F32"
    if name.startswith("stem."):
        return "BF16"
    return matrices


def _encode(name: str, value: Tensor, kind: str) -> list[Part]:
    value = value.detach().cpu().contiguous()
    shape = list(value.shape)
    if kind == "I8":
        small, scale = eight_bits(value)
        return [(name, "I8", shape, small.numpy().tobytes()),
                (name + ROW_SCALE, "F32", [shape[0]], scale.numpy().astype("<f4").tobytes())]  # fmt: skip
    if kind == "BF16":
        return [(name, "BF16", shape, value.to(torch.bfloat16).view(torch.int16).numpy().astype("<i2").tobytes())]
    return [(name, "F32", shape, value.float().numpy().astype("<f4").tobytes())]


def encode(model: Model, labels: Labels, matrices: str = "I8") -> list[Part]:
    """All parts of a model file. `matrices`: F32, BF16 or I8."""
    return [("labels.model", "U8", [len(labels.model)], labels.model), *encode_tensors(model.state_dict(), matrices)]


def encode_tensors(tensors: dict[str, Tensor], matrices: str) -> list[Part]:
    """Parts of a model file for tensors of those names."""
    return [part for name, value in tensors.items() for part in _encode(name, value, storage_of(name, value, matrices))]


def write_parts(path: Path, config: dict, parts: list[Part]) -> str:
    """Writes a model file, whole or not at all; returns its SHA-256."""
    # Wider types first: with the header padded to eight bytes, every tensor is then aligned to its element's size.
    parts = sorted(parts, key=lambda part: (-_SIZES[part[1]], part[0]))
    header: dict = {"__metadata__": {"attend": configuration.dumps(config)}}
    at = 0
    for name, kind, shape, data in parts:
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    whole = b"".join([struct.pack("<Q", len(text)), text, *(data for *_, data in parts)])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(whole)
    os.replace(part, path)
    return hashlib.sha256(whole).hexdigest()


def write(path: Path, model: Model, labels: Labels, matrices: str = "I8", config: dict | None = None) -> str:
    """Writes a model as a file; returns its SHA-256."""
    return write_parts(path, config or model.config, encode(model, labels, matrices))


def read_parts(path: Path) -> tuple[dict, list[Part]]:
    """Configuration and tensors as they are stored."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    config = json.loads(header.pop("__metadata__")["attend"])
    data = memoryview(raw)[8 + size :]
    return config, [(n, e["dtype"], e["shape"], bytes(data[slice(*e["data_offsets"])])) for n, e in header.items()]


def read_tensors(path: Path) -> tuple[dict, dict[str, Tensor]]:
    """Configuration and tensors, eight-bit matrices widened; `labels.model` stays uint8."""
    config, parts = read_parts(path)
    found: dict[str, Tensor] = {}
    for name, kind, shape, data in parts:
        numbers = {"F32": "<f4", "BF16": "<i2", "I8": "i1", "U8": "u1"}[kind]
        value = torch.from_numpy(np.frombuffer(data, numbers).reshape(shape).copy())
        found[name] = value.view(torch.bfloat16).float() if kind == "BF16" else value
    for name in [n for n in found if n.endswith(ROW_SCALE)]:
        scale, matrix = found.pop(name), name.removesuffix(ROW_SCALE)
        found[matrix] = found[matrix].float() * scale.view(-1, *[1] * (found[matrix].dim() - 1))
    return config, found


def read(path: Path) -> tuple[Model, Labels]:
    """The model of a file, ready for inference, and its labels."""
    config, tensors = read_tensors(path)
    labels = Labels.from_tensor(tensors.pop("labels.model").numpy())
    biases = {name for name in tensors if name.endswith(".bias")}
    model = Model(config, biases, own_output="decoder.output.weight" in tensors)
    model.load_state_dict(tensors)
    return model.eval(), labels
