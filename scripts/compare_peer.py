#!/usr/bin/env python3
"""Measures Attend beside moonshine-voice 0.0.62 (its own streaming transcriber, its tiny English model) on the same recordings.

    scripts/compare_peer.py ATTEND MANIFEST --alignment WORDS.jsonl [--limit N] [--real-time] [-o RESULTS.json]

ATTEND is the program (build/release/bin/attend); WORDS come from scripts/align_words.py. Both hear the same blocks (100 ms) with the
same faint noise behind each recording, one batch of recordings after the other in turns; `attend eval --timelines` scores what both
showed, so that normaliser and measures are the same (docs/measures.md). Without --real-time audio comes as fast as it goes and only
the audio's clock counts: for the peer, the audio it had been given. Each runs alone in its process with one thread where it lets one
choose; the processor's time is without loading of models and, for the peer, with Python's part of its own streaming code.
Needs: pip install moonshine-voice==0.0.62 soundfile
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from measuring import milliseconds, read_lines, read_manifest, run_measured, table, write_lines

PEER = "moonshine-voice 0.0.62, tiny-en"
NOISE_HEIGHT = 0.00044  # of the tail, as `attend eval --tail` plays it: RMS -72 dB


class PeerTimeline:
    """What the peer's lines showed, in the form that `attend eval --timelines` reads."""

    def __init__(self):
        self.lines: dict[int, tuple[str, bool]] = {}  # in the order of their beginning
        self.showings: list[dict] = []

    def take(self, event) -> None:
        self.lines[event.line.line_id] = (event.line.text, event.line.is_complete)

    def note(self, audio_time: float, wall_time: float | None, at_end: bool) -> None:
        """After the lines may have changed."""
        committed = " ".join(text for text, complete in self.lines.values() if complete)
        tentative = " ".join(text for text, complete in self.lines.values() if not complete)
        before = self.showings[-1] if self.showings else {"committed": "", "tentative": ""}
        if (committed, tentative) == (before["committed"], before["tentative"]):
            return
        closes = committed != before["committed"]
        showing = {"kind": ("end" if at_end else "endpoint") if closes else "partial", "audio_time": round(audio_time, 3)}
        if wall_time is not None:
            showing["wall_time"] = round(wall_time, 3)
        self.showings.append({**showing, "committed": committed, "tentative": tentative})


def play_to_peer(transcriber, samples: np.ndarray, rate: int, block: int, real_time: bool) -> list[dict]:
    """One recording through the peer's stream; returns its showings."""
    stream, timeline = transcriber.create_stream(), PeerTimeline()
    stream.add_listener(timeline.take)
    stream.start()
    start = time.monotonic()
    for at in range(0, len(samples), block):
        piece = samples[at : at + block]
        end = (at + len(piece)) / rate
        if real_time:
            time.sleep(max(0.0, start + end - time.monotonic()))
        stream.add_audio(piece.tolist(), rate)
        timeline.note(end, time.monotonic() - start if real_time else None, at_end=False)
    stream.stop()
    timeline.note(len(samples) / rate, time.monotonic() - start if real_time else None, at_end=True)
    stream.close()
    return timeline.showings


def run_peer(options: argparse.Namespace) -> None:
    """In a process of its own: the recordings of a manifest; prints processor seconds and audio seconds."""
    from moonshine_voice.moonshine_api import ModelArch
    from moonshine_voice.transcriber import Transcriber
    from moonshine_voice.utils import get_model_path

    transcriber = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY, update_interval=options.update)
    dice, rows, heard = np.random.default_rng(1), [], 0.0
    recordings = [(row, soundfile.read(row["audio"], dtype="float32")) for row in read_manifest(options.manifest)]
    started = time.process_time()
    for row, (samples, rate) in recordings:
        tail = dice.uniform(-NOISE_HEIGHT, NOISE_HEIGHT, round(options.tail / 1000 * rate)).astype(np.float32)
        played = np.concatenate((samples, tail))
        showings = play_to_peer(transcriber, played, rate, round(options.block / 1000 * rate), options.real_time)
        rows.append({"id": row["id"], "audio_seconds": round(len(samples) / rate, 3), "showings": showings})
        heard += len(played) / rate
    spent = time.process_time() - started
    write_lines(options.peer_output, rows)
    print(json.dumps({"processor_seconds": spent, "audio_seconds": heard}))


class Contestant:
    """One recogniser's costs and timelines over all batches."""

    def __init__(self, name: str):
        self.name, self.processor, self.audio, self.peak, self.timelines = name, 0.0, 0.0, 0, []

    def add(self, processor: float, audio: float, peak: int, timelines: Path) -> None:
        self.processor += processor
        self.audio += audio
        self.peak = max(self.peak, peak)
        self.timelines += read_lines(timelines)


def run_attend(options: argparse.Namespace, manifest: Path, timelines: Path, contestant: Contestant) -> None:
    command = ["bench", "latency"] if options.real_time else ["eval", "--streaming"]
    finished = run_measured(
        [options.attend, *command, manifest, "--alignment", options.alignment, "--block", f"{options.block}ms",
         "--tail", f"{options.tail}ms", "--save-timelines", timelines, "--json", *options.attend_options.split()]  # fmt: skip
    )
    report = json.loads(finished.output)
    contestant.add(report["rtf"] * report["audio_seconds"], report["audio_seconds"], finished.peak_bytes, timelines)
    contestant.model = report["model_sha256"]


def run_peer_process(options: argparse.Namespace, manifest: Path, timelines: Path, contestant: Contestant) -> None:
    finished = run_measured(
        [sys.executable, __file__, options.attend, manifest, "--alignment", options.alignment, "--peer-output", timelines,
         "--block", str(options.block), "--tail", str(options.tail), "--update", str(options.update),
         *(["--real-time"] if options.real_time else [])]  # fmt: skip
    )
    costs = json.loads(finished.output.splitlines()[-1])
    contestant.add(costs["processor_seconds"], costs["audio_seconds"], finished.peak_bytes, timelines)


def score(options: argparse.Namespace, folder: Path, manifest: Path, contestant: Contestant) -> dict:
    timelines = folder / "timelines.jsonl"
    write_lines(timelines, contestant.timelines)
    command = [options.attend, "eval", manifest, "--timelines", timelines, "--alignment", options.alignment, "--json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"name": contestant.name, **report, "processor_per_audio_second": contestant.processor / contestant.audio,
            "peak_megabytes": contestant.peak / 1e6}  # fmt: skip


def print_table(results: list[dict]) -> None:
    def line(what: str, show) -> list[str]:
        return [what, *(show(result) for result in results)]

    streaming = lambda show: lambda result: show(result["streaming"])
    print(table(["", *(result["name"] for result in results)], [
        line("WER", lambda r: f"{r['wer']:.2f} % ({r['wer_low']:.2f} to {r['wer_high']:.2f})"),
        line("shown WER", streaming(lambda s: f"{s['shown_wer']:.2f} %")),
        line("flicker", streaming(lambda s: f"{s['flicker']:.3f}")),
        line("word shown, P50 / P90 / P99 ms", streaming(lambda s: milliseconds(s["shown_ms"]))),
        line("… by the wall's clock", streaming(lambda s: milliseconds(s["shown_wall_ms"]))),
        line("word committed", streaming(lambda s: milliseconds(s["committed_ms"]))),
        line("… by the wall's clock", streaming(lambda s: milliseconds(s["committed_wall_ms"]))),
        line("endpoint", streaming(lambda s: milliseconds(s["endpoint_ms"]))),
        line("words never right", streaming(lambda s: f"{100 * s['missed_share']:.2f} %")),
        line("first committed by a final, recordings over 5 s", streaming(lambda s: f"{100 * s['long_by_final_share']:.1f} %")),
        line("processor seconds per second of audio", lambda r: f"{r['processor_per_audio_second']:.4f}"),
        line("peak memory of the process", lambda r: f"{r['peak_megabytes']:.0f} MB"),
    ]))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attend", type=Path)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--alignment", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="only so many recordings, spread evenly over the manifest")
    parser.add_argument("--batch", type=int, default=25, help="recordings that one hears before the other's turn (25)")
    parser.add_argument("--block", type=int, default=100, help="milliseconds of audio that arrive at a time (100)")
    parser.add_argument("--tail", type=int, default=0, help="milliseconds of faint noise behind each recording (0)")
    parser.add_argument("--update", type=float, default=0.32, help="seconds between two updates of the peer (0.32)")
    parser.add_argument("--real-time", action="store_true", help="play as a microphone would; measures by the wall's clock as well")
    parser.add_argument("--attend-options", default="", help='further options for Attend, such as "--chunk 160ms"')
    parser.add_argument("-o", "--output", type=Path, help="write both results to this file as JSON")
    parser.add_argument("--peer-output", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer_output:
        run_peer(options)
        return
    recordings = read_manifest(options.manifest, options.limit)
    ours, peer = Contestant("Attend"), Contestant(PEER)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest, timelines, everything = folder / "batch.jsonl", folder / "batch-timelines.jsonl", folder / "all.jsonl"
        for at in range(0, len(recordings), options.batch):
            write_lines(manifest, recordings[at : at + options.batch])
            run_attend(options, manifest, timelines, ours)
            run_peer_process(options, manifest, timelines, peer)
        write_lines(everything, recordings)
        results = [score(options, folder, everything, contestant) for contestant in (ours, peer)]
    results[0]["model_sha256"] = ours.model
    if options.output:
        options.output.write_text(json.dumps(results, indent=1) + "\n")
    print_table(results)


if __name__ == "__main__":
    main()
