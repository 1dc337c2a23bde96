#!/usr/bin/env python3
"""The ablation of the search: what chunk, look-ahead, beam, second opinion and language model do to error rate, steadiness and delay.

    scripts/sweep_search.py ATTEND -o RESULTS.jsonl MANIFEST… [--alignments FOLDER] [--limit N] [--chunks 160,320,640,full]
        [--lookaheads 0,320,640] [--beams 1,4,8] [--models FILE,FILE] [--lm FILE]

The second opinion is the head over the sound that a model file brings: --models names files without one, with CTC, with a counter.
Every cell is one run of `attend eval --streaming`; its report is a line of RESULTS. Cells that RESULTS has already, of the same model
and recordings, are not run again: after an interruption the same command goes on. A set's word times are looked for in the
alignments' folder under the name of the manifest's folder: dev-clean/manifest.jsonl → FOLDER/dev-clean.jsonl. With --lm every cell
runs without and with the language model. `full` hears each segment whole, with full context. Prints a Markdown table at the end.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from measuring import milliseconds, read_lines, run_measured, table


@dataclass(frozen=True)
class Cell:
    """One setting on one set. Times in milliseconds; `chunk` may be "full"."""

    manifest: str
    chunk: str
    lookahead: str
    beam: int
    model: str
    lm: str

    def options(self) -> list[str]:
        chunk = ["--chunk", "full"] if self.chunk == "full" else ["--chunk", f"{self.chunk}ms", "--lookahead", time_of(self.lookahead)]
        model = ["--model", self.model] if self.model else []
        return [*chunk, "--beam", str(self.beam), *model, *(["--lm", self.lm] if self.lm else [])]


def time_of(milliseconds_text: str) -> str:
    return "0" if milliseconds_text == "0" else f"{milliseconds_text}ms"


def cells_of(options: argparse.Namespace) -> list[Cell]:
    """All settings, each set's together. A segment heard whole has no look-ahead."""
    settings = itertools.product(
        options.manifests, options.chunks.split(","), options.lookaheads.split(","), map(int, options.beams.split(",")),
        options.models.split(","), ["", options.lm] if options.lm else [""]  # fmt: skip
    )
    cells = [Cell(str(manifest), chunk, "0" if chunk == "full" else ahead, *rest) for manifest, chunk, ahead, *rest in settings]
    return list(dict.fromkeys(cells))


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def key_of(cell: Cell, options: argparse.Namespace, model: str) -> dict:
    """What makes two runs the same."""
    lm = digest(Path(cell.lm))[:12] if cell.lm else ""
    return {"manifest": digest(Path(cell.manifest))[:12], "limit": options.limit, "model": model, "chunk": cell.chunk,
            "lookahead": cell.lookahead, "beam": cell.beam, "lm": lm}  # fmt: skip


def run_cell(cell: Cell, options: argparse.Namespace) -> dict:
    command = [options.attend, "eval", cell.manifest, "--streaming", "--json", *cell.options()]
    alignment = options.alignments / f"{Path(cell.manifest).parent.name}.jsonl" if options.alignments else None
    if alignment and alignment.exists():
        command += ["--alignment", alignment]
    if options.limit:
        command += ["--limit", str(options.limit)]
    finished = run_measured(command)
    return {**json.loads(finished.output), "command": " ".join(map(str, command[1:])), "peak_megabytes": finished.peak_bytes / 1e6}


def model_digest(options: argparse.Namespace, model: str) -> str:
    command = [options.attend, "model", "info", "--json", *([model] if model else [])]
    return json.loads(run_measured(command).output)["sha256"]


def row_of(line: dict) -> list[str]:
    key, report, streaming = line["key"], line["report"], line["report"]["streaming"]
    model = f"{report['model_name']} {key['model'][:8]}"
    where = Path(report["manifest"]).parent.name
    setting = [where, key["chunk"], key["lookahead"], str(key["beam"]), model, "yes" if key["lm"] else "no"]
    return [*setting, f"{report['wer']:.2f}", f"{streaming['shown_wer']:.2f}", f"{streaming['flicker']:.3f}",
            milliseconds(streaming["shown_ms"]), milliseconds(streaming["committed_ms"]), f"{100 * streaming['long_by_final_share']:.1f}",
            f"{report['rtf']:.4f}"]  # fmt: skip


def print_table(lines: list[dict]) -> None:
    head = ["set", "chunk", "look-ahead", "beam", "model", "LM", "WER %", "shown WER %", "flicker", "shown ms", "committed ms",
            "by final %", "s per s"]  # fmt: skip
    print(table(head, [row_of(line) for line in lines]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attend", type=Path)
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--alignments", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--chunks", default="160,320,640,full")
    parser.add_argument("--lookaheads", default="0,320,640")
    parser.add_argument("--beams", default="1,4,8")
    parser.add_argument("--models", default="", help="model files; without it, the default model")
    parser.add_argument("--lm", default="")
    options = parser.parse_args()
    models = {model: model_digest(options, model) for model in options.models.split(",")}
    known = {json.dumps(line["key"], sort_keys=True): line for line in (read_lines(options.output) if options.output.exists() else [])}
    cells, lines = cells_of(options), []
    for number, cell in enumerate(cells, 1):
        key = key_of(cell, options, models[cell.model])
        name = json.dumps(key, sort_keys=True)
        if name not in known:
            print(f"{number} of {len(cells)}: {Path(cell.manifest).parent.name} {' '.join(cell.options())}", file=sys.stderr)
            known[name] = {"key": key, "report": run_cell(cell, options)}
            with open(options.output, "a") as out:
                out.write(json.dumps(known[name]) + "\n")
                out.flush()
                os.fsync(out.fileno())
        lines.append(known[name])
    print_table(lines)


if __name__ == "__main__":
    main()
