"""What a recording may go through before the network hears it: speed, room, noise, telephone, gain, silence around it.

All functions take and give float32 samples in [-1, 1] at 16 kHz, and draw from the generator that they are given, so
that a training step can be computed again from its number alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .data import SAMPLE_RATE, AudioStore


@dataclass
class Augmentation:
    """Probabilities and ranges. Gains and ratios in dB, durations in seconds."""

    speed: float = 0.3
    speed_range: tuple[float, float] = (0.9, 1.12)
    room: float = 0.15
    noise: float = 0.3
    noise_ratio: tuple[float, float] = (3.0, 30.0)
    telephone: float = 0.08
    gain: tuple[float, float] = (-18.0, 8.0)
    silence: float = 0.4
    silence_seconds: tuple[float, float] = (0.05, 2.5)


def decibels(value: float) -> float:
    return 10.0 ** (value / 20)


def level(samples: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))


def even(size: int) -> int:
    """The next power of two: Fourier transforms of other sizes may take ten times as long."""
    return 1 << max(0, size - 1).bit_length()


def change_speed(samples: np.ndarray, factor: float) -> np.ndarray:
    """Plays `factor` times as fast (pitch moves too): band-limited, by cutting or padding the spectrum."""
    size = max(1, round(len(samples) / factor))
    spectrum = np.fft.rfft(samples)
    return (np.fft.irfft(spectrum[: size // 2 + 1], size) * (size / len(samples))).astype(np.float32)


def reverberate(samples: np.ndarray, response: np.ndarray) -> np.ndarray:
    """Convolves with a room's impulse response, its direct sound moved to time 0, at the level it had before."""
    response = response[int(np.argmax(np.abs(response))) :]
    size = even(len(samples) + len(response))
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(response, size), size)[: len(samples)]
    return (wet * (level(samples) / level(wet))).astype(np.float32)


def telephone(samples: np.ndarray) -> np.ndarray:
    """300 to 3,400 Hz, 8-bit mu-law: what a telephone leaves (ITU-T G.711)."""
    size = even(len(samples))
    spectrum = np.fft.rfft(samples, size)
    hz = np.arange(len(spectrum)) * (SAMPLE_RATE / size)
    spectrum[(hz < 300) | (hz > 3400)] = 0
    narrow = np.clip(np.fft.irfft(spectrum, size)[: len(samples)], -1, 1)
    coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    return (np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255).astype(np.float32)


def segment(rng: np.random.Generator, samples: np.ndarray, size: int) -> np.ndarray:
    """A random piece of `size` samples; shorter recordings are repeated."""
    if len(samples) < size:
        samples = np.tile(samples, -(-size // max(1, len(samples))))
    start = int(rng.integers(0, len(samples) - size + 1))
    return samples[start : start + size]


def as_float(samples: np.ndarray) -> np.ndarray:
    """int16 to [-1, 1]."""
    return samples.astype(np.float32) / 32768


def pick(rng: np.random.Generator, store: AudioStore) -> np.ndarray:
    """A random recording of a store, as floats."""
    return as_float(store.audio(int(rng.integers(len(store)))))


def add_noise(
    rng: np.random.Generator, samples: np.ndarray, noise: AudioStore, ratio: tuple[float, float]
) -> np.ndarray:
    """Mixes in a random noise at a random ratio of levels (dB)."""
    disturbance = segment(rng, pick(rng, noise), len(samples))
    wanted = level(samples) / decibels(rng.uniform(*ratio))
    return samples + disturbance * (wanted / max(level(disturbance), 1e-5))


def hiss(rng: np.random.Generator, size: int) -> np.ndarray:
    """Noise whose power falls by 0 to 8 dB per octave (white, pink, brown and between), of level 1."""
    spectrum = np.fft.rfft(rng.standard_normal(even(size), np.float32))
    spectrum *= np.maximum(1, np.arange(len(spectrum), dtype=np.float32)) ** np.float32(-rng.uniform(0, 1.33))
    samples = np.fft.irfft(spectrum, even(size))[:size]
    return (samples / level(samples)).astype(np.float32)


def hum(rng: np.random.Generator, size: int) -> np.ndarray:
    """Sounds of fixed pitch one after the other, up to four at a time, with overtones that fade: beeps, mains, organs,
    something like music. Of level 1.
    """
    samples = np.zeros(size, np.float32)
    at = 0
    scale = np.exp2(np.sort(rng.choice(12, 7, replace=False)) / 12) * rng.uniform(50, 120)
    while at < size:
        length = int(rng.uniform(0.08, 1.5) * SAMPLE_RATE)
        time = np.arange(min(length, size - at)) / SAMPLE_RATE
        for _ in range(int(rng.integers(1, 5))):
            pitch = float(rng.choice(scale)) * 2 ** int(rng.integers(0, 5))
            fade, overtones = rng.uniform(0, 6), int(rng.integers(1, 9))
            for k in range(1, overtones + 1):
                if k * pitch < 7800:
                    wave = np.sin(2 * np.pi * (k * pitch * time + rng.random()))
                    samples[at : at + len(time)] += wave * np.exp(-fade * time) / k ** rng.uniform(0.5, 2)
        at += length
    return samples / max(level(samples), 1e-5)


def quiet(rng: np.random.Generator, size: int, noise: AudioStore | None, loudest: float = -45.0) -> np.ndarray:
    """Nobody speaks: digital silence, hiss, tones or noise, up to `loudest` dBFS."""
    kind = rng.random()
    if kind < 0.3 or size < 64:
        return np.zeros(size, np.float32)
    loudness = decibels(rng.uniform(-85, loudest))
    if kind < 0.6:
        return hiss(rng, size) * loudness
    if kind < 0.7 or noise is None or not len(noise):
        return hum(rng, size) * loudness
    sound = segment(rng, pick(rng, noise), size)
    return (sound * (loudness / max(level(sound), 1e-5))).astype(np.float32)


def colour(
    rng: np.random.Generator, samples: np.ndarray, how: Augmentation, noise: AudioStore | None, rooms: AudioStore | None
) -> tuple[np.ndarray, np.ndarray]:
    """Room, noise, telephone, gain. Returns what the student hears, and the same without room, noise and telephone."""
    clean = samples
    if rooms is not None and len(rooms) and rng.random() < how.room:
        samples = reverberate(samples, pick(rng, rooms))
    if noise is not None and len(noise) and rng.random() < how.noise:
        samples = add_noise(rng, samples, noise, how.noise_ratio)
    if rng.random() < how.telephone:
        samples = telephone(samples)
    gain = decibels(rng.uniform(*how.gain))
    gain = min(gain, 1.0 / max(1e-3, float(np.abs(samples).max(initial=0.0))))  # no clipping
    return samples * gain, clean * gain


def spec_augment(
    rng: np.random.Generator, rows: np.ndarray, bands: int = 2, width: int = 12, spans: int = 2, longest: int = 20
) -> np.ndarray:
    """A mask [frames, bins] of ones with zeroed bands and spans, for normalised features (Park et al. 2019)."""
    frames, bins = rows.shape
    mask = np.ones((frames, bins), np.float32)
    for _ in range(bands):
        size = int(rng.integers(0, width + 1))
        start = int(rng.integers(0, max(1, bins - size)))
        mask[:, start : start + size] = 0
    for _ in range(spans):
        size = int(rng.integers(0, min(longest, max(1, frames // 8)) + 1))
        start = int(rng.integers(0, max(1, frames - size)))
        mask[start : start + size] = 0
    return mask
