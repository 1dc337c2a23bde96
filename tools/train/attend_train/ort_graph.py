"""Reads ONNX Runtime's own flatbuffer format (.ort): constants and nodes, the bodies of If nodes included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

# ONNX TensorProto.DataType to numpy
_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64, 9: np.bool_,
          10: np.float16, 11: np.float64}  # fmt: skip
_ATTRIBUTE_GRAPH = 5  # ONNX AttributeProto.AttributeType.GRAPH


@dataclass
class Node:
    """One operation: its type, and the names of what it reads and writes."""

    kind: str
    inputs: list[str]
    outputs: list[str]


@dataclass
class Graph:
    """Constants by name, and all nodes; those of bodies of If nodes follow their node."""

    constants: dict[str, np.ndarray] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)


def _names(count: int, get: object) -> list[str]:
    return [get(i).decode() for i in range(count)]


def _walk(raw: object, graph: Graph) -> None:
    for i in range(raw.InitializersLength()):
        tensor = raw.Initializers(i)
        shape = [tensor.Dims(axis) for axis in range(tensor.DimsLength())]
        kind = _TYPES.get(tensor.DataType())
        if kind is None or tensor.RawDataLength() == 0:  # strings, or nothing: not weights
            continue
        value = np.frombuffer(tensor.RawDataAsNumpy().tobytes(), dtype=kind).reshape(shape)
        graph.constants.setdefault(tensor.Name().decode(), value)
    for i in range(raw.NodesLength()):
        node = raw.Nodes(i)
        graph.nodes.append(Node(node.OpType().decode(), _names(node.InputsLength(), node.Inputs),
                                _names(node.OutputsLength(), node.Outputs)))  # fmt: skip
        for body in _bodies(node):
            _walk(body, graph)


def _bodies(node: object) -> Iterator[object]:
    for i in range(node.AttributesLength()):
        attribute = node.Attributes(i)
        if attribute.Type() == _ATTRIBUTE_GRAPH:
            yield attribute.G()


def read_ort(path: Path) -> Graph:
    """The graph of a .ort file (needs the packages onnxruntime and flatbuffers, for the schema only)."""
    from onnxruntime.tools.ort_format_model.ort_flatbuffers_py.fbs.InferenceSession import InferenceSession

    session = InferenceSession.GetRootAs(bytearray(path.read_bytes()), 0)
    graph = Graph()
    _walk(session.Model().Graph(), graph)
    return graph
