"""Starting weights: Moonshine's `.ort` files (MIT, Moonshine AI 2025) to tensors with this project's names.

The files hold quantised products, so a weight's name is lost where the exporter merged it with its node. It is found
through the node that multiplies by it, whose result still bears the path of the layer
("/layers.3/self_attn/q_proj/MatMul_output_0"). Quantisation is per tensor: unsigned, (q - zero) * scale with an integer
zero; or signed, q * scale + zero with a real zero. The two bodies of the merged decoder hold every weight twice; they
must be equal.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from .ort_graph import Graph, read_ort

_PART = {"q_proj": "query", "k_proj": "key", "v_proj": "value", "o_proj": "output", "dense": "output"}
_ENCODER_PART = {"self_attn": "attention", "mlp": "feed_forward"}
_DECODER_PART = {"self_attn": "self", "encoder_attn": "cross", "mlp": "feed_forward"}
_MLP = {"fc1": "up", "up_proj": "up", "fc2": "down", "down_proj": "down"}
_ENCODER_NORM = {"input_layernorm": "attention.norm", "post_attention_layernorm": "feed_forward.norm"}
_DECODER_NORM = {
    "input_layernorm": "self.norm", "post_attention_layernorm": "cross.norm", "final_layernorm": "feed_forward.norm",
}  # fmt: skip


def _dequantise(graph: Graph, base: str) -> np.ndarray | None:
    """The real values of constant `base`, stored plain or quantised; None if there is no such constant."""
    quantised = graph.constants.get(base + "_quantized")
    if quantised is None:
        plain = graph.constants.get(base)
        return None if plain is None or plain.dtype != np.float32 else plain
    scale = np.float32(graph.constants[base + "_scale"].reshape(-1)[0])
    zero = graph.constants[base + "_zero_point"].reshape(-1)[0]
    if quantised.dtype == np.uint8:
        return (quantised.astype(np.float32) - np.float32(zero)) * scale
    return quantised.astype(np.float32) * scale + np.float32(zero)


def _matrix_of(graph: Graph, inputs: list[str]) -> np.ndarray | None:
    """The weight among a product's inputs, as [out, in]."""
    for name in inputs:
        value = _dequantise(graph, re.sub(r"_(quantized|add_tensor)$", "", name))
        if value is not None and value.ndim == 2:
            return np.ascontiguousarray(value.T)
    return None


def _put(weights: dict[str, np.ndarray], name: str, value: np.ndarray) -> None:
    if name in weights and not np.array_equal(weights[name], value):
        raise ValueError(f"the two bodies of the merged decoder disagree on {name}")
    weights[name] = np.ascontiguousarray(value, dtype=np.float32)


def _layer_name(side: str, layer: str, group: str, part: str) -> str:
    groups = _ENCODER_PART if side == "encoder" else _DECODER_PART
    return f"{side}.blocks.{layer}.{groups[group]}.{(_MLP if group == 'mlp' else _PART)[part]}"


def _products(graph: Graph, side: str, weights: dict[str, np.ndarray]) -> None:
    prefix = "/" if side == "encoder" else "/model/decoder/"
    path = re.compile(re.escape(prefix) + r"layers\.(\d+)/(self_attn|encoder_attn|mlp)/(\w+)/(?:MatMul|Add)_output_0$")
    for node in graph.nodes:
        for output in node.outputs:
            found = path.match(output)
            if found is None and output != "logits":
                continue
            matrix = _matrix_of(graph, node.inputs)
            if matrix is None:  # the addition of a bias after its product
                continue
            if found is None:
                _put(weights, "decoder.embedding.weight", matrix)  # tied: must equal the embedding
            else:
                _put(weights, _layer_name(side, *found.groups()) + ".weight", matrix)


def _named(graph: Graph, side: str, weights: dict[str, np.ndarray]) -> None:
    """Constants that kept their names: norms, biases, convolutions, embedding."""
    prefix = "" if side == "encoder" else "model.decoder."
    norms = _ENCODER_NORM if side == "encoder" else _DECODER_NORM
    bases = {
        re.sub(r"(_merged_\d)?(_quantized|_scale|_zero_point|_add_tensor)?$", "", name) for name in graph.constants
    }
    merged = {name[: name.index("_merged_")] for name in graph.constants if "_merged_" in name}
    for base in sorted(bases):
        if not base.startswith(prefix):
            continue
        values = [_dequantise(graph, base)]
        if base in merged:
            values += [_dequantise(graph, f"{base}_merged_{body}") for body in (0, 1)]
        for value in (v for v in values if v is not None):
            short = base.removeprefix(prefix)
            layer = re.match(
                r"layers\.(\d+)\.(?:(\w+_layernorm)|(self_attn|encoder_attn|mlp)\.(\w+))\.(weight|bias)$", short
            )
            if layer:
                number, norm, group, part, kind = layer.groups()
                if norm:
                    _put(weights, f"{side}.blocks.{number}.{norms[norm]}.{kind}", value)
                else:
                    _put(weights, f"{_layer_name(side, number, group, part)}.{kind}", value)
            elif side == "encoder" and (stem := re.match(r"(conv[123])\.(weight|bias)$", short)):
                _put(weights, f"raw_stem.{stem[1]}.{stem[2]}", value)
            elif side == "encoder" and short in ("layer_norm.weight", "layer_norm.bias"):
                _put(weights, f"encoder.norm.{short.rpartition('.')[2]}", value)
            elif side == "decoder" and short == "embed_tokens.weight":
                _put(weights, "decoder.embedding.weight", value)
            elif side == "decoder" and short in ("norm.weight", "norm.bias"):
                _put(weights, f"decoder.{short}", value)


def _group_norm(graph: Graph, weights: dict[str, np.ndarray]) -> None:
    for node in graph.nodes:
        for output, name in (("/groupnorm/Mul_output_0", "weight"), ("/groupnorm/Add_output_0", "bias")):
            if output in node.outputs:
                value = next(graph.constants[i] for i in node.inputs if i in graph.constants)
                _put(weights, f"raw_stem.norm.{name}", value.reshape(-1))


def read_starting_weights(encoder: Path, decoder: Path) -> dict[str, np.ndarray]:
    """Both .ort files as float32 arrays: `raw_stem.*`, and `encoder.*`, `decoder.*` as in the model file."""
    weights: dict[str, np.ndarray] = {}
    graph = read_ort(encoder)
    _named(graph, "encoder", weights)
    _products(graph, "encoder", weights)
    _group_norm(graph, weights)
    graph = read_ort(decoder)
    _named(graph, "decoder", weights)
    _products(graph, "decoder", weights)
    return weights
