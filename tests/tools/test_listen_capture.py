"""`attend listen` from end to end: recordings played into a sound server's null sink, heard through PulseAudio, ALSA and PortAudio.

ATTEND_PROGRAM names the built program; the model is ATTEND_MODEL, or else the first in models/. Needs what scripts/with_sound.py needs.
"""

from __future__ import annotations

import json
import pathlib
import signal
import subprocess
import sys
import threading
import time

import pytest

np = pytest.importorskip("numpy")
soundfile = pytest.importorskip("soundfile")

from attend_program import MODEL, PROGRAM, SOURCE, distance, words

sys.path.insert(0, str(SOURCE / "scripts"))
import with_sound

RECORDINGS = [SOURCE / "examples/audio" / f"austen-{number}.flac" for number in ("0870", "0920")]
RATE = 16000
pytestmark = [
    pytest.mark.skipif(not with_sound.available(), reason=with_sound.MISSING),
    pytest.mark.skipif(not MODEL, reason="no model: models/ is empty and ATTEND_MODEL is not set"),
]


def transcribed(path: pathlib.Path) -> list[str]:
    command = [PROGRAM, "transcribe", "--model", MODEL, str(path)]
    return words(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def waiting_for(condition, what: str) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.1)


class Listener:
    """`attend listen --format jsonl` at work, started and connected to the sound server."""

    def __init__(self, server: with_sound.SoundServer, *options: str) -> None:
        self._server = server
        command = [PROGRAM, "listen", "--model", MODEL, "--format", "jsonl", *options]
        self._process = subprocess.Popen(
            command, env=server.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[dict] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.wait_until_connected()

    def _read(self) -> None:
        for line in self._process.stdout:
            self.lines.append(json.loads(line))

    def wait_until_connected(self) -> None:
        def recorded() -> bool:
            assert self._process.poll() is None, self._process.stderr.read()
            asks = ["pactl", "list", "short", "source-outputs"]
            return subprocess.run(asks, env=self._server.environment, capture_output=True, text=True).stdout.strip() != ""

        waiting_for(recorded, "the program records")

    def of_type(self, kind: str) -> list[dict]:
        return [line for line in self.lines if line["type"] == kind]

    def heard(self) -> list[str]:
        return words(" ".join(line["text"] for line in self.of_type("final")))

    def finish(self) -> None:
        """As Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)
        errors = self._process.stderr.read()
        assert self._process.wait() in (0, 130), errors
        self._reader.join()


def play(server: with_sound.SoundServer, folder: pathlib.Path, recording: pathlib.Path) -> None:
    """With a second of silence around it, the last of it for the words that are still on their way."""
    samples, rate = soundfile.read(recording, dtype="float32")
    silence = np.zeros(rate, np.float32)
    path = folder / "played.wav"
    soundfile.write(path, np.concatenate([silence, samples, silence]), rate, subtype="PCM_16")
    server.play(path)


def assert_same_words(heard: list[str], recordings: list[pathlib.Path]) -> None:
    """One word in twenty may come out otherwise, because the chunks fall on other places of the recording."""
    of_files = [word for path in recordings for word in transcribed(path)]
    assert len(of_files) > 10 * len(recordings)
    assert distance(of_files, heard) <= len(of_files) // 20, f"{' '.join(of_files)}\n{' '.join(heard)}"


@pytest.mark.parametrize("options", [["--rate", str(RATE)], []], ids=["16000 Hz", "the device's own rate"])
def test_the_words_are_those_of_the_files(tmp_path, options):
    audio = tmp_path / "heard.wav"
    with with_sound.sound_server(RATE, 1) as server:
        listener = Listener(server, *options, "--fixed-pace", "--save-audio", str(audio))
        for recording in RECORDINGS:
            play(server, tmp_path, recording)
        listener.finish()
    assert listener.of_type("lost") == []
    assert_same_words(listener.heard(), RECORDINGS)
    # What it heard, transcribed as a file, is the same to the last word: there is one recogniser.
    assert listener.heard() == transcribed(audio)


def test_a_device_that_vanishes_is_picked_up_again(tmp_path):
    with with_sound.sound_server(RATE, 1) as server:
        listener = Listener(server)
        play(server, tmp_path, RECORDINGS[0])
        server.stop()
        waiting_for(lambda: listener.of_type("source"), "the program tells that the device has gone")
        server.start()
        listener.wait_until_connected()
        play(server, tmp_path, RECORDINGS[1])
        listener.finish()
    assert listener.of_type("gap")
    assert_same_words(listener.heard(), RECORDINGS)


def test_a_device_that_falls_silent_is_waited_for(tmp_path):
    """A sound server that hangs reports no end: the program has to ask."""
    with with_sound.sound_server(RATE, 1) as server:
        listener = Listener(server)
        server.signal(signal.SIGSTOP)
        waiting_for(lambda: listener.of_type("source"), "the program tells that the device gives nothing more")
        server.signal(signal.SIGCONT)
        waiting_for(lambda: listener.of_type("gap"), "the sound is back")
        play(server, tmp_path, RECORDINGS[1])
        listener.finish()
    assert_same_words(listener.heard(), RECORDINGS[1:])


def test_no_sound_system_is_a_sentence(tmp_path):
    with with_sound.sound_server(RATE, 1) as server:
        server.stop()
        command = [PROGRAM, "listen", "--model", MODEL]
        refused = subprocess.run(command, env=server.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert "connect a microphone or start the sound server" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
