"""The import of starting weights."""

from pathlib import Path

import numpy as np
import pytest
import torch
from attend_train import config, evaluate
from attend_train.labels import Labels
from attend_train.model import Model
from attend_train.ort_graph import Graph, Node
from attend_train.search import greedy
from attend_train.starting_weights import _dequantise, _products, read_starting_weights
from attend_train.teacher import RawStem


def test_dequantises_both_kinds() -> None:
    graph = Graph({"a_quantized": np.array([[0, 130]], np.uint8), "a_scale": np.float32(0.5).reshape(()),
                   "a_zero_point": np.uint8(128).reshape(()), "b_quantized": np.array([[-2, 4]], np.int8),
                   "b_scale": np.float32([0.5]), "b_zero_point": np.float32([0.25])})  # fmt: skip
    assert _dequantise(graph, "a").tolist() == [[-64.0, 1.0]]
    assert _dequantise(graph, "b").tolist() == [[-0.75, 2.25]]
    assert _dequantise(graph, "c") is None


def test_bodies_must_agree() -> None:
    graph = Graph({"w": np.float32([[1, 2]]), "v": np.float32([[1, 3]])})
    path = "/model/decoder/layers.0/mlp/fc1/MatMul_output_0"
    graph.nodes = [Node("MatMul", ["x", "w"], [path]), Node("MatMul", ["x", "v"], [path])]
    with pytest.raises(ValueError, match="disagree"):
        _products(graph, "decoder", {})


def test_configurations_by_width() -> None:
    """Both known networks build, and are those of the starting weights' shapes."""
    small, base = config.of_width(288), config.of_width(416)
    assert small == config.small_en() and base == config.base_en()
    for wanted, millions in ((small, 26.8), (base, 60.9)):
        with torch.device("meta"):
            model = Model(wanted, biases=set())
        assert abs(sum(p.numel() for p in model.parameters()) / 1e6 - millions) < 0.1
    with pytest.raises(ValueError, match="width 300"):
        config.of_width(300)


def test_real_weights(start_folder: Path, real_manifest: Path) -> None:
    """All tensors of the small model are there, and the network that they make hears English."""
    pytest.importorskip("onnxruntime", reason="the schema of .ort files comes with onnxruntime")
    read = read_starting_weights(start_folder / "encoder_model.ort", start_folder / "decoder_model_merged.ort")
    weights = {name: torch.from_numpy(value.copy()) for name, value in read.items()}
    model = Model(config.small_en(), biases=set(weights) | {f"stem.{i}.bias" for i in range(3)})
    ours = {n for n, _ in model.named_parameters() if not n.startswith("stem.")}
    assert ours == {n for n in weights if not n.startswith("raw_stem.")}
    model.load_state_dict({n: w for n, w in weights.items() if not n.startswith("raw_stem.")}, strict=False)
    from attend_train.data import audio_bytes, decode, read_manifest

    record = next(r for r in read_manifest(real_manifest) if 5 < r["duration"] < 8)
    _, data = next(iter(audio_bytes([record], real_manifest.parent)))
    with torch.inference_mode():
        rows = model.encoder(RawStem(weights)(torch.from_numpy(decode(data).astype(np.float32) / 32768)[None]))
    text = Labels.from_tokenizer(start_folder / "tokenizer.bin").decode(greedy(model, rows[0]))
    wanted = evaluate.plain_words(record.get("norm") or record["text"])
    assert evaluate.edits(wanted, evaluate.plain_words(text)) <= 0.2 * len(wanted)
