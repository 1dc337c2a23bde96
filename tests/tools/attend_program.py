"""What the end-to-end tests share: the built program, its model, recordings, and how texts differ."""

from __future__ import annotations

import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("ATTEND_PROGRAM", str(SOURCE / "build/release/bin/attend")))
EXAMPLES = sorted((SOURCE / "examples/audio").glob("*.flac"))
SKIPPED = 77  # tells ctest that nothing was tested


def find_model() -> str | None:
    """ATTEND_MODEL, or else the first model in models/."""
    models = sorted((SOURCE / "models").glob("*.safetensors"))
    return os.environ.get("ATTEND_MODEL") or (str(models[0]) if models else None)


MODEL = find_model()


def words(text: str) -> list[str]:
    """Words in lower case without marks."""
    return "".join(c for c in text.lower() if c.isalnum() or c in " \n'").split()


def distance(a: list[str], b: list[str]) -> int:
    """Words to insert, delete or replace to make b of a."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1]
