"""Model files: what is written is what is read, and lies as docs/model-file.md says."""

import itertools
import json
import struct
from pathlib import Path

import pytest
import torch
from attend_train import model_file, reference
from safetensors import safe_open


@pytest.mark.parametrize(("matrices", "tolerance"), [("F32", 0.0), ("BF16", 0.01), ("I8", 0.03)])
@pytest.mark.parametrize("name", ["rotary", "conformer-relative", "conformer-plain"])
def test_round_trip(tmp_path: Path, name: str, matrices: str, tolerance: float) -> None:
    config, _, norm_biases, seed = reference.CASES[name]
    model = reference.perturbed(config(), seed, norm_biases, own_output=name == "conformer-plain")
    path = tmp_path / "model.safetensors"
    model_file.write(path, model, reference.tiny_labels(), matrices)
    found, labels = model_file.read(path)
    assert found.config == model.config and labels.pieces == reference.tiny_labels().pieces
    assert found.state_dict().keys() == model.state_dict().keys()
    for tensor, value in model.state_dict().items():
        other = found.state_dict()[tensor]
        assert float((other - value).abs().max()) <= tolerance * float(value.abs().max()), tensor


def test_layout(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    config, _, norm_biases, seed = reference.CASES["rotary-i8"]
    model_file.write(path, reference.perturbed(config(), seed, norm_biases), reference.tiny_labels(), "I8")
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + size])
    assert json.loads(header.pop("__metadata__")["attend"])["format"] == 1
    offsets = [entry["data_offsets"] for entry in header.values()]
    assert offsets == sorted(offsets) and offsets[0][0] == 0 and offsets[-1][1] == len(raw) - 8 - size
    assert all(a[1] == b[0] for a, b in itertools.pairwise(offsets))
    matrix = "encoder.blocks.0.attention.query.weight"
    assert header[matrix]["dtype"] == "I8" and header[matrix + ".row_scale"]["shape"] == [32]
    assert header["stem.0.weight"]["dtype"] == "BF16" and header["encoder.norm.weight"]["dtype"] == "F32"
    for entry in header.values():
        assert (8 + size + entry["data_offsets"][0]) % {"F32": 4, "BF16": 2}.get(entry["dtype"], 1) == 0
    with safe_open(path, "pt") as file:  # the library agrees
        assert set(file.keys()) == set(header)


def test_rows_of_zeros_survive_eight_bits() -> None:
    matrix = torch.tensor([[0.0, 0.0], [1.0, -0.5]])
    small, scale = model_file.eight_bits(matrix)
    assert torch.allclose(small.float() * scale[:, None], matrix, atol=0.01)


def test_reference_values_are_what_the_network_gives() -> None:
    """tests/data/engine is up to date with the network."""
    from safetensors.torch import load_file

    folder = Path(__file__).resolve().parents[1] / "data" / "engine"
    for name in reference.CASES:
        model, labels = model_file.read(folder / f"{name}.safetensors")
        pinned = load_file(folder / f"{name}.reference.safetensors")
        text = labels.encode("the thing on a tin that is there")
        found = reference.values(model, pinned["features"], text, reference.SETTINGS)
        assert found.keys() == pinned.keys()
        for key, value in found.items():
            assert torch.allclose(value, pinned[key], rtol=1e-4, atol=1e-4), (name, key)
