"""Pinned reference values for the engine's tests, from the PyTorch model and never from Attend itself.

Tiny random models in which every tensor is perturbed (norm weights are not 1, biases not 0), so that a weight that the
engine doesn't use, or uses in the wrong place, fails a test. tests/data/engine/README.md names the tensors.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from . import config as configuration
from . import model_file
from .labels import Labels, sentencepiece_model
from .model import Model
from .streaming import EncoderStream, steps

FEATURE_ROWS = 118
SETTINGS = [(5, 8, 12), (1, 3, 1000), (8, 0, 4)]  # chunk, look-ahead, left context in encoder rows
LABEL_COUNT = 300


def tiny_labels() -> Labels:
    """Three specials, 256 bytes, a few merges of English letters, single characters: LABEL_COUNT in all."""
    merges = ["\u2581t", "he", "\u2581a", "in", "\u2581the", "er", "on", "an", "\u2581s", "ing"]
    characters = list("\u2581etaoinshrdlucmfwygpbvkxqjz.,'")
    pieces = [b"<unk>", b"<s>", b"</s>", *(bytes([b]) for b in range(256)), *(p.encode() for p in merges + characters)]
    pieces += [f"<<ST_{i}>>".encode() for i in range(LABEL_COUNT - len(pieces))]
    return Labels(sentencepiece_model(pieces))


def _base(name: str) -> dict:
    config = configuration.small_en()
    config.update(name=name, version="0", origin=[{"what": "random numbers", "name": "tests", "licence": "Apache-2.0"}])
    config["licence"] = "Apache-2.0"
    config["features"]["bins"] = 20
    config["training"] = {"chunk_ms": [24, 480], "lookahead_ms": [0, 480], "left_rows": [4, 1000], "longest_s": 10}
    config["decoder"].update(
        width=32, heads=4, blocks=2, rotary_dims=4, labels=LABEL_COUNT, clock_heads=[[0, 1], [1, 0], [1, 3]]
    )
    config["decoder"]["feed_forward"]["size"] = 48
    return config


def rotary_config(name: str = "tiny-rotary") -> dict:
    """The starting weights' kind of network: rotary Transformer, conv1d stem, no biases where those have none."""
    config = _base(name)
    config["stem"] = [
        {"kind": "conv1d", "in": 20, "out": 24, "kernel": 5, "stride": 1, "left": 4, "activation": "gelu"},
        {"kind": "conv1d", "in": 24, "out": 40, "kernel": 7, "stride": 3, "left": 2, "activation": "gelu"},
        {"kind": "linear", "in": 40, "out": 32, "activation": "none"},
    ]
    config["encoder"].update(width=32, heads=4, blocks=2)
    config["encoder"]["block"]["attention"] = {"positions": "rotary", "rotary_dims": 4, "bias": False}
    config["encoder"]["block"]["feed_forward"] = {"size": 64, "activation": "gelu", "scale": 1.0}
    return config


def conformer_config() -> dict:
    """U2++'s kind of network: relative positions, both feed-forward parts, gated convolution, conv2d stem."""
    config = _base("tiny-conformer-relative")
    config["stem"] = [
        {"kind": "conv2d", "in": 1, "out": 6, "kernel": 3, "stride": 2, "left": 2, "activation": "relu"},
        {"kind": "conv2d", "in": 6, "out": 6, "kernel": 3, "stride": 2, "left": 1, "activation": "relu"},
        {"kind": "linear", "in": 24, "out": 32, "activation": "none"},
    ]
    config["stem_scale"] = 5.656854249492381
    config["encoder"].update(width=32, heads=4, blocks=2)
    config["encoder"]["block"] = {
        "feed_forward_1": {"size": 48, "activation": "swish", "scale": 0.5},
        "attention": {"positions": "relative", "rotary_dims": 0, "bias": True},
        "convolution": {"kernel": 5, "norm": "layer", "activation": "swish", "gate": True},
        "feed_forward": {"size": 48, "activation": "swish", "scale": 0.5},
        "norm": True,
    }
    return config


def plain_conformer_config() -> dict:
    """No positions, ungated convolution of 7 rows without norm, no final norm, output projection of its own."""
    config = _base("tiny-conformer-plain")
    config["stem"] = [
        {"kind": "conv1d", "in": 20, "out": 24, "kernel": 3, "stride": 3, "left": 0, "activation": "swish"},
        {"kind": "linear", "in": 24, "out": 24, "activation": "relu"},
    ]
    config["encoder"].update(width=24, heads=2, blocks=2, final_norm=False)
    config["encoder"]["block"] = {
        "feed_forward_1": None,
        "attention": {"positions": "none", "rotary_dims": 0, "bias": True},
        "convolution": {"kernel": 7, "norm": "none", "activation": "swish", "gate": False},
        "feed_forward": {"size": 48, "activation": "relu", "scale": 1.0},
        "norm": True,
    }
    return config


def with_heads(config: dict, name: str, counter: int, ctc: int) -> dict:
    """A configuration with both heads, of so many blocks."""
    heads = {
        "counter": {"blocks": counter, "weight": 0.5},
        "ctc": {"blocks": ctc, "weight": 0.25, "symbols": " 'abcdefghijklmnopqrstuvwxyz"},
    }
    return config | {"name": f"tiny-{name}", "heads": heads}


def perturbed(config: dict, seed: int, norm_biases: bool, own_output: bool = False) -> Model:
    """A model whose every tensor is random, at magnitudes at which the network is neither dead nor saturated."""
    model = Model(config, own_output=own_output)
    names = [name for name, p in model.named_parameters() if name.endswith(".bias")]
    if not norm_biases:  # like the starting weights: biases in feed-forward parts and the stem only
        projections = tuple(f"heads.{head}.output.bias" for head in config.get("heads", {}))
        keep = {n for n in names if n.endswith(("up.bias", "down.bias", *projections))}
        model = Model(config, keep, own_output)
    generator = torch.Generator().manual_seed(seed)
    random = lambda like, scale: torch.randn(like.shape, generator=generator) * scale
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith("norm.weight"):
                p.copy_(1 + random(p, 0.3))
            elif p.dim() < 2 or name.endswith(("content_bias", "position_bias")):
                p.copy_(random(p, 0.3))
            else:
                p.copy_(random(p, 1.5 / p[0].numel() ** 0.5))
        model.features.mean.copy_(10 + random(model.features.mean, 1.0))
        model.features.scale.copy_(0.4 + random(model.features.scale, 0.05).abs())
    return model.eval()


def random_features(bins: int, seed: int) -> Tensor:
    """Rows that move like log-mel energies: [FEATURE_ROWS, bins], not normalised."""
    generator = torch.Generator().manual_seed(seed)
    slow = torch.randn(FEATURE_ROWS // 6 + 2, bins, generator=generator).repeat_interleave(6, 0)[:FEATURE_ROWS]
    return 10 + 2.5 * slow + torch.randn(FEATURE_ROWS, bins, generator=generator)


@torch.no_grad()
def values(
    model: Model, features: Tensor, labels: list[int], settings: list[tuple[int, int, int]]
) -> dict[str, Tensor]:
    """All reference values for feature rows [frames, bins] (not normalised) and labels (without `begin`)."""
    out = {"features": features, "normalised": (features - model.features.mean) * model.features.scale}
    stem = model.stem(out["normalised"][None])[0]
    out["stem"] = stem
    out["full"] = model.encoder(stem[None])[0]
    for number, (chunk, lookahead, left) in enumerate(settings):
        stream = EncoderStream(model.encoder, left)
        heads = {head: EncoderStream(module, left) for head, module in model.heads.items()}
        out[f"streaming.{number}.settings"] = torch.tensor([chunk, lookahead, left])
        settled = []
        for at, (start, settle, preview) in enumerate(steps(len(stem), chunk, lookahead)):
            rows = stream.step(stem[start : start + settle + preview], settle)
            out[f"streaming.{number}.step.{at}.place"] = torch.tensor([start, settle, preview])
            out[f"streaming.{number}.step.{at}.rows"] = rows
            for head, of_head in heads.items():
                said = model.heads[head].output(of_head.step(rows, settle))
                out[f"streaming.{number}.step.{at}.{head}"] = (
                    said.sigmoid() if head == "counter" else said.log_softmax(-1)
                )
            settled.append(rows[:settle])
        out[f"streaming.{number}.settled"] = torch.cat(settled)
    given = torch.tensor([[model.config["decoder"]["begin"], *labels]])
    hidden, clock = model.decoder.hidden(given, model.decoder.start(out["full"][None]))
    out["labels"] = given[0]
    out["log_probabilities"] = model.decoder.project(hidden)[0].log_softmax(-1)
    out["clock"] = clock[0]
    return {name: value.float().contiguous().clone() for name, value in out.items()}


CASES = {
    "rotary": (rotary_config, "F32", False, 11),
    "conformer-relative": (conformer_config, "F32", True, 12),
    "conformer-plain": (plain_conformer_config, "F32", True, 13),
    "rotary-i8": (rotary_config, "I8", False, 11),
    "heads": (lambda: with_heads(rotary_config(), "heads", 1, 2), "I8", False, 14),
    "heads-conformer": (lambda: with_heads(conformer_config(), "heads-conformer", 0, 1), "F32", True, 15),
}


def write_tiny(folder: Path) -> None:
    """Writes NAME.safetensors (a model file) and NAME.reference.safetensors (values) of every case."""
    labels = tiny_labels()
    for name, (config, matrices, norm_biases, seed) in CASES.items():
        path = folder / f"{name}.safetensors"
        model_file.write(
            path, perturbed(config(), seed, norm_biases, own_output=name == "conformer-plain"), labels, matrices
        )
        model, _ = model_file.read(path)  # values are those of the weights as stored
        text = labels.encode("the thing on a tin that is there")
        save_file(
            values(model, random_features(20, seed + 100), text, SETTINGS), folder / f"{name}.reference.safetensors"
        )


def write_real(model_path: Path, audio: Path, folder: Path) -> None:
    """The same for a real model and a recording: `audio` (samples, in the range of 16-bit integers) comes on top.

    The model is copied beside the values, as real.safetensors: they belong together.
    """
    from .data import decode
    from .search import greedy

    model, _ = model_file.read(model_path)
    samples = torch.from_numpy(decode(audio.read_bytes()).copy()).float()
    features = model.features.energies(samples)
    with torch.no_grad():
        rows = model.encoder(model.stem_rows(samples[None]))
    settings = [(model.rows(320, 1), model.rows(640), 10**6), (model.rows(160, 1), model.rows(320), model.rows(4000))]
    found = values(model, features, greedy(model, rows[0]), settings)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({**found, "audio": samples}, folder / "real.reference.safetensors")
    shutil.copyfile(model_path, folder / "real.safetensors")
