"""`attend transcribe` from end to end: the built program, the model, real recordings.

    ATTEND_PROGRAM=build/release/bin/attend python3 tests/tools/transcribe_test.py [TEST…]

The model is ATTEND_MODEL, or else the first in models/. Without a model, or without ffmpeg to make recordings of other kinds, the
tests are skipped and say so.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import wave
from pathlib import Path

from attend_program import EXAMPLES, MODEL, PROGRAM, SKIPPED, distance
from attend_program import words as words_of_text


def attend(*arguments, stdin=None, check=None):
    """Runs `attend transcribe`; returns the finished process."""
    done = subprocess.run(command(*arguments), input=stdin, capture_output=True, timeout=300)
    if check is not None and done.returncode != check:
        raise AssertionError(f"exit code {done.returncode}, not {check}: {done.stderr.decode(errors='replace')}")
    return done


def command(*arguments):
    return [PROGRAM, "transcribe", "--model", MODEL, *map(str, arguments)]


def words(process_or_text):
    return words_of_text(process_or_text if isinstance(process_or_text, str) else process_or_text.stdout.decode())


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)], check=True)


class Transcribe(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.store = tempfile.TemporaryDirectory(prefix="attend-test-")
        cls.folder = Path(cls.store.name)
        cls.talk = cls.folder / "talk.wav"
        cls.join(cls.talk, EXAMPLES, 16000)
        cls.expected = words(attend(cls.talk, check=0))
        assert len(cls.expected) > 30, cls.expected

    @classmethod
    def tearDownClass(cls):
        cls.store.cleanup()

    @staticmethod
    def join(target, recordings, rate):
        """Recordings one after the other, with 1.5 s between them, as 16-bit mono."""
        with wave.open(str(target), "wb") as out:
            out.setparams((1, 2, rate, 0, "NONE", ""))
            for recording in recordings:
                raw = subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-i", str(recording), "-f", "s16le", "-ac", "1", "-ar",
                                      str(rate), "-"], check=True, capture_output=True).stdout
                out.writeframes(raw + bytes(3 * rate))

    def setUp(self):
        self.place = Path(tempfile.mkdtemp(dir=self.folder))

    def near(self, heard, most):
        self.assertLessEqual(distance(self.expected, heard), most, f"\nexpected {' '.join(self.expected)}\nheard    {' '.join(heard)}")

    def recordings(self, count, repeats=1):
        """A folder of recordings, some in a subfolder and with odd names."""
        names = ["a.wav", "b c.wav", "sub/d.wav", "sub/é\nf.wav", "sub/deep/g.wav", "h.wav"][:count]
        for i, name in enumerate(names):
            (self.place / "in" / name).parent.mkdir(parents=True, exist_ok=True)
            self.join(self.place / "in" / name, [EXAMPLES[i % len(EXAMPLES)]] * repeats, 16000)
        return self.place / "in"

    # ---- kinds of recordings ----

    def test_rates_and_containers_give_the_same_words(self):
        lossy = len(self.expected) * 15 // 100
        kinds = {
            "8000.wav": (["-ar", 8000], lossy),
            "44100.wav": (["-ar", 44100], 3),
            "48000.wav": (["-ar", 48000], 3),
            "stereo.wav": (["-af", "pan=stereo|c0=c0|c1=c0"], 0),
            "32bit.wav": (["-c:a", "pcm_f32le"], 0),
            "lossless.flac": ([], 0),
            "lossy.mp3": (["-b:a", "96k"], lossy),
            "lossy.opus": (["-b:a", "48k"], lossy),
            "film.m4a": (["-b:a", "96k"], lossy),
        }
        for name, (options, most) in kinds.items():
            with self.subTest(name):
                file = self.place / name
                ffmpeg("-i", self.talk, *options, file)
                self.near(words(attend(file, check=0)), most)

    def test_a_pipe_gives_the_same_words(self):
        self.assertEqual(words(attend("-", stdin=self.talk.read_bytes(), check=0)), self.expected)

    def test_headerless_samples_give_the_same_words(self):
        with wave.open(str(self.talk)) as file:
            raw = file.readframes(file.getnframes())
        self.assertEqual(words(attend("-", "--raw-rate", 16000, stdin=raw, check=0)), self.expected)
        (self.place / "talk.raw").write_bytes(raw)
        self.assertEqual(words(attend(self.place, "--raw-format", "s16le", check=0)), self.expected)

    def test_two_hundred_cuts_give_the_same_words(self):
        """Blocks of random length, from single bytes on, reach the program one by one."""
        data = self.talk.read_bytes()
        for seed in range(3):
            with self.subTest(seed=seed):
                cuts = sorted(random.Random(seed).sample(range(1, len(data)), 200))
                process = subprocess.Popen(command("-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                for start, end in zip([0] + cuts, cuts + [len(data)]):
                    process.stdin.write(data[start:end])
                    process.stdin.flush()
                out, _ = process.communicate(timeout=300)
                self.assertEqual(process.returncode, 0)
                self.assertEqual(words(out.decode()), self.expected)

    def test_channels_are_split(self):
        """Each channel of a call has the words of its own recording."""
        other, call = self.place / "other.wav", self.place / "call.wav"
        self.join(other, EXAMPLES[::-1], 16000)
        ffmpeg("-i", self.talk, "-i", other, "-filter_complex", "amerge=inputs=2", call)
        result = json.loads(attend(call, "--channels", "split", "-f", "json", check=0).stdout)
        self.assertEqual(words(result["channel_texts"][0]), self.expected)
        second = words(attend(other, check=0))
        self.assertEqual(words(result["channel_texts"][1]), second)
        lines = result["text"].splitlines()
        self.assertEqual({line[:4] for line in lines}, {"[1] ", "[2] "})
        self.assertEqual(len(words(result["text"])), len(self.expected) + len(second) + len(lines))

    # ---- formats ----

    def test_all_formats_hold_the_same_words(self):
        attend(self.talk, "-f", "text,srt,vtt", "--format", "json,jsonl,tsv", "-o", self.place, check=0)
        result = json.loads((self.place / "talk.json").read_text())
        self.assertEqual(words(result["text"]), self.expected)
        self.assertTrue(result["complete"])
        spoken = [word["text"] for segment in result["segments"] for word in segment["words"]]
        self.assertEqual(" ".join(spoken), result["text"])
        self.assertEqual(words((self.place / "talk.txt").read_text()), self.expected)
        rows = [line.split("\t") for line in (self.place / "talk.tsv").read_text().splitlines()]
        self.assertEqual(words(" ".join(row[2] for row in rows[1:])), self.expected)
        finals = [json.loads(line) for line in (self.place / "talk.jsonl").read_text().splitlines()]
        self.assertEqual(words(" ".join(final["text"] for final in finals)), self.expected)
        for name in ("talk.srt", "talk.vtt"):
            lines = (self.place / name).read_text().splitlines()
            shown = [line for line in lines if line and "-->" not in line and not line.isdigit() and line != "WEBVTT"]
            self.assertEqual(words(" ".join(shown)), self.expected)
            self.assertLessEqual(max(map(len, shown)), 42)

    def test_committed_words_stand(self):
        lines = attend(self.talk, "-f", "jsonl", "--partials", check=0).stdout.decode().splitlines()
        before = {}
        for event in map(json.loads, lines):
            stood = before.get(event["segment"], [])
            self.assertEqual(event["committed"][:len(stood)], stood)
            before[event["segment"]] = event["committed"]
            if event["type"] == "final":
                self.assertEqual(event["tentative"], [])
            for word in event["tentative"]:
                self.assertTrue(0 <= word["stability"] <= 1)
        self.assertGreater(len(lines), 3 * len(before))

    # ---- what may be weighed ----

    def test_other_readings_stand_beside_the_words(self):
        result = json.loads(attend(self.talk, "-f", "json", "--beam", 4, "--nbest", 2, check=0).stdout)
        readings = [reading for segment in result["segments"] for reading in segment.get("alternatives", [])]
        self.assertTrue(readings)
        for segment in result["segments"]:
            scores = [reading["score"] for reading in segment.get("alternatives", [])]
            self.assertLessEqual(len(scores), 2)
            self.assertEqual(scores, sorted(scores, reverse=True))
            for reading in segment.get("alternatives", []):
                self.assertLessEqual(reading["score"], 0)
                self.assertEqual(" ".join(word["text"] for word in reading["words"]), reading["text"])

    def test_phrases_that_cannot_be_expected_are_told(self):
        phrases = self.place / "phrases.txt"
        phrases.write_text("# names\nJohn Dashwood\t1.5\n!!!\n")
        done = attend(self.talk, "--hotwords", phrases, check=0)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn(b"!!!", done.stderr)
        self.near(words(done), 4)

    def test_unsure_words_are_left_out(self):
        # Confidences are written with three digits: the bound lies between two of them.
        everything = json.loads(attend(self.talk, "-f", "json", check=0).stdout)
        kept = json.loads(attend(self.talk, "-f", "json", "--min-confidence", 0.9005, check=0).stdout)
        sure = [word for segment in everything["segments"] for word in segment["words"] if word["confidence"] > 0.9005]
        self.assertEqual([word for segment in kept["segments"] for word in segment["words"]], sure)
        self.assertEqual(words(kept["text"]), words(" ".join(word["text"] for word in sure)))

    def test_contradictions_are_one_sentence(self):
        broken = self.place / "broken.arpa"
        broken.write_text("no model")
        empty = self.place / "empty.txt"
        empty.write_text("# nothing\n")
        for options, code, named in (
                (["--nbest", 3], 2, "--nbest"),
                (["-f", "json", "--nbest", 3, "--beam", 1], 2, "--beam"),
                (["--lm-weight", 0.5], 2, "--lm-weight"),
                (["--lm", broken], 3, "broken.arpa"),
                (["--hotwords", empty], 2, "empty.txt"),
                (["--hotwords", self.place / "none.txt"], 2, "none.txt")):
            with self.subTest(options):
                report = attend(self.talk, *options, check=code).stderr.decode()
                self.assertEqual(len(report.splitlines()), 1, report)
                self.assertIn(named, report)

    def test_words_are_explained(self):
        """The list, the numbers and the picture speak of the same words."""
        def explain(*arguments, check=0):
            done = subprocess.run([PROGRAM, "explain", "--model", MODEL, *map(str, arguments)], capture_output=True, timeout=300)
            self.assertEqual(done.returncode, check, done.stderr)
            return done.stdout.decode()
        rows = [line.split("\t") for line in explain(self.talk).splitlines()]
        self.assertEqual([int(row[0]) for row in rows], list(range(1, len(rows) + 1)))
        self.assertEqual(words(" ".join(row[4] for row in rows)), self.expected)
        explain(self.talk, "--all", "-o", self.place / "talk.json")
        segments = json.loads((self.place / "talk.json").read_text())["segments"]
        told = [word for segment in segments for word in segment["words"]]
        self.assertEqual([word["text"] for word in told], [row[4] for row in rows])
        for word in told:
            self.assertAlmostEqual(sum(word["attention"]), 1, delta=0.02)
            self.assertTrue(word["start"] - 0.3 <= word["peak"] <= word["end"] + 0.3, word)
        explain(self.talk, "--word", 3, "-o", self.place / "word.svg")
        picture = (self.place / "word.svg").read_text()
        self.assertIn(">3</text>", picture)
        self.assertTrue(picture.endswith("</svg>\n"))
        explain(self.talk, "--word", len(rows) + 1, "-o", self.place / "word.svg", check=2)
        explain(self.talk, "--all", "-o", self.place / "talk.png", check=2)
        explain(self.talk, "--all", check=2)

    # ---- folders, faults, exit codes ----

    def test_a_folder_is_mirrored_and_not_done_twice(self):
        folder = self.recordings(5)
        out = self.place / "out"
        attend(folder, "-f", "text,json", "-o", out, check=0)
        for name in ("a", "b c", "sub/d", "sub/é\nf", "sub/deep/g"):
            self.assertTrue((out / f"{name}.txt").read_text().strip())
            self.assertTrue(json.loads((out / f"{name}.json").read_text())["complete"])
        times = {file: file.stat().st_mtime_ns for file in out.rglob("*.*")}
        attend(folder, "-f", "text,json", "-o", out, check=0)
        self.assertEqual({file: file.stat().st_mtime_ns for file in out.rglob("*.*")}, times)

    def test_standard_output_keeps_the_order(self):
        folder = self.recordings(5)
        one = attend(folder, "--jobs", 1, check=0).stdout
        self.assertEqual(attend(folder, "--jobs", 4, check=0).stdout, one)
        self.assertEqual(one.count(b"==> "), 5)

    def test_bad_files_do_not_stop_the_others(self):
        folder = self.recordings(2)
        (folder / "text.wav").write_text("This is no sound at all.\n" * 50)
        (folder / "empty.wav").write_bytes(b"")
        done = attend(folder, self.place / "none.wav", "-o", self.place / "out", check=1)
        report = done.stderr.decode()
        self.assertEqual(len(report.splitlines()), 4, report)
        for name in ("text.wav", "empty.wav", "none.wav", "3 of 5 inputs failed"):
            self.assertIn(name, report)
        self.assertEqual(sorted(file.name for file in (self.place / "out").glob("*.txt")), ["a.txt", "b c.txt"])

    def test_a_file_cut_short_keeps_what_was_heard(self):
        whole = self.talk.read_bytes()
        for name, start in (("cut.wav", whole[:len(whole) * 2 // 3]),):
            (self.place / name).write_bytes(start)
            done = attend(self.place / name, "-f", "json")
            heard = words(json.loads(done.stdout)["text"])
            self.assertGreater(len(heard), len(self.expected) // 2)
            self.assertLess(distance(self.expected[:len(heard) - 1], heard[:-1]), 4)
            self.assertEqual(json.loads(done.stdout)["complete"], done.returncode == 0)

    def test_exit_codes(self):
        attend(self.talk, "--chunk", "3 apples", check=2)
        attend(self.talk, "--opinion", "maybe", check=2)
        attend(self.talk, "-f", "text,json", check=2)
        attend(self.talk, "-f", "doc", check=2)
        attend("--beside", "-o", self.place, self.talk, check=2)
        attend(self.place / "none.wav", check=1)
        none = subprocess.run([PROGRAM, "transcribe", "--model", self.place / "none", self.talk], capture_output=True)
        self.assertEqual(none.returncode, 3)
        self.assertEqual(len(none.stderr.splitlines()), 1)
        self.assertEqual(subprocess.run([PROGRAM], capture_output=True).returncode, 2)
        version = subprocess.run([PROGRAM, "--version"], capture_output=True)
        self.assertRegex(version.stdout.decode(), r"^attend \d+\.\d+\.\d+\n$")

    def test_a_reader_that_leaves_is_no_crash(self):
        reader, writer = os.pipe()
        process = subprocess.Popen(command(self.talk, "-f", "jsonl", "--partials"), stdout=writer, stderr=subprocess.PIPE)
        os.close(writer)
        os.read(reader, 10)
        os.close(reader)
        _, report = process.communicate(timeout=300)
        self.assertEqual((process.returncode, report), (0, b""))

    def test_somebody_elses_file_stands(self):
        shutil.copy(self.talk, self.place / "talk.wav")
        (self.place / "talk.txt").write_text("by hand")
        attend(self.place / "talk.wav", "--beside", check=1)
        self.assertEqual((self.place / "talk.txt").read_text(), "by hand")

    # ---- going on after an end ----

    def contents(self, folder):
        return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
                and not file.name.startswith(".")}

    def hidden(self, folder):
        return sorted(file.name for file in folder.rglob(".*") if file.name != ".attend-finished")

    def start_and_wait(self, out, arguments, count):
        """Starts a run and returns it when its journals have grown by `count` finals, or it is done."""
        def finals_in(journal):
            try:
                return max(0, journal.read_bytes().count(b"\n") - 1)
            except FileNotFoundError:  # its file has just been finished
                return 0
        def finals():
            return sum(map(finals_in, out.rglob(".*.attend-journal"))) + 100 * len(list(out.rglob("*.json")))
        before = finals()
        process = subprocess.Popen(command(*arguments), stderr=subprocess.PIPE)
        while process.poll() is None and finals() < before + count:
            time.sleep(0.002)
        return process

    def test_a_killed_run_goes_on_where_it_was(self):
        """kill -9, again and again, in the middle of a folder; the end is the same as that of a run in one go."""
        folder = self.recordings(3, repeats=4)
        reference, out = self.place / "reference", self.place / "out"
        attend(folder, "-f", "text,json,srt", "-o", reference, check=0)
        arguments = (folder, "-f", "text,json,srt", "-o", out, "--jobs", 2)
        kills = 0
        for _ in range(200):
            process = self.start_and_wait(out, arguments, 2)
            process.kill()
            process.communicate()
            if process.returncode != -signal.SIGKILL:
                break
            kills += 1
            for file in out.rglob("*.json"):
                self.assertTrue(json.loads(file.read_text())["complete"])
        self.assertGreater(kills, 3)
        attend(*arguments, check=0)
        self.assertEqual(self.contents(out), self.contents(reference))
        self.assertEqual(self.hidden(out), [])

    def test_an_interrupted_run_ends_cleanly_and_goes_on(self):
        folder = self.recordings(2, repeats=8)
        out = self.place / "out"
        arguments = (folder, "-f", "json", "-o", out, "--jobs", 1)
        process = self.start_and_wait(out, arguments, 2)
        process.send_signal(signal.SIGINT)
        _, report = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, report)
        self.assertTrue(all(name.endswith(".attend-journal") for name in self.hidden(out)), self.hidden(out))
        self.assertEqual(len(self.hidden(out)), 1)
        attend(*arguments, check=0)
        self.assertEqual(self.hidden(out), [])

    def test_an_interrupted_pipe_ends_its_json(self):
        with wave.open(str(self.talk)) as file:
            raw = file.readframes(file.getnframes())
        process = subprocess.Popen(command("-", "-f", "json", "--raw-rate", 16000), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(raw)
        process.stdin.flush()
        process.stdout.read(1)
        process.send_signal(signal.SIGTERM)
        process.stdin.close()
        out = b"{" + process.stdout.read()
        self.assertEqual(process.wait(60), 130)
        process.stdout.close()
        self.assertFalse(json.loads(out)["complete"])


def main():
    if not MODEL:
        print("Skipped: models/ holds no model, and ATTEND_MODEL names none.")
        return SKIPPED
    if not shutil.which("ffmpeg"):
        print("Skipped: ffmpeg, which makes recordings of other kinds, is not installed.")
        return SKIPPED
    result = unittest.main(exit=False, verbosity=2).result
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
