"""Log-mel rows of real recordings against kaldi-native-fbank.

Takes the recordings of Debian's package pocketsphinx-testdata, if it is installed, and 20 of those below ATTEND_SPEECH_DIR, if it is
set. ATTEND_PRINT_FEATURES names the test program of the same name.
"""

from __future__ import annotations

import os
import pathlib
import subprocess

import pytest

np = pytest.importorskip("numpy")
knf = pytest.importorskip("kaldi_native_fbank")

RATE = 16000
BELOW_60_DB = np.log(1e6)
PROGRAM = os.environ.get("ATTEND_PRINT_FEATURES")


def recordings() -> list[pathlib.Path]:
    found = sorted(pathlib.Path("/usr/share/pocketsphinx/test/data").glob("librivox/*.wav"))
    if folder := os.environ.get("ATTEND_SPEECH_DIR"):
        audio = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix in {".opus", ".flac", ".wav", ".mp3"})
        found += audio[:: max(1, len(audio) // 20)][:20]
    return found


def by_kaldi(samples: np.ndarray, window: str, hop: int) -> np.ndarray:
    """[frames, 80], with Kaldi's own floor, of samples in [-1,1]."""
    options = knf.FbankOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = True
    options.frame_opts.frame_shift_ms = 1000 * hop / RATE
    options.frame_opts.window_type = {"povey": "povey", "hann": "hanning"}[window]
    options.mel_opts.num_bins = 80
    options.mel_opts.low_freq = 20
    options.mel_opts.high_freq = 7600
    bank = knf.OnlineFbank(options)
    bank.accept_waveform(RATE, (samples * np.float32(32768)).tolist())
    bank.input_finished()
    return np.stack([bank.get_frame(i) for i in range(bank.num_frames_ready)])


@pytest.mark.skipif(not PROGRAM, reason="ATTEND_PRINT_FEATURES does not name the test program")
@pytest.mark.parametrize("window", ["povey", "hann"])
@pytest.mark.parametrize("hop", [128, 160])
def test_rows_agree_with_kaldi(tmp_path: pathlib.Path, window: str, hop: int) -> None:
    files = recordings()
    if not files:
        pytest.skip("no recordings: install pocketsphinx-testdata or set ATTEND_SPEECH_DIR")
    for file in files:
        subprocess.run([PROGRAM, file, window, str(hop), tmp_path / "out"], check=True)
        samples = np.fromfile(tmp_path / "out.samples", "<f4")
        rows = np.fromfile(tmp_path / "out.rows", "<f4").reshape(-1, 80)
        expected = by_kaldi(samples, window, hop)
        assert rows.shape == expected.shape, file
        near = expected > expected.max(axis=1, keepdims=True) - BELOW_60_DB
        difference = np.abs(rows - expected)
        print(f"{file.name} {window} {hop}: {difference[near].max():.2g} within 60 dB, {difference[~near].max(initial=0):.2g} below")
        assert difference[near].max() < 1e-3, file
        assert difference[~near].max(initial=0) < 2e-2, file
