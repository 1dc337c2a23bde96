#!/usr/bin/env python3
"""Runs a command on a machine without a sound card as if it had one: with_sound.py [--rate HZ] [--channels N] COMMAND…

Starts a PulseAudio server of its own whose only sink is a null sink; what is played into it (paplay) is what the default ALSA device
records. The server listens in a folder of its own and ends with the command, whatever happens; neither the user's settings nor the
user's sound server are touched. Works as root, in containers and without D-Bus. Exit status: the command's; 77 where PulseAudio or
ALSA's plugin for it is missing.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

MISSING = "pulseaudio, pulseaudio-utils or libasound2-plugins is not installed: run scripts/setup.sh --tests"
SKIPPED = 77
# The whole of ALSA's configuration: no cards, no user's settings, one device.
ALSA = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
CLIENT = "autospawn = no\nenable-shm = no\n"


def available() -> bool:
    programs = all(shutil.which(name) for name in ("pulseaudio", "pactl", "paplay", "setpriv"))
    return programs and any(pathlib.Path("/usr").glob("lib*/**/alsa-lib/libasound_module_pcm_pulse.so"))


class SoundServer:
    """A private PulseAudio server with a null sink. `environment` makes programs use it; stop and start imitate a device that goes
    and returns."""

    def __init__(self, folder: pathlib.Path, rate: int = 16000, channels: int = 1) -> None:
        self._folder = folder
        self._sink = f"module-null-sink sink_name=attend_test rate={rate} channels={channels} norewinds=1"
        self._process: subprocess.Popen | None = None
        (folder / "alsa.conf").write_text(ALSA)
        (folder / "client.conf").write_text(CLIENT)
        self.environment = {
            **os.environ,
            "ALSA_CONFIG_PATH": str(folder / "alsa.conf"),
            "PULSE_CLIENTCONFIG": str(folder / "client.conf"),
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_STATE_PATH": str(folder),
            "PULSE_COOKIE": str(folder / "cookie"),
            "PULSE_SERVER": f"unix:{folder / 'socket'}",
        }

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def start(self) -> None:
        command = ["setpriv", "--pdeathsig", "KILL", "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        command += ["--disallow-exit=no", "--log-target=stderr"]
        command += ["-L", f"module-native-protocol-unix socket={self._folder / 'socket'}", "-L", self._sink]
        with open(self._folder / "log", "a") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)
        end = time.monotonic() + 30
        while subprocess.run(["pactl", "info"], env=self.environment, capture_output=True).returncode != 0:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PulseAudio did not start:\n{self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, as a cable is pulled."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
            (self._folder / "socket").unlink(missing_ok=True)

    def signal(self, number: int) -> None:
        assert self._process
        self._process.send_signal(number)

    def play(self, path: pathlib.Path | str, wait: bool = True) -> subprocess.Popen:
        """Plays a recording into the sink: what paplay (libsndfile) reads."""
        process = subprocess.Popen(["paplay", str(path)], env=self.environment)
        if wait and process.wait() != 0:
            raise RuntimeError(f"paplay {path} failed:\n{self.log}")
        return process


@contextlib.contextmanager
def sound_server(rate: int = 16000, channels: int = 1) -> Iterator[SoundServer]:
    with tempfile.TemporaryDirectory(prefix="attend-sound-") as folder:
        server = SoundServer(pathlib.Path(folder), rate, channels)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=16000, help="of the null sink, in Hz")
    parser.add_argument("--channels", type=int, default=1, help="of the null sink")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if not arguments.command:
        parser.error("which command?")
    if not available():
        print(f"with_sound.py: {MISSING}", file=sys.stderr)
        return SKIPPED
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))  # so that the server ends too
    with sound_server(arguments.rate, arguments.channels) as server:
        process = subprocess.Popen(arguments.command, env=server.environment)
        try:
            while True:
                try:
                    code = process.wait()
                    return code if code >= 0 else 128 - code
                except KeyboardInterrupt:
                    pass  # the terminal told the command as well; it decides when to end
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
