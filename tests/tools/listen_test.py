"""`attend listen` from end to end: the built program, the model, real recordings, a real terminal (tmux), a real capture path.

    ATTEND_PROGRAM=build/release/bin/attend python3 tests/tools/listen_test.py [TEST…]

The model is ATTEND_MODEL, or else the first in models/. What a test needs and is missing (a model, tmux, PulseAudio) skips it.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import wave
from pathlib import Path

from attend_program import EXAMPLES, MODEL, PROGRAM, SKIPPED, SOURCE, distance, words

sys.path.insert(0, str(SOURCE / "scripts"))
import with_sound  # noqa: E402

RATE = 16000


def command(*arguments):
    return [PROGRAM, "listen", "--model", MODEL, *map(str, arguments)]


def listen(sound, *arguments, code=0):
    """Lets the program hear raw PCM from a pipe; returns its standard output."""
    done = subprocess.run(command("--from", "-", *arguments), input=sound, capture_output=True, timeout=600)
    if done.returncode != code:
        raise AssertionError(f"exit code {done.returncode}, not {code}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def transcribe(path, *arguments):
    done = subprocess.run([PROGRAM, "transcribe", "--model", MODEL, *map(str, arguments), str(path)], capture_output=True, check=True)
    return done.stdout.decode()


def samples_of(path):
    """A recording as raw PCM of 16 bits, without noise of dithering."""
    return subprocess.run(["sox", "-D", str(path), "-t", "raw", "-r", str(RATE), "-c", "1", "-e", "signed", "-b", "16", "-"],
                          check=True, capture_output=True).stdout


def faint_noise(seconds):
    """No recording has digital silence."""
    import random
    source = random.Random(1)
    return b"".join(int(source.gauss(0, 8)).to_bytes(2, "little", signed=True) for _ in range(int(seconds * RATE)))


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.05)


class Listen(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.store = tempfile.TemporaryDirectory(prefix="attend-test-")
        cls.folder = Path(cls.store.name)
        cls.recordings = [samples_of(path) for path in EXAMPLES]
        cls.talk = faint_noise(1).join(cls.recordings[:3])
        cls.text = listen(cls.talk)
        assert len(words(cls.text)) > 30, cls.text

    @classmethod
    def tearDownClass(cls):
        cls.store.cleanup()

    def path(self, name):
        return self.folder / f"{self.id().rsplit('.', 1)[1]}-{name}"

    # ---- Words ----

    def test_hears_what_transcribe_hears(self):
        with wave.open(str(self.path("talk.wav")), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(self.talk)
        self.assertEqual(self.text, transcribe(self.path("talk.wav")))

    def test_events_keep_the_contract(self):
        committed, segment, finals = [], None, 0
        for line in listen(self.talk, "--format", "jsonl").splitlines():
            event = json.loads(line)
            if event["type"] not in ("partial", "final"):
                continue
            if event["segment"] != segment:
                segment, committed = event["segment"], []
            self.assertEqual(event["committed"][:len(committed)], committed)
            committed = event["committed"]
            finals += event["type"] == "final"
        self.assertGreater(finals, 0)

    def test_loses_no_word_at_endpoints(self):
        """Recordings joined with pauses, and cut off right behind their last sample: the words of each by itself."""
        alone = [words(listen(sound)) for sound in self.recordings]
        expected = [word for each in alone for word in each]
        for pause in (0.1, 0.5, 0.8, 1.0, 2.0, 5.0):
            heard = words(listen(faint_noise(pause).join(self.recordings)))
            # Whatever stands around a pause may be heard differently; a lost or cut word at each would be four errors.
            self.assertLessEqual(distance(expected, heard), 3, f"pause of {pause} s: {' '.join(heard)}")
            self.assertLessEqual(abs(len(heard) - len(expected)), 2, f"pause of {pause} s")

    # ---- Pace ----

    def test_replays_a_recorded_pace(self):
        recorded = self.path("pace.jsonl")
        # As a busy machine would have it: wider, wider, narrower, at odd places.
        changes = [(0, 320), (20011, 640), (77777, 1280), (150001, 320)]
        recorded.write_text("".join(json.dumps({"sample": at, "chunk_ms": chunk}) + "\n" for at, chunk in changes))
        again = self.path("again.jsonl")
        first = listen(self.talk, "--format", "jsonl", "--replay-pace", recorded, "--record-pace", again)
        second = listen(self.talk, "--format", "jsonl", "--replay-pace", again)
        self.assertEqual(first, second)
        self.assertEqual([json.loads(line) for line in recorded.read_text().splitlines()],
                         [json.loads(line) for line in again.read_text().splitlines()])
        self.assertNotEqual(first, listen(self.talk, "--format", "jsonl"))
        self.assertEqual([json.loads(line)["chunk_ms"] for line in first.splitlines() if '"load"' in line], [640, 1280, 320])

    # ---- Files ----

    def test_saves_every_format(self):
        files = {kind: self.path("talk." + kind) for kind in ("txt", "srt", "vtt", "json")}
        sound = self.path("talk.wav")
        listen(self.talk, *(argument for file in files.values() for argument in ("--save", file)), "--save-audio", sound)
        self.assertEqual(files["txt"].read_text(), self.text)
        self.assertTrue(files["vtt"].read_text().startswith("WEBVTT\n\n"))
        saved = json.loads(files["json"].read_text())
        self.assertTrue(saved["complete"])
        self.assertEqual(words(" ".join(segment["text"] for segment in saved["segments"])), words(self.text))
        with wave.open(str(sound)) as file:
            self.assertEqual(file.readframes(file.getnframes()), self.talk)
        done = subprocess.run(command("--from", "-", "--save", files["txt"]), input=b"", capture_output=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"exists; choose another name", done.stderr)

    def test_a_failure_leaves_no_empty_file(self):
        text, sound, taken = self.path("talk.txt"), self.path("talk.wav"), self.path("taken.txt")
        taken.write_text("somebody's work")
        for arguments in (["-", "--replay-pace", "/nowhere"], ["unix:/nowhere/socket", "--once"], ["-", "--save", taken],
                          ["-", "--record-pace", taken]):
            done = subprocess.run(command("--save", text, "--save-audio", sound, "--from", *arguments), input=b"", capture_output=True)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertFalse(text.exists(), arguments)
            self.assertFalse(sound.exists(), arguments)
        self.assertEqual(taken.read_text(), "somebody's work")
        listen(b"", "--save", text)  # silence that ends well is a transcript
        self.assertEqual(text.read_text(), "")

    def test_kill_leaves_valid_files(self):
        text, data, sound = self.path("talk.txt"), self.path("talk.json"), self.path("talk.wav")
        process = subprocess.Popen(command("--from", "-", "--save", text, "--save", data, "--save-audio", sound),
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        process.stdin.write(self.talk + faint_noise(3))
        process.stdin.flush()
        wait_for(lambda: data.exists() and b'"text"' in data.read_bytes())
        process.kill()
        process.wait()
        process.stdin.close()  # all was flushed
        self.assertTrue(self.text.startswith(text.read_text()))
        saved = json.loads(data.read_text())
        self.assertFalse(saved["complete"])
        # One file after the other is written: the first may be a segment ahead.
        lines = text.read_text().splitlines()
        segments = [segment["text"] for segment in saved["segments"]]
        self.assertEqual(lines[:len(segments)], segments)
        self.assertLessEqual(len(lines), len(segments) + 1)
        with wave.open(str(sound)) as file:
            heard = file.readframes(file.getnframes())
        self.assertGreater(len(heard), 2 * RATE)
        self.assertTrue(self.talk.startswith(heard) or heard.startswith(self.talk))

    # ---- Sources ----

    def test_goes_on_after_a_break(self):
        path = str(self.path("socket"))
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        self.check_going_on(server, "unix:" + path)

    def test_calls_a_server_again(self):
        server = socket.create_server(("127.0.0.1", 0))
        self.check_going_on(server, f"tcp://localhost:{server.getsockname()[1]}")

    def check_going_on(self, server, address):
        """The other side speaks, hangs up, and speaks again when it is called again."""
        server.listen(1)

        def speak():
            for sound in self.recordings[:2]:
                connection, _ = server.accept()
                with connection:
                    connection.sendall(sound)

        threading.Thread(target=speak, daemon=True).start()
        process = subprocess.Popen(command("--from", address, "--format", "jsonl"), stdout=subprocess.PIPE)
        events, gaps, asked = [], 0, False
        for line in process.stdout:
            events.append(json.loads(line))
            gaps += events[-1]["type"] == "gap"
            finals = [event for event in events if event["type"] == "final"]
            if not asked and gaps == 1 and len(finals) > 1 and events[-1]["type"] in ("source", "final"):
                process.send_signal(signal.SIGINT)
                asked = True
        self.assertEqual(process.wait(), 0)
        process.stdout.close()
        server.close()
        first, last = finals[0], finals[-1]
        self.assertGreater(last["segment"], first["segment"])
        self.assertGreaterEqual(last["begin"], len(self.recordings[0]) / 2 / RATE - 0.01)
        alone = [word for sound in self.recordings[:2] for word in words(listen(sound))]
        heard = [word for event in finals for word in words(event["text"])]
        self.assertLessEqual(distance(alone, heard), 1)

    def test_keeps_the_last_words_at_the_end(self):
        process = subprocess.Popen(command("--from", "-", "--format", "jsonl"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(self.recordings[0])
        process.stdin.flush()
        lines, asked = [], False
        for line in process.stdout:
            lines.append(json.loads(line))
            if not asked and lines[-1]["type"] == "partial" and lines[-1]["audio_time"] > 2:
                process.send_signal(signal.SIGTERM)  # once: a second one ends at once
                asked = True
        self.assertEqual(process.wait(), 0)
        process.stdin.close()
        process.stdout.close()
        self.assertEqual([line["type"] for line in lines[-2:]], ["final", "end"])
        before = next(line for line in reversed(lines) if line["type"] == "partial")
        self.assertEqual(lines[-2]["committed"][:len(before["committed"])], before["committed"])
        self.assertGreaterEqual(len(lines[-2]["committed"]), len(before["committed"]))

    # ---- Readers ----

    def test_tells_of_an_output_that_is_full(self):
        for sound in (b"", self.recordings[0]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(command("--from", "-", "--format", "jsonl"), input=sound, stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stderr.decode(),
                             "attend: Standard output cannot be written: No space left on device. Captions go on without it.\n")

    def test_ends_when_nobody_reads(self):
        process = subprocess.Popen(command("--from", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            for _ in range(100):  # until it has enough
                process.stdin.write(self.recordings[0])
        self.assertEqual(process.wait(), 0)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()

    def test_waits_for_a_slow_reader(self):
        expected = listen(self.talk, "--format", "jsonl")
        process = subprocess.Popen(command("--from", "-", "--format", "jsonl"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        speaker = threading.Thread(target=lambda: (process.stdin.write(self.talk), process.stdin.close()))
        speaker.start()
        heard = b""
        while block := os.read(process.stdout.fileno(), 500):
            heard += block
            time.sleep(0.002)
        self.assertEqual(process.wait(), 0)
        speaker.join()
        process.stdout.close()
        self.assertEqual(heard.decode(), expected)

    def check_a_reader_that_stalls(self, process, sound, data):
        """Nobody reads standard output: all is heard, and Ctrl-C finishes the files."""
        talk = self.recordings[0]

        def speak():
            with contextlib.suppress(BrokenPipeError):
                for at in range(0, len(talk), RATE // 5):  # as a microphone gives it
                    process.stdin.write(talk[at:at + RATE // 5])
                    process.stdin.flush()
                    time.sleep(0.1)

        speaker = threading.Thread(target=speak, daemon=True)
        speaker.start()
        wait_for(lambda: sound.exists() and sound.stat().st_size > len(talk) - 4 * RATE)  # it grows every second
        speaker.join()
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)
        process.stdin.close()
        saved = json.loads(data.read_text())
        self.assertTrue(saved["complete"])
        self.assertEqual(words(" ".join(segment["text"] for segment in saved["segments"])), words(listen(talk)))
        return code

    def test_a_reader_that_stalls_holds_nobody_up(self):
        sound, data = self.path("talk.wav"), self.path("talk.json")
        process = subprocess.Popen(command("--from", "-", "--format", "jsonl", "--save", data, "--save-audio", sound),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        self.assertEqual(self.check_a_reader_that_stalls(process, sound, data), 1)
        self.assertRegex(process.stderr.read().decode(), r"^attend: Standard output is not read; its last \d+ bytes are given up\.\n$")
        process.stdout.close()
        process.stderr.close()

    def test_a_terminal_that_stalls_holds_nobody_up(self):
        sound, data = self.path("talk.wav"), self.path("talk.json")
        screen, terminal = os.openpty()
        process = subprocess.Popen(command("--from", "-", "--save", data, "--save-audio", sound), stdin=subprocess.PIPE, stdout=terminal,
                                   stderr=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm"})
        self.addCleanup(process.kill)
        os.close(terminal)
        self.check_a_reader_that_stalls(process, sound, data)
        os.close(screen)

    def test_refuses_in_one_sentence(self):
        cases = [
            (["--from", "tcp:/desk"], b"", 2, "is none of"),
            (["--device", "x", "--from", "-"], b"", 2, "leave them out with --from"),
            (["--raw-rate", "8000"], b"", 2, "describe what --from gives"),
            (["--from", "-", "--save", "notes.doc"], b"", 2, "ends in none of"),
            (["--from", "-", "--format", "captions"], b"", 2, "Captions need a terminal"),
            (["--from", "-"], b"RIFF\0\0\0\0WAVE", 1, "gives a file with a header"),
            (["--from", "unix:/nowhere/socket", "--once"], b"", 1, "cannot be reached"),
            (["--from", "-", "--replay-pace", "/nowhere"], b"", 1, "name a file that --record-pace wrote"),
            (["--from", "-", "--save", "/nowhere/a.txt"], b"", 1, "cannot be written"),
        ]
        for arguments, sound, code, part in cases:
            done = subprocess.run(command(*arguments), input=sound, capture_output=True, timeout=60)
            sentence = done.stderr.decode()
            self.assertEqual(done.returncode, code, (arguments, sentence))
            self.assertIn(part, sentence)
            self.assertEqual(done.stdout, b"")

    # ---- The terminal ----

    @unittest.skipUnless(shutil.which("tmux"), "tmux is not installed")
    def test_captions_in_a_terminal(self):
        terminal = Terminal(self.folder, 60, 12)
        try:
            fifo = self.path("fifo")
            os.mkfifo(fifo)
            status = self.path("status")
            terminal.type(" ".join(command("--from", "-", "--save", self.path("talk.txt"))) + f" < {fifo}; echo $? > {status}")
            with open(fifo, "wb") as pipe:
                first = self.recordings[0]
                pipe.write(first[:len(first) // 2])
                pipe.flush()
                wait_for(lambda: "chunk 320 ms" in terminal.screen() and "\x1b[2m" in terminal.screen(styles=True))
                wait_for(lambda: len(words(terminal.screen())) > 14)

                def fits(columns):
                    lines = terminal.screen().splitlines()
                    return all(len(line) <= columns for line in lines) and sum(line.startswith("00:00:") for line in lines) == 1

                for columns, rows in ((30, 12), (80, 20), (40, 6)):
                    terminal.resize(columns, rows)
                    wait_for(lambda columns=columns: fits(columns))
                terminal.resize(60, 12)
                pipe.write(first[len(first) // 2:] + faint_noise(2))
                pipe.flush()
                wait_for(lambda: self.path("talk.txt").stat().st_size > 0)
                said = words(self.path("talk.txt").read_text())
                wait_for(lambda: " ".join(said) in " ".join(words(terminal.screen())))
                terminal.key("C-c")
                wait_for(status.exists)
            wait_for(lambda: status.read_text() == "0\n")
            after = terminal.screen()
            self.assertNotIn("chunk 320 ms", after)
            self.assertIn(" ".join(said), " ".join(words(after)))
            terminal.type("echo it ${empty}echoes")  # the terminal is as it was
            wait_for(lambda: "it ${empty}echoes" in terminal.screen() and "it echoes" in terminal.screen())
        finally:
            terminal.close()

    def test_ends_well_when_the_terminal_goes(self):
        saved = self.path("talk.json")
        screen, terminal = os.openpty()
        process = subprocess.Popen(command("--from", "-", "--save", saved), stdin=subprocess.PIPE, stdout=terminal,
                                   env={**os.environ, "TERM": "xterm"})
        os.close(terminal)

        def speak():
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(self.recordings[0])
                process.stdin.flush()

        speaker = threading.Thread(target=speak)
        speaker.start()
        shown = b""
        while not re.search(rb"00:00:0[3-9]", shown):
            shown += os.read(screen, 1 << 16)
        os.close(screen)
        process.send_signal(signal.SIGCONT)  # it draws anew, outside of what the session tells
        self.assertEqual(process.wait(), 0)
        speaker.join()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        transcript = json.loads(saved.read_text())
        self.assertTrue(transcript["complete"])
        self.assertGreater(len(words(" ".join(segment["text"] for segment in transcript["segments"]))), 5)

    # ---- A microphone ----

    @unittest.skipUnless(with_sound.available(), "PulseAudio or its ALSA plugin is not installed")
    def test_hears_a_microphone(self):
        recording = self.path("talk.wav")
        with wave.open(str(recording), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(self.talk + faint_noise(2))
        with with_sound.sound_server() as server:
            listed = subprocess.run([PROGRAM, "listen", "--list-devices"], env=server.environment, capture_output=True, text=True)
            self.assertEqual(listed.returncode, 0, listed.stderr)
            self.assertIn("* ", listed.stdout)
            sound = self.path("heard.wav")
            process = subprocess.Popen(command("--format", "jsonl", "--save-audio", sound), env=server.environment, stdout=subprocess.PIPE)
            wait_for(lambda: sound.exists() and sound.stat().st_size > 0)
            player = threading.Thread(target=lambda: (server.play(recording), process.send_signal(signal.SIGINT)))
            player.start()
            events = [json.loads(line) for line in process.stdout]
            self.assertEqual(process.wait(), 0)
            process.stdout.close()
            player.join()
        heard = [word for event in events if event["type"] == "final" for word in words(event["text"])]
        lost = sum(event["samples"] for event in events if event["type"] == "lost")
        self.assertEqual(lost, 0)
        self.assertLessEqual(distance(words(self.text), heard), 2, " ".join(heard))
        # What was saved gives the very words that were shown.
        self.assertEqual(" ".join(heard), " ".join(words(transcribe(sound))))

    @unittest.skipUnless(with_sound.available(), "PulseAudio or its ALSA plugin is not installed")
    def test_waits_for_a_device_that_vanishes(self):
        recording = self.path("talk.wav")
        with wave.open(str(recording), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(self.recordings[0] + faint_noise(2))
        with with_sound.sound_server() as server:
            sound = self.path("heard.wav")
            process = subprocess.Popen(command("--format", "jsonl", "--save-audio", sound), env=server.environment, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL)
            wait_for(lambda: sound.exists() and sound.stat().st_size > 0)
            server.play(recording, wait=False)

            def play_again():
                server.play(recording)
                process.send_signal(signal.SIGINT)

            first = {"final": server.stop, "source": server.start, "gap": threading.Thread(target=play_again, daemon=True).start}
            events = []
            for line in process.stdout:
                events.append(json.loads(line))
                first.pop(events[-1]["type"], lambda: None)()
            self.assertEqual(process.wait(), 0)
            process.stdout.close()
        self.assertEqual(first, {})
        finals = [event for event in events if event["type"] == "final"]
        self.assertGreater(finals[-1]["begin"], finals[0]["end"] - 0.01)
        self.assertLessEqual(distance(words(finals[0]["text"]), words(" ".join(final["text"] for final in finals[1:]))), 2)

    def test_says_that_a_device_is_missing(self):
        done = subprocess.run(command("--device", "no such thing"), capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.splitlines()[-1], r"^attend: .+device")


class Terminal:
    """A terminal that nobody looks at: tmux with a server of its own."""

    def __init__(self, folder, columns, rows):
        self.socket = str(folder / "tmux")
        environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PS1": "$ "}
        self.run("-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", str(columns), "-y", str(rows), "sh", environment=environment)

    def run(self, *arguments, environment=None):
        done = subprocess.run(["tmux", "-S", self.socket, *arguments], check=True, capture_output=True, env=environment or os.environ)
        return done.stdout.decode()

    def type(self, text):
        self.run("send-keys", "-t", "t", "-l", text)
        self.key("Enter")

    def key(self, name):
        self.run("send-keys", "-t", "t", name)

    def resize(self, columns, rows):
        self.run("resize-window", "-t", "t", "-x", str(columns), "-y", str(rows))

    def screen(self, styles=False):
        return self.run("capture-pane", "-p", "-t", "t", *(["-e"] if styles else []))

    def close(self):
        self.run("kill-server")


if __name__ == "__main__":
    if not (MODEL and os.access(PROGRAM, os.X_OK) and shutil.which("sox")):
        print("Skipped: this needs the program, a model in models/ or ATTEND_MODEL, and sox.")
        sys.exit(SKIPPED)
    unittest.main()
