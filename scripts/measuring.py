"""What the measuring scripts share: manifests, running a program with its costs, tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


def read_lines(file: Path) -> list[dict]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def write_lines(file: Path, rows: list[dict]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


def spread(rows: list, limit: int | None) -> list:
    """The rows that `attend eval --limit` takes: so many, evenly over the list."""
    if limit is None or limit >= len(rows):
        return rows
    return [rows[i * len(rows) // limit] for i in range(limit)]


def read_manifest(file: Path, limit: int | None = None) -> list[dict]:
    """Recordings with absolute paths."""
    rows = spread(read_lines(file), limit)
    return [{**row, "audio": str((file.parent / row["audio"]).resolve())} for row in rows]


@dataclass
class Finished:
    """What a program said and cost."""

    output: str
    processor_seconds: float
    peak_bytes: int


def run_measured(command: list[str | Path]) -> Finished:
    """Runs a program to its end; its messages go to standard error. Ends this program if it failed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: ended with {process.returncode}.")
    return Finished(output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def milliseconds(delay: dict | None) -> str:
    """308 / 572 / 801 from P50, P90, P99; a dash where nothing was measured."""
    return "–" if delay is None else " / ".join(f"{delay[p]:.0f}" for p in ("p50", "p90", "p99"))
