"""Records through Microphone from a PulseAudio server with a null sink, by way of ALSA and PortAudio, what was played into it.

ATTEND_RECORD names the test program of the same name. Needs what scripts/with_sound.py needs.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

np = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile")

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import with_sound

PROGRAM = os.environ.get("ATTEND_RECORD", "")
RATE = 16000
pytestmark = [
    pytest.mark.skipif(not with_sound.available(), reason=with_sound.MISSING),
    pytest.mark.skipif(not PROGRAM, reason="ATTEND_RECORD does not name the test program attend_record"),
]


class Recorder:
    """attend_record at work; what it reports, and the samples at the end."""

    def __init__(self, server: with_sound.SoundServer, path: pathlib.Path, *options: str) -> None:
        self._path = path
        self._process = subprocess.Popen(
            [PROGRAM, *options, str(path)],
            env=server.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # A device that hangs must fail the test, not hang it.
        self._guard = threading.Timer(180, self._process.kill)
        self._guard.daemon = True
        self._guard.start()
        self.opened = self.event()
        assert self.opened.get("event") == "open", self._process.stderr.read()

    def event(self) -> dict:
        return json.loads(self._process.stdout.readline() or "{}")

    def finish(self) -> tuple[dict, np.ndarray, str]:
        """Ends the recording: its last report, its samples, what it printed to standard error."""
        self._process.stdin.close()
        report = self.event()
        errors = self._process.stderr.read()
        assert self._process.wait() == 0, errors
        self._guard.cancel()
        return report, np.fromfile(self._path, np.float32), errors


def talk() -> np.ndarray:
    """Four seconds of a recording."""
    samples, rate = soundfile.read(ROOT / "examples/audio/austen-0870.flac", dtype="float32")
    assert rate == RATE
    return samples[: 4 * RATE]


def sweep() -> np.ndarray:
    """Three seconds from 100 to 7000 Hz."""
    t = np.arange(3 * RATE) / RATE
    return (0.5 * np.sin(2 * np.pi * (100 * t + (7000 - 100) / 6 * t**2))).astype(np.float32)


def resampled(samples: np.ndarray, rate: float) -> np.ndarray:
    count = round(len(samples) * rate / RATE)
    spectrum = np.fft.rfft(samples)
    return np.fft.irfft(np.pad(spectrum, (0, count // 2 + 1 - len(spectrum))), count) * count / len(samples)


def likeness(played: np.ndarray, recorded: np.ndarray) -> float:
    """Correlation of what was played with the stretch of the same length of the recording where it fits best; 0 if it is not all there."""
    size = len(played) + len(recorded)
    fit = np.fft.irfft(np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(played, size)), size)
    stretch = recorded[np.argmax(fit[: len(recorded)]) :][: len(played)]
    return float(np.corrcoef(played, stretch)[0, 1]) if len(stretch) == len(played) else 0.0


def play(server: with_sound.SoundServer, folder: pathlib.Path, samples: np.ndarray) -> None:
    """Plays it to the end, with a little silence around it so that nothing is cut off where a stream begins or ends."""
    path = folder / "played.wav"
    silence = np.zeros((RATE // 2, *samples.shape[1:]), np.float32)
    soundfile.write(path, np.concatenate([silence, samples, silence]), RATE, subtype="PCM_16")
    server.play(path)
    time.sleep(0.5)  # what has been played is on its way through the monitor


@pytest.fixture(scope="module")
def server():
    with with_sound.sound_server(RATE, 1) as running:
        yield running


@pytest.mark.parametrize("sound", [talk, sweep], ids=["talk", "sweep"])
def test_records_what_is_played(server, tmp_path, sound):
    recorder = Recorder(server, tmp_path / "out", "--rate", str(RATE))
    assert recorder.opened["rate"] == RATE
    play(server, tmp_path, sound())
    report, recorded, errors = recorder.finish()
    assert report == {"event": "end", "samples": len(recorded), "lost": 0}
    assert likeness(sound(), recorded) > 0.99
    assert errors == ""


@pytest.mark.parametrize("options", [[], ["--rate", "48000"]], ids=["the device's own rate", "48000 Hz"])
def test_records_at_other_rates(server, tmp_path, options):
    recorder = Recorder(server, tmp_path / "out", *options)
    play(server, tmp_path, talk())
    report, recorded, errors = recorder.finish()
    assert report["lost"] == 0
    assert likeness(resampled(talk(), recorder.opened["rate"]), recorded) > 0.99
    assert errors == ""


def test_the_device_is_found_by_number_and_name(server):
    listed = subprocess.run([PROGRAM, "--list"], env=server.environment, capture_output=True, text=True, check=True)
    assert listed.stderr == ""
    devices = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(device["name"], device["host"], device["default"]) for device in devices] == [("default", "ALSA", True)]
    for wanted in (str(devices[0]["number"]), "DEFAULT", "fau"):
        recorder = Recorder(server, pathlib.Path(os.devnull), "--device", wanted)
        assert recorder.opened["device"] == "default"
        recorder.finish()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--device", "webcam"], 'called or numbered "webcam"; there are: 0 "default"'),
        (["--channel", "99"], "channel 99 does not exist"),
        (["--rate", "700000"], "cannot record at 700000 Hz; it can at 8000, 16000,"),
    ],
)
def test_what_cannot_be_had_is_refused(server, options, sentence):
    refused = subprocess.run([PROGRAM, *options], env=server.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert refused.returncode == 1
    assert sentence in refused.stderr


def test_channels(tmp_path):
    left, right = talk()[: 3 * RATE], sweep()
    with with_sound.sound_server(RATE, 2) as stereo:
        recorded = {}
        for channel in ("1", "2", None):
            options = ["--channel", channel] if channel else []
            recorder = Recorder(stereo, tmp_path / "out", "--rate", str(RATE), *options)
            play(stereo, tmp_path, np.stack([left, right], axis=1))
            _, recorded[channel], _ = recorder.finish()
    assert likeness(left, recorded["1"]) > 0.99
    assert likeness(right, recorded["2"]) > 0.99
    assert likeness(left + right, recorded[None]) > 0.99


def test_samples_that_nobody_reads_are_counted(server, tmp_path):
    recorder = Recorder(server, tmp_path / "out", "--rate", str(RATE), "--buffer", "0.5", "--sleep", "3")
    play(server, tmp_path, talk())  # takes longer than those three seconds
    report, recorded, _ = recorder.finish()
    assert report["lost"] > RATE
    assert len(recorded) == report["samples"] > RATE


def test_a_device_that_vanishes_and_returns(tmp_path):
    with with_sound.sound_server(RATE, 1) as server:
        recorder = Recorder(server, tmp_path / "out", "--rate", str(RATE))
        play(server, tmp_path, talk())
        server.stop()
        assert recorder.event() == {"event": "stopped"}
        report, recorded, _ = recorder.finish()
        assert report["samples"] == len(recorded)
        assert likeness(talk(), recorded) > 0.99

        away = subprocess.run([PROGRAM], env=server.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert away.returncode == 1
        assert "connect a microphone or start the sound server" in away.stderr

        server.start()
        recorder = Recorder(server, tmp_path / "out", "--rate", str(RATE))
        play(server, tmp_path, talk())
        report, recorded, _ = recorder.finish()
        assert report["lost"] == 0
        assert likeness(talk(), recorded) > 0.99


def test_a_sound_server_that_hangs(tmp_path):
    with with_sound.sound_server(RATE, 1) as server:
        recorder = Recorder(server, tmp_path / "out", "--rate", str(RATE))
        server.signal(signal.SIGSTOP)
        assert recorder.event() == {"event": "stopped"}
        server.signal(signal.SIGCONT)
        recorder.finish()


def test_the_sound_server_ends_with_the_script(tmp_path):
    shown = tmp_path / "environment"
    command = f"echo $PULSE_SERVER > {shown}.part; mv {shown}.part {shown}; exec sleep 100"
    script = [sys.executable, str(ROOT / "scripts/with_sound.py"), "sh", "-c", command]
    for number in (signal.SIGTERM, signal.SIGKILL):
        process = subprocess.Popen(script)
        while not shown.exists():
            assert process.poll() is None
            time.sleep(0.05)
        environment = {**os.environ, "PULSE_SERVER": shown.read_text().strip()}
        shown.unlink()
        asks = ["pactl", "info"]
        assert subprocess.run(asks, env=environment, capture_output=True).returncode == 0
        process.send_signal(number)
        process.wait()
        end = time.monotonic() + 60
        while subprocess.run(asks, env=environment, capture_output=True).returncode == 0:
            assert time.monotonic() < end, "the sound server outlives the script"
            time.sleep(0.05)
        # Who is killed cannot tidy up.
        shutil.rmtree(pathlib.Path(environment["PULSE_SERVER"].removeprefix("unix:")).parent, ignore_errors=number == signal.SIGTERM)


def test_the_command_decides_the_exit_status():
    script = [sys.executable, str(ROOT / "scripts/with_sound.py"), "sh", "-c"]
    assert subprocess.run([*script, "exit 3"]).returncode == 3
    assert subprocess.run([*script, "kill -INT $$"]).returncode == 130
