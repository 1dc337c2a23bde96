"""The configuration of a model: the JSON object that docs/model-file.md describes, kept as plain dictionaries."""

from __future__ import annotations

import json


def english(name: str, width: int, blocks: int, hindsight_ms: int, clock_heads: list[list[int]]) -> dict:
    """The configuration of a network of the starting weights' kind behind a log-mel stem.

    `clock_heads`: (block, head) of the decoder, from 0, whose cross-attention follows the sound.
    """
    return {
        "format": 1,
        "name": name,
        "version": "2026.11",
        "languages": ["en"],
        "features": {
            "sample_rate": 16000, "window_ms": 25, "hop_ms": 8, "fft": 512, "bins": 80, "low_hz": 20, "high_hz": 7600,
            "window": "povey", "preemphasis": 0.97, "remove_dc": True, "floor": 1000.0,
        },
        # Row i sees mel frames 3i-4 to 3i+6. The row of the raw stem that it learns from ends with sample 384i + 894:
        # inside frame 3i+4 (frames are 128 samples apart, 400 long), but where that frame's window has almost faded.
        "stem": [
            {"kind": "conv1d", "in": 80, "out": width, "kernel": 5, "stride": 1, "left": 2, "activation": "gelu"},
            {"kind": "conv1d", "in": width, "out": 2 * width, "kernel": 7, "stride": 3, "left": 2,
             "activation": "gelu"},
            {"kind": "linear", "in": 2 * width, "out": width, "activation": "none"},
        ],
        "stem_scale": 1.0,
        "encoder": {
            "width": width, "heads": 8, "blocks": blocks, "norm_eps": 1e-5, "final_norm": True,
            "block": {
                "feed_forward_1": None,
                "attention": {"positions": "rotary", "rotary_dims": 32, "bias": False},
                "convolution": None,
                "feed_forward": {"size": 4 * width, "activation": "gelu", "scale": 1.0},
                "norm": False,
            },
        },
        "decoder": {
            "width": width, "heads": 8, "blocks": blocks, "norm_eps": 1e-5, "rotary_dims": 32,
            "feed_forward": {"size": 4 * width, "kind": "swiglu"},
            "labels": 32768, "begin": 1, "end": 2,
            "clock_heads": clock_heads,
        },
        "training": {"chunk_ms": [0, 0], "lookahead_ms": [0, 0], "left_rows": [0, 0], "longest_s": 30},
        "defaults": {"chunk_ms": 320, "lookahead_ms": 640, "hindsight_ms": hindsight_ms, "left_ms": 30000},
        "origin": [],
        "licence": "MIT",
        "measured": [],
    }  # fmt: skip


def small_en() -> dict:
    """attend-small-en, from Moonshine tiny."""
    return english("attend-small-en", 288, 6, 0, [[2, 0], [3, 0], [3, 5], [3, 6], [4, 3], [4, 6]])


def base_en() -> dict:
    """attend-base-en, from Moonshine base."""
    return english("attend-base-en", 416, 8, 640, [[4, 2], [5, 5], [5, 6], [6, 0], [6, 1], [6, 4], [6, 7]])


def of_width(width: int) -> dict:
    """The configuration for starting weights of an encoder so wide."""
    for config in (small_en(), base_en()):
        if config["encoder"]["width"] == width:
            return config
    raise ValueError(f"starting weights of width {width} are not known; add their configuration to config.py")


def dumps(config: dict) -> str:
    """Configuration as compact JSON."""
    return json.dumps(config, ensure_ascii=False, separators=(",", ":"))


def stem_stride(config: dict) -> int:
    """Feature rows per encoder row."""
    stride = 1
    for layer in config["stem"]:
        step = layer.get("stride", 1)
        stride *= step[0] if isinstance(step, list) else step
    return stride


def row_ms(config: dict) -> float:
    """Milliseconds per encoder row."""
    return config["features"]["hop_ms"] * stem_stride(config)


def rows_of_ms(config: dict, milliseconds: float, least: int = 0) -> int:
    """Milliseconds as whole encoder rows, nearest (320 ms are 13 rows of 24 ms, 640 ms are 27)."""
    return max(least, int(milliseconds / row_ms(config) + 0.5))
