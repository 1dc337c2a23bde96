#!/usr/bin/env python3
"""Writes the reference of tests/frontend/log_mel_test.cpp: a signal and its filter bank rows by kaldi-native-fbank 1.23.

Needs numpy and kaldi-native-fbank==1.23.*; run it from anywhere, then commit what changed in tests/data/frontend.
"""

from __future__ import annotations

import pathlib

import kaldi_native_fbank as knf
import numpy as np

RATE = 16000
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data" / "frontend"


def sweep(samples: int) -> np.ndarray:
    """A sine that rises from 50 Hz to 7,900 Hz, over a noise floor as recordings have one.

    Without it, bins lie more than 110 dB below the loudest, where single precision leaves only the rounding of the transform.
    """
    seconds = np.arange(samples) / RATE
    rise = (7900 - 50) / (samples / RATE)
    floor = 1e-3 * np.random.default_rng(0).standard_normal(samples)
    return 0.7 * np.sin(2 * np.pi * (50 * seconds + rise * seconds**2 / 2)) + floor


def noise(samples: int) -> np.ndarray:
    """White noise with a DC offset, from very soft to loud."""
    level = np.geomspace(1e-4, 0.3, samples)
    return 0.02 + level * np.random.default_rng(1).standard_normal(samples).clip(-3, 3)


def voice(samples: int) -> np.ndarray:
    """Pulses of a gliding pitch through three resonances, with pauses: something like speech."""
    pitch = 110 + 40 * np.sin(2 * np.pi * 3 * np.arange(samples) / RATE)
    pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0)
    sound = pulses + 0.003 * np.random.default_rng(2).standard_normal(samples)
    for hz, width in ((620, 80), (1500, 120), (2600, 160)):
        radius = np.exp(-np.pi * width / RATE)
        a, b = 2 * radius * np.cos(2 * np.pi * hz / RATE), -(radius**2)
        out = np.zeros(samples + 2)
        for i in range(samples):
            out[i + 2] = sound[i] + a * out[i + 1] + b * out[i]
        sound = out[2:]
    envelope = np.clip(np.sin(2 * np.pi * 4 * np.arange(samples) / RATE), 0, None)
    return 0.6 * envelope * sound / np.abs(sound).max()


def signal() -> np.ndarray:
    part = RATE // 5
    parts = (sweep(part), noise(part), voice(part), np.zeros(part // 4))
    return np.round(np.concatenate(parts) * 32767).astype("<i2")


def rows(samples: np.ndarray, window: str, hop_ms: float) -> np.ndarray:
    """[frames, 80], with Kaldi's own floor."""
    options = knf.FbankOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = True
    options.frame_opts.frame_shift_ms = hop_ms
    options.frame_opts.window_type = {"povey": "povey", "hann": "hanning"}[window]
    options.mel_opts.num_bins = 80
    options.mel_opts.low_freq = 20
    options.mel_opts.high_freq = 7600
    bank = knf.OnlineFbank(options)
    bank.accept_waveform(RATE, samples.astype(np.float32).tolist())
    bank.input_finished()
    return np.stack([bank.get_frame(i) for i in range(bank.num_frames_ready)]).astype("<f4")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    samples = signal()
    (FOLDER / "signal.s16le").write_bytes(samples.tobytes())
    for window in ("povey", "hann"):
        for hop_ms in (8, 10):
            (FOLDER / f"fbank_{window}_{hop_ms}ms.f32le").write_bytes(rows(samples, window, hop_ms).tobytes())


if __name__ == "__main__":
    main()
