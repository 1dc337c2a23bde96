"""Manifests, decoding, drawing, augmentation."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from attend_train import augment, data, speech

from conftest import voice


def test_store_from_files_and_tar(tmp_path: Path, speech_folder: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        tar.add(speech_folder / "b.wav", "b.wav")
    (tmp_path / "c.wav").write_bytes((speech_folder / "c.wav").read_bytes())
    lines = [{"id": "b", "audio": "b.wav", "tar": "x.tar"}, {"id": "c", "audio": "c.wav"}]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    store = data.store(tmp_path, tmp_path / "cache", "mine")
    by_id = {r["id"]: store.audio(i) for i, r in enumerate(store.records)}
    assert np.array_equal(by_id["c"], voice(1.2, 2)) and len(by_id["b"]) == 64000
    (tmp_path / "c.wav").unlink()  # decoded once
    assert len(data.store(tmp_path, tmp_path / "cache", "mine")) == 2


def test_a_bad_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"not audio")
    (tmp_path / "mine.jsonl").write_text('{"id": "x", "audio": "x.wav"}\n')
    with pytest.raises(RuntimeError, match="recording x can't be decoded"):
        data.store(tmp_path, tmp_path / "cache", "mine")
    assert not (tmp_path / "cache" / "mine.index.jsonl").exists()
    (tmp_path / "mine.jsonl").write_text('{"id": "x"}\n')
    with pytest.raises(ValueError, match=r"mine.jsonl:1"):
        data.read_manifest(tmp_path / "mine.jsonl")


def test_other_rates_are_resampled(tmp_path: Path) -> None:
    import shutil

    import soundfile

    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    out = io.BytesIO()
    soundfile.write(out, np.zeros((44100, 2)), 44100, format="WAV")
    assert abs(len(data.decode(out.getvalue())) - 16000) <= 1


def test_sources_and_licences_are_left_out(tmp_path: Path, speech_folder: Path) -> None:
    settings = {"speech": ["speech"], "noise": "noise", "exclude_licences": ["nc"]}
    found = speech.load(speech_folder, tmp_path, settings)
    assert [r["id"] for r in found.noise.records] == ["n1"]
    with pytest.raises(ValueError, match="no speech"):
        speech.load(speech_folder, tmp_path, {"speech": ["speech"], "exclude_sources": ["made"]})


def test_drawing_goes_by_duration(tmp_path: Path, speech_folder: Path) -> None:
    found = speech.load(speech_folder, tmp_path, {"speech": ["speech"]})
    rng = np.random.default_rng(1)
    drawn = [found.draw(rng)[0]["id"] for _ in range(2000)]
    assert abs(drawn.count("b") / 2000 - 4.0 / 7.7) < 0.05


def test_augmentation(tmp_path: Path, speech_folder: Path) -> None:
    found = speech.load(speech_folder, tmp_path, {"speech": ["speech"], "noise": "noise", "rooms": "rooms"})
    sound = augment.as_float(voice(1.0, 1))
    assert len(augment.change_speed(sound, 1.25)) == 12800
    tone = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000).astype(np.float32)
    faster = np.abs(np.fft.rfft(augment.change_speed(tone, 1.25)))
    assert int(faster.argmax()) == 440  # 12,800 samples: bin 440 is 550 Hz
    narrow = np.abs(np.fft.rfft(augment.telephone(sound)))
    assert narrow[4500:].sum() < 0.1 * narrow[300:3400].sum()
    how = augment.Augmentation(room=1, noise=1, telephone=1)
    first, clean = augment.colour(np.random.default_rng(3), sound, how, found.noise, found.rooms)
    again, _ = augment.colour(np.random.default_rng(3), sound, how, found.noise, found.rooms)
    assert np.array_equal(first, again) and len(first) == len(clean) == len(sound)
    assert np.abs(first).max() <= 1.5 and np.isfinite(first).all()
    for seed in range(20):
        silence = augment.quiet(np.random.default_rng(seed), 1600, found.noise)
        assert len(silence) == 1600 and augment.level(silence) < 0.01
    mask = augment.spec_augment(np.random.default_rng(1), np.empty((100, 80)))
    assert mask.shape == (100, 80) and 0.4 < mask.mean() < 1


@pytest.mark.parametrize("make", [augment.hiss, augment.hum])
def test_disturbances_are_finite_of_level_one_and_drawn_anew(make: Callable) -> None:
    for seed in range(10):
        sound = make(np.random.default_rng(seed), 16001)
        assert len(sound) == 16001 and sound.dtype == np.float32
        assert augment.level(sound) == pytest.approx(1, rel=1e-3)
        assert np.array_equal(sound, make(np.random.default_rng(seed), 16001))
        assert not np.array_equal(sound, make(np.random.default_rng(seed + 100), 16001))


def test_what_is_quiet_is_as_loud_as_asked_at_most() -> None:
    levels = [augment.level(augment.quiet(np.random.default_rng(seed), 8000, None, -12.0)) for seed in range(60)]
    assert max(levels) <= augment.decibels(-12) * 1.01
    assert max(levels) > augment.decibels(-30)
    assert min(levels) < 1e-5  # digital silence
