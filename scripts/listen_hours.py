#!/usr/bin/env python3
"""Lets `attend listen` hear for hours and holds its memory and its work per minute of sound against those of the beginning.

    scripts/listen_hours.py FOLDER [--hours 1] [--program build/release/bin/attend] [--real-time] [--only-memory]
        [-- OPTION…]

FOLDER holds manifest.jsonl and recordings (scripts/unpack_speech.py); they are played one after the other, with pauses of 0.1 to 5 s
of faint noise, again and again until the hours are full, as raw PCM through a pipe: as fast as recognition goes, or in real time.
Prints a line per ten minutes of sound and a verdict; exit status 1 if memory or work has grown by more than a tenth (and 8 MB) since
the first ten minutes; of memory alone with --only-memory, for machines whose other work comes and goes.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import threading
import time

import numpy
import soundfile
from measuring import read_lines

RATE = 16000
STRETCH = 600  # seconds of sound between two lines of the report


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--hours", type=float, default=1)
    parser.add_argument("--program", default="build/release/bin/attend")
    parser.add_argument("--real-time", action="store_true")
    parser.add_argument("--only-memory", action="store_true")
    mine, listens = sys.argv[1:], []
    if "--" in mine:
        mine, listens = mine[:mine.index("--")], mine[mine.index("--") + 1:]
    options = parser.parse_args(mine)
    options.options = listens
    return options


def sound(folder: pathlib.Path, samples: int):
    """Blocks of 16-bit samples, so many in all."""
    entries = read_lines(folder / "manifest.jsonl")
    noise = numpy.random.default_rng(1)
    order = random.Random(1)
    while True:
        order.shuffle(entries)
        for entry in entries:
            speech, rate = soundfile.read(folder / entry["audio"], dtype="int16")
            if rate != RATE:
                raise SystemExit(f"{entry['audio']} has {rate} Hz; this script plays {RATE} Hz only.")
            pause = noise.normal(0, 8, int(order.uniform(0.1, 5) * RATE)).astype("int16")
            for block in (speech, pause):
                block = block[:samples]
                samples -= len(block)
                yield block
                if samples == 0:
                    return


def as_heard(blocks):
    """The same in pieces as a microphone gives them."""
    for block in blocks:
        yield from (block[at:at + RATE // 50] for at in range(0, len(block), RATE // 50))


class Program:
    """The program, what it tells, and what it takes."""

    def __init__(self, options):
        command = [options.program, "listen", "--from", "-", "--format", "jsonl", *options.options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.words = self.loads = 0
        self.audio_time = 0.0
        self.lag = 0.0
        self.began = time.monotonic()
        self.listener = threading.Thread(target=self.listen)
        self.listener.start()

    def listen(self):
        for line in self.process.stdout:
            event = json.loads(line)
            self.audio_time = event["audio_time"]
            if event["type"] == "final":
                self.words += len(event["committed"])
            if event["type"] == "load":
                self.loads += 1
            if event["type"] == "partial":
                self.lag = max(self.lag, time.monotonic() - self.began - self.audio_time)

    def resident_megabytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


def main():
    options = parse_arguments()
    program = Program(options)
    written = last_work = 0
    stretches = []
    print("minutes  memory MB  processor s per s  words  wider chunks" + ("  longest lag s" if options.real_time else ""), flush=True)
    blocks = sound(options.folder, int(options.hours * 3600 * RATE))
    for block in as_heard(blocks) if options.real_time else blocks:
        if options.real_time:
            time.sleep(max(0, program.began + (written + len(block)) / RATE - time.monotonic()))
        program.process.stdin.write(block.tobytes())
        program.process.stdin.flush()
        written += len(block)
        if written // RATE >= STRETCH * (len(stretches) + 1):
            work = program.processor_seconds()
            stretches.append((program.resident_megabytes(), (work - last_work) / STRETCH))
            last_work = work
            lag = f"  {program.lag:13.2f}" if options.real_time else ""
            print(f"{written // RATE // 60:7}  {stretches[-1][0]:9.1f}  {stretches[-1][1]:17.4f}  {program.words:5}  "
                  f"{program.loads:12}{lag}", flush=True)
            program.lag = 0
    program.process.stdin.close()
    code = program.process.wait()
    program.listener.join()
    heard = program.audio_time
    took = time.monotonic() - program.began
    print(f"heard {heard:.2f} of {written / RATE:.2f} s in {took:.0f} s, {program.words} words, exit code {code}")
    if code != 0 or abs(heard - written / RATE) > 0.01:
        return 1
    if len(stretches) < 2:
        return 0
    memory = stretches[-1][0] - stretches[0][0]
    work = stretches[-1][1] / stretches[0][1]
    flat = memory < max(8, 0.1 * stretches[0][0]) and (options.only_memory or work < 1.1)
    print(f"memory {memory:+.1f} MB, work × {work:.2f} from the first ten minutes to the last: {'flat' if flat else 'NOT flat'}")
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
