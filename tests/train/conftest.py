"""A tiny model, a tiny teacher and a few seconds of synthetic speech."""

import json
import os
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "train"))

from attend_train import config as configuration  # noqa: E402
from attend_train import reference  # noqa: E402
from attend_train.recipe import save_tensors  # noqa: E402

torch.set_num_threads(1)

TINY_RECIPE = """
seed = 3
normalisation_recordings = 4
average = 2
matrices = "F32"
[data]
speech = ["speech", "more"]
noise = "noise"
rooms = "rooms"
exclude_licences = ["NC"]
[stem]
steps = 4
rate = 1e-3
last_rate = 1e-4
warm_up = 2
snapshot_every = 2
batch_seconds = 4.0
longest = 2.0
report_every = 2
bf16 = false
[fine_tune]
steps = 4
rate = 1e-3
last_rate = 1e-4
warm_up = 2
snapshot_every = 1
short_seconds = 3.0
long_seconds = 4.0
short_longest = 2.0
longest = 3.0
report_every = 2
chunk = [3, 8]
lookahead = [0, 9]
bf16 = false
"""


def voice(seconds: float, seed: int) -> np.ndarray:
    """Something with the rise and fall of speech: int16."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * 16000)) / 16000
    tone = sum(np.sin(2 * np.pi * k * 110 * (1 + 0.1 * np.sin(2 * np.pi * t)) * t) / k for k in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 3 * t + rng.random()), 0, None)
    return ((tone * syllables + 0.02 * rng.standard_normal(len(t))) * 3000).clip(-32768, 32767).astype(np.int16)


def write_wav(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes(samples.astype("<i2").tobytes())


@pytest.fixture(scope="session")
def speech_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Manifests `speech`, `more`, `noise`, `rooms` with wav files."""
    folder = tmp_path_factory.mktemp("speech")
    manifests = {
        "speech": [("a", 2.5, "THE THING IS ON"), ("b", 4.0, "he is in the inn"), ("c", 1.2, "AN ANT")],
        "more": [("d", 1.6, None)],
        "noise": [("n1", 1.0, None), ("n2", 1.0, None)],
        "rooms": [("r", 0.2, None)],
    }
    for seed, (name, items) in enumerate(manifests.items()):
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8") as out:
            for k, (id_, seconds, text) in enumerate(items):
                write_wav(folder / f"{id_}.wav", voice(seconds, 10 * seed + k))
                record = {"id": id_, "audio": f"{id_}.wav", "source": "made"}
                if text:
                    record["text"] = text
                if id_ == "n2":
                    record["licence"] = "CC BY-NC 3.0"
                print(json.dumps(record), file=out)
    return folder


def tiny_config() -> dict:
    """The starting weights' kind of network with an output for every row of the raw stem."""
    config = reference.rotary_config("tiny")
    config["training"] = {"chunk_ms": [0, 0], "lookahead_ms": [0, 0], "left_rows": [0, 0], "longest_s": 30}
    return config


def raw_stem(width: int, seed: int) -> dict[str, torch.Tensor]:
    """A random stem on raw audio."""
    generator = torch.Generator().manual_seed(seed)
    random = lambda *shape: torch.randn(*shape, generator=generator)
    return {
        "raw_stem.conv1.weight": random(16, 1, 127) * 0.1,
        "raw_stem.norm.weight": 1 + 0.2 * random(16),
        "raw_stem.norm.bias": 0.1 * random(16),
        "raw_stem.conv2.weight": random(32, 16, 7) * 0.1,
        "raw_stem.conv2.bias": 0.1 * random(32),
        "raw_stem.conv3.weight": random(width, 32, 3) * 0.1,
        "raw_stem.conv3.bias": 0.1 * random(width),
    }


def write_start(path: Path, width: int = 32) -> None:
    """Random starting weights of a tiny network, as the import stage would write them."""
    config = tiny_config()
    config["stem"][-1]["out"] = config["encoder"]["width"] = config["decoder"]["width"] = width
    model = reference.perturbed(config, 5, norm_biases=False)
    tensors = {n: t for n, t in model.state_dict().items() if n.startswith(("encoder.", "decoder."))}
    tensors |= raw_stem(width, 6)
    tensors["labels.model"] = torch.frombuffer(bytearray(reference.tiny_labels().model), dtype=torch.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_tensors(path, tensors, {"attend": configuration.dumps(config)})


@pytest.fixture
def tiny_recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY_RECIPE)
    return path


@pytest.fixture(scope="session")
def real_manifest() -> Path:
    """The manifest of real recordings, in the folder named by $ATTEND_SPEECH_DIR."""
    folder = os.environ.get("ATTEND_SPEECH_DIR")
    for name in ("dev-clean/manifest.jsonl", "dev-clean.jsonl.gz") if folder else ():
        if (Path(folder) / name).exists():
            return Path(folder) / name
    pytest.skip("real recordings: set ATTEND_SPEECH_DIR to a folder that scripts/unpack_speech.py has filled")


@pytest.fixture(scope="session")
def start_folder() -> Path:
    """The folder of the starting weights, named by $ATTEND_START_DIR."""
    folder = os.environ.get("ATTEND_START_DIR")
    if not folder or not (Path(folder) / "encoder_model.ort").exists():
        pytest.skip("starting weights: set ATTEND_START_DIR to a folder with encoder_model.ort and its companions")
    return Path(folder)
