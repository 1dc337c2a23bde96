#!/usr/bin/env python3
"""Makes recordings that try a recogniser's robustness: sounds without speech, and speech in trouble.

    scripts/make_disturbances.py TARGET [--speech FOLDER] [--minutes 10] [--limit N] [--seed 1]

Writes TARGET/SET/manifest.jsonl with recordings beside it, as `attend eval` and scripts/check_robustness.py read them.
Sounds without speech, `--minutes` of each, in recordings of two minutes at levels from -55 to -20 dBFS, all synthesised
here and by other rules than those of the trainer: silence, white, pink, household, street, tones, music.
Speech, from FOLDER (manifest.jsonl and recordings, see scripts/unpack_speech.py), at most N recordings spread evenly:
clean (as it is), noisy (10 dB signal to noise), quiet (-30 dBFS), clipped (20 dB too loud), followed (a minute of noise
behind each recording), telephone (8 kHz mu-law, 300 to 3,400 Hz). The same seed gives the same files.
Needs numpy and soundfile.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

RATE = 16000
PIECE = 120  # seconds of a recording without speech
LOUDEST = {"silence": -90.0}  # dBFS; others up to -20

Rng = np.random.Generator


# ------------------------------------------------------------------------------------------------------------- elements


def decibels(value: float) -> float:
    return 10.0 ** (value / 20)


def level(samples: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples)) + 1e-20))


def at_level(samples: np.ndarray, dbfs: float) -> np.ndarray:
    """The samples at a level, their peaks below full scale."""
    samples = samples * (decibels(dbfs) / level(samples))
    return samples * min(1.0, 0.99 / max(1e-9, float(np.abs(samples).max())))


def shaped(rng: Rng, size: int, gain: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Gaussian noise whose spectrum follows gain(hertz), of level 1."""
    spectrum = np.fft.rfft(rng.standard_normal(size)) * gain(np.fft.rfftfreq(size, 1 / RATE))
    samples = np.fft.irfft(spectrum, size)
    return samples / level(samples)


def band(low: float, high: float) -> Callable[[np.ndarray], np.ndarray]:
    """A soft band-pass."""
    return lambda hz: 1 / np.sqrt(1 + (low / np.maximum(hz, 1)) ** 4) / np.sqrt(1 + (hz / high) ** 4)


def swell(rng: Rng, size: int, hertz: float, depth: float) -> np.ndarray:
    """A gain that wanders about 1, no faster than `hertz`."""
    points = rng.standard_normal(max(4, int(size / RATE * hertz * 2) + 4))
    return np.exp(depth * np.interp(np.linspace(0, len(points) - 1, size), np.arange(len(points)), points))


def add(samples: np.ndarray, at: int, sound: np.ndarray) -> None:
    """Mixes a sound in, as far as it lies inside."""
    end = min(len(samples), at + len(sound))
    if at < end:
        samples[at:end] += sound[: end - at]


def ring(rng: Rng, seconds: float, pitches: np.ndarray, fade: float) -> np.ndarray:
    """Partials that die away."""
    time = np.arange(int(seconds * RATE)) / RATE
    loudness = rng.uniform(0.2, 1, len(pitches))[:, None]
    waves = np.sin(2 * np.pi * (pitches[:, None] * time + rng.random((len(pitches), 1))))
    return (loudness * waves * np.exp(-fade * (1 + pitches[:, None] / 4000) * time)).sum(0)


# ------------------------------------------------------------------------------------------------ sounds without speech


def silence(rng: Rng, size: int) -> np.ndarray:
    """What a good sound card gives when nobody is there: the last bit flickers, or nothing at all."""
    return np.zeros(size) if rng.random() < 0.5 else rng.standard_normal(size)


def white(rng: Rng, size: int) -> np.ndarray:
    return rng.standard_normal(size)


def pink(rng: Rng, size: int) -> np.ndarray:
    return shaped(rng, size, lambda hz: 1 / np.sqrt(np.maximum(hz, 20)))


def fan(rng: Rng, size: int) -> np.ndarray:
    time, blades = np.arange(size) / RATE, rng.uniform(80, 240)
    hum = sum(np.sin(2 * np.pi * (50 * k * time + rng.random())) / k for k in (1, 2, 3, 4, 6))
    whirr = sum(np.sin(2 * np.pi * (blades * k * time + 0.3 * np.sin(2 * np.pi * 0.4 * time))) / k for k in (1, 2, 3))
    return shaped(rng, size, band(60, 900)) * swell(rng, size, 0.3, 0.15) + 0.25 * hum + 0.2 * whirr


def water(rng: Rng, size: int) -> np.ndarray:
    samples = shaped(rng, size, band(600, 5000)) * swell(rng, size, 8, 0.35)
    for at in rng.integers(0, size, int(size / RATE * 14)):  # bubbles: short tones that rise
        time = np.arange(int(rng.uniform(0.01, 0.06) * RATE)) / RATE
        pitch = rng.uniform(400, 2200)
        rising = np.sin(2 * np.pi * (pitch * time + rng.uniform(2, 9) * pitch * time**2)) * np.exp(-60 * time)
        add(samples, int(at), 2.0 * rng.random() * rising)
    return samples


def clatter(rng: Rng, size: int) -> np.ndarray:
    samples = 0.02 * shaped(rng, size, band(100, 2000))
    at = 0
    while at < size:
        for _ in range(int(rng.integers(1, 6))):
            partials = rng.uniform(600, 7000, 9)
            add(samples, at, rng.uniform(0.2, 1.5) * ring(rng, 0.5, partials, rng.uniform(8, 40)))
            at += int(rng.exponential(0.12) * RATE)
        if rng.random() < 0.2:
            add(samples, at, 3 * shaped(rng, RATE // 3, band(40, 180)) * np.exp(-np.arange(RATE // 3) / 1500))  # a door
        at += int(rng.exponential(0.9) * RATE)
    return samples


def household(rng: Rng, size: int) -> np.ndarray:
    kinds = [fan, water, clatter]
    return sum(rng.uniform(0.1, 1) * one(rng, size) for one in rng.permutation(kinds)[: int(rng.integers(1, 4))])


def street(rng: Rng, size: int) -> np.ndarray:
    rumble = shaped(rng, size, lambda hz: band(25, 160)(hz) / np.maximum(hz, 25)) * swell(rng, size, 0.2, 0.4)
    wind = shaped(rng, size, band(40, 500)) * swell(rng, size, 0.8, 0.8)
    samples = rumble + rng.uniform(0, 0.6) * wind
    for at in rng.integers(0, size, size // RATE // 9):  # passing cars: louder and brighter, then duller
        length = int(rng.uniform(3, 8) * RATE)
        place = np.linspace(-3, 3, length)
        tyres = shaped(rng, length, band(150, 2500)) / (1 + place**2) + shaped(rng, length, band(60, 400)) / (1 + (place - 0.4) ** 2)
        add(samples, int(at), rng.uniform(0.5, 2) * tyres)
    for at in rng.integers(0, size, max(1, size // RATE // 40)):  # horns
        pitch, time = rng.uniform(350, 520), np.arange(int(rng.uniform(0.2, 1.1) * RATE)) / RATE
        horn = sum(np.sin(2 * np.pi * k * p * time) / k for p in (pitch, 1.26 * pitch) for k in range(1, 7))
        add(samples, int(at), rng.uniform(0.2, 0.8) * horn)
    for at in range(0, size, int(rng.uniform(0.45, 0.62) * RATE)):  # steps
        add(samples, at, rng.uniform(0.1, 0.5) * shaped(rng, 1600, band(100, 1500)) * np.exp(-np.arange(1600) / 250))
    for at in rng.integers(0, size, size // RATE // 5):  # birds
        time, pitch = np.arange(int(rng.uniform(0.05, 0.25) * RATE)) / RATE, rng.uniform(2500, 5500)
        trill = np.sin(2 * np.pi * (pitch * time + rng.uniform(-3000, 3000) * time**2 + 8 * np.sin(2 * np.pi * 25 * time)))
        add(samples, int(at), 0.3 * trill * np.hanning(len(time)))
    return samples


KEYPAD = [(low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477)]


def tones(rng: Rng, size: int) -> np.ndarray:
    """Test tones, sweeps, and what telephones and machines say."""
    samples, at = np.zeros(size), 0
    while at < size:
        length = int(rng.uniform(0.5, 6) * RATE)
        time = np.arange(length) / RATE
        kind = rng.integers(6)
        if kind == 0:
            sound = np.sin(2 * np.pi * rng.uniform(80, 6000) * time)
        elif kind == 1:  # a sweep, in equal time for every octave
            octaves = rng.uniform(-1.5, 1.5)
            sound = np.sin(2 * np.pi * 500 * np.cumsum(np.exp2(octaves * time / time[-1] * 2)) / RATE)
        elif kind == 2:  # dialling, ringing, engaged
            low, high, on, off = [(350, 440, 9, 0), (440, 480, 2, 4), (480, 620, 0.5, 0.5)][int(rng.integers(3))]
            sound = (np.sin(2 * np.pi * low * time) + np.sin(2 * np.pi * high * time)) * (time % (on + off) < on)
        elif kind == 3:
            key = np.array([KEYPAD[k] for k in rng.integers(0, 12, length // 3200 + 1)])[np.arange(length) // 3200]
            sound = (np.sin(2 * np.pi * key[:, 0] * time) + np.sin(2 * np.pi * key[:, 1] * time)) * (time % 0.2 < 0.12)
        elif kind == 4:  # beeps
            sound = np.sin(2 * np.pi * rng.choice([440, 880, 1000, 2048]) * time) * (time % rng.uniform(0.2, 1.2) < 0.15)
        else:
            sound = np.sign(np.sin(2 * np.pi * rng.uniform(60, 900) * time)) * 0.6
        add(samples, at, sound * np.minimum(1, np.minimum(time, time[::-1]) / 0.01))
        at += length + int(rng.exponential(0.5) * RATE)
    return samples


# ---------------------------------------------------------------------------------------------------------------- music


def note(timbre: str, midi: float, seconds: float) -> np.ndarray:
    """A note of an instrument."""
    time, pitch = np.arange(max(1, int(seconds * RATE))) / RATE, 440 * 2 ** ((midi - 69) / 12)
    end = np.minimum(1, (time[-1] - time + 1e-3) / 0.04)
    number = np.arange(1, max(2, min(24, int(7000 / pitch))))[:, None]
    if timbre == "organ":
        loud, envelope = np.isin(number, (1, 2, 3, 4, 6, 8)) / number**0.5, np.minimum(1, time / 0.03) * end
    elif timbre == "strings":
        pitch = pitch * (1 + 0.004 * np.sin(2 * np.pi * 5.5 * time) * np.minimum(1, time))
        loud, envelope = 1 / number, np.minimum(1, time / 0.15) * end
    elif timbre == "plucked":
        loud, envelope = 1 / number, np.exp(-2.5 * number**0.7 * time) * end
    elif timbre == "bell":
        number = np.array([0.56, 0.92, 1.19, 1.71, 2.0, 2.74, 3.0])[:, None]
        loud, envelope = 1 / number, np.exp(-1.5 * number * time) * end
    else:  # flute
        pitch = pitch * (1 + 0.003 * np.sin(2 * np.pi * 4.8 * time))
        loud, envelope = number**-2.5, np.minimum(1, time / 0.06) * end * (1 + 0.1 * np.sin(2 * np.pi * 4.8 * time))
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(pitch, time.shape)) / RATE
    return (loud * envelope * np.sin(number * phase)).sum(0)


SCALES = ([0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 2, 3, 5, 7, 9, 10])
PROGRESSIONS = ([0, 4, 5, 3], [0, 5, 3, 4], [1, 4, 0, 0], [0, 3, 4, 0], [5, 3, 0, 4], [0, 2, 5, 4])
RHYTHMS = ([1, 1, 1, 1], [0.5, 0.5, 1, 0.5, 0.5, 1], [1.5, 0.5, 1.5, 0.5], [0.25] * 4 + [1, 0.5, 0.5, 1], [2, 1, 1], [1, 0.5, 0.5, 2])


def drums(rng: Rng, samples: np.ndarray, beat: float) -> None:
    for k in range(int(len(samples) / RATE / beat * 2)):
        at, hat = int(k * beat / 2 * RATE), shaped(rng, 1200, band(4000, 7500)) * np.exp(-np.arange(1200) / 150)
        add(samples, at, 0.25 * hat)
        if k % 4 == 0:
            time = np.arange(4000) / RATE
            add(samples, at, 1.6 * np.sin(2 * np.pi * (50 * time - 6 * np.exp(-25 * time))) * np.exp(-12 * time))
        elif k % 4 == 2:
            add(samples, at, 0.8 * shaped(rng, 3000, band(800, 6000)) * np.exp(-np.arange(3000) / 500))


def piece(rng: Rng, seconds: float) -> np.ndarray:
    """A few bars in one key: chords, bass, a melody that prefers steps and chord notes, perhaps drums."""
    samples, beat = np.zeros(int(seconds * RATE)), 60 / rng.uniform(60, 150)
    scale, key = SCALES[int(rng.integers(len(SCALES)))], int(rng.integers(45, 57))
    pitch = lambda degree: key + 12 * (degree // 7) + scale[degree % 7]
    chords, rhythm = PROGRESSIONS[int(rng.integers(len(PROGRESSIONS)))], RHYTHMS[int(rng.integers(len(RHYTHMS)))]
    timbres = rng.permutation(["organ", "strings", "plucked", "bell", "flute"])
    degree, bar = 7, 0
    while bar * 4 * beat < seconds:
        start, root = bar * 4 * beat, chords[bar % 4]
        broken = bar % 8 >= 4
        for k, third in enumerate((0, 2, 4)):
            for at in (k, k + 2) if broken else (0,):
                sound = note(timbres[0], pitch(root + third) + 12, (1 if broken else 3.8) * beat)
                add(samples, int((start + at * beat) * RATE), 0.5 * sound)
        add(samples, int(start * RATE), 0.9 * note("plucked", pitch(root) - 12, 3.5 * beat))
        at = 0.0
        for length in rhythm:
            degree = int(np.clip(degree + rng.choice([-2, -1, -1, 0, 1, 1, 2]), 5, 18))
            if at == 0 and rng.random() < 0.7:
                degree = root + int(rng.choice([7, 9, 11]))
            if rng.random() < 0.9:
                add(samples, int((start + at * beat) * RATE), 0.8 * note(timbres[1], pitch(degree) + 12, 0.95 * length * beat))
            at += length
        bar += 1
    if rng.random() < 0.5:
        drums(rng, samples, beat)
    return samples


def music(rng: Rng, size: int) -> np.ndarray:
    """Pieces of about half a minute with a short pause between."""
    samples, at = np.zeros(size), 0
    while at < size:
        sound = piece(rng, rng.uniform(20, 40))
        add(samples, at, sound / level(sound))
        at += len(sound) + int(rng.uniform(0.3, 2) * RATE)
    return samples


SOUNDS = {one.__name__: one for one in (silence, white, pink, household, street, tones, music)}


# --------------------------------------------------------------------------------------------------------------- speech


def noisy(rng: Rng, samples: np.ndarray) -> np.ndarray:
    noise = (household, street)[int(rng.integers(2))](rng, len(samples))
    mixed = samples + noise * (level(samples) / level(noise) / decibels(10))
    return mixed * min(1.0, 0.99 / float(np.abs(mixed).max()))


def quiet(rng: Rng, samples: np.ndarray) -> np.ndarray:
    return samples * (decibels(-30) / level(samples))


def clipped(rng: Rng, samples: np.ndarray) -> np.ndarray:
    """20 dB above the level at which its loudest peak just fits."""
    return np.clip(samples / np.abs(samples).max() * decibels(20), -1, 1) * 0.99


def followed(rng: Rng, samples: np.ndarray) -> np.ndarray:
    noise = (household, street, pink)[int(rng.integers(3))](rng, 60 * RATE)
    return np.concatenate((samples, at_level(noise, rng.uniform(-45, -30))))


def telephone(rng: Rng, samples: np.ndarray) -> np.ndarray:
    """Half the samples: 8 kHz, 300 to 3,400 Hz. (The file is mu-law.)"""
    samples = samples[: len(samples) // 2 * 2]
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    return np.fft.irfft(spectrum[: len(samples) // 4 + 1], len(samples) // 2) / 2


SPEECH = {"clean": lambda rng, samples: samples} | {f.__name__: f for f in (noisy, quiet, clipped, followed, telephone)}


# ---------------------------------------------------------------------------------------------------------------- files


def write(folder: Path, name: str, samples: np.ndarray, rate: int = RATE, subtype: str = "PCM_16") -> None:
    soundfile.write(folder / f"{name}.wav", np.clip(samples, -1, 1), rate, subtype=subtype)


def write_manifest(folder: Path, lines: list[dict]) -> None:
    part = folder / "manifest.part"
    part.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    os.replace(part, folder / "manifest.jsonl")


def make_sounds(folder: Path, kind: str, minutes: float, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number in range(max(1, round(minutes * 60 / PIECE))):
        rng = np.random.default_rng([seed, list(SOUNDS).index(kind), number])
        seconds = min(PIECE, minutes * 60)
        sound = SOUNDS[kind](rng, int(seconds * RATE))
        loudest = LOUDEST.get(kind, rng.uniform(-55, -20))
        name = f"{kind}-{number + 1}"
        write(folder, name, at_level(sound, loudest) if sound.any() else sound)
        lines.append({"id": name, "audio": f"{name}.wav", "text": "", "duration": seconds})
    write_manifest(folder, lines)


def make_speech(folder: Path, kind: str, source: Path, limit: int, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open(source / "manifest.jsonl", encoding="utf-8") as file:
        records = [json.loads(line) for line in file if line.strip()]
    count = min(limit or len(records), len(records))
    lines = []
    for number in range(count):
        record = records[number * len(records) // count]
        samples, rate = soundfile.read(source / record["audio"])
        if rate != RATE or samples.ndim > 1:
            raise SystemExit(f"{source / record['audio']}: not 16 kHz and mono; convert it first.")
        rng = np.random.default_rng([seed, 100 + list(SPEECH).index(kind), number])
        sound = SPEECH[kind](rng, samples)
        narrow = kind == "telephone"
        write(folder, record["id"], sound, RATE // 2 if narrow else RATE, "ULAW" if narrow else "PCM_16")
        line = {**record, "audio": f"{record['id']}.wav", "duration": len(sound) / (RATE // 2 if narrow else RATE)}
        lines.append({**line, "speech_ends": len(samples) / RATE})
    write_manifest(folder, lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("--speech", type=Path, help="folder with manifest.jsonl and recordings, for example dev-clean")
    parser.add_argument("--minutes", type=float, default=10, help="of each sound without speech")
    parser.add_argument("--limit", type=int, default=0, help="recordings of speech (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for kind in SOUNDS:
        make_sounds(arguments.target / kind, kind, arguments.minutes, arguments.seed)
    for kind in SPEECH if arguments.speech else ():
        make_speech(arguments.target / kind, kind, arguments.speech, arguments.limit, arguments.seed)


if __name__ == "__main__":
    main()
