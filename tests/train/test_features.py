"""Log-mel rows against kaldi-native-fbank."""

import numpy as np
import pytest
import torch
from attend_train import config
from attend_train.features import LogMel

from conftest import voice

knf = pytest.importorskip("kaldi_native_fbank", reason="kaldi-native-fbank is not installed")


@pytest.mark.parametrize(("hop", "bins", "window"), [(8, 80, "povey"), (10, 40, "hann")])
def test_equals_kaldi(hop: int, bins: int, window: str) -> None:
    samples = voice(2.0, 1)
    settings = config.small_en()["features"] | {"hop_ms": hop, "bins": bins, "window": window, "floor": 1.1920929e-07}
    options = knf.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.frame_shift_ms = hop
    options.frame_opts.window_type = "hanning" if window == "hann" else window
    options.mel_opts.num_bins, options.mel_opts.low_freq, options.mel_opts.high_freq = bins, 20, 7600
    fbank = knf.OnlineFbank(options)
    fbank.accept_waveform(16000, samples.astype(np.float32).tolist())
    fbank.input_finished()
    wanted = np.stack([fbank.get_frame(i) for i in range(fbank.num_frames_ready)])
    features = LogMel(settings)
    found = features.energies(torch.from_numpy(samples)).numpy()
    assert found.shape == wanted.shape == (features.frames(len(samples)), bins)
    close = wanted > wanted.max(1, keepdims=True) - np.log(10**6)  # within 60 dB of the frame's maximum
    assert np.abs(found - wanted)[close].max() < 1e-3
    assert np.abs(found - wanted).max() < 2e-2


def test_floor_and_normalisation() -> None:
    features = LogMel(config.small_en()["features"])
    features.mean.fill_(2.0)
    features.scale.fill_(0.5)
    rows = features(torch.zeros(1, 4000))
    assert rows.shape == (1, features.frames(4000), 80)
    assert torch.allclose(rows, torch.full_like(rows, (np.log(1000.0) - 2) * 0.5))
    assert features.frames(399) == 0 and features.frames(400) == 1
