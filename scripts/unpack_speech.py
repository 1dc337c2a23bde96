#!/usr/bin/env python3
"""Unpacks sets of recordings into folders that `attend eval` reads.

usage: unpack_speech.py SOURCE TARGET NAME [NAME…]

SOURCE holds NAME.jsonl.gz (one JSON object a line: id, audio, tar, norm, and where known text, speaker, duration) and the tar files that
its lines name. The result is TARGET/NAME/manifest.jsonl (id, audio, text, speaker, duration; the text is `norm`) with the recordings
beside it. The manifest is written last and in one step: where it stands, its recordings are whole, and a second run leaves them alone.
"""

import argparse
import gzip
import json
import os
import shutil
import sys
import tarfile
from pathlib import Path


def read_set(source: Path, name: str) -> list[dict]:
    with gzip.open(source / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def manifest_line(row: dict) -> str:
    kept = {"id": row["id"], "audio": row["audio"], "text": row["norm"]}
    kept |= {key: row[key] for key in ("speaker", "duration") if key in row}
    return json.dumps(kept, ensure_ascii=False)


def extract(archive: Path, wanted: set[str], folder: Path) -> None:
    """Writes the wanted members, and nothing else that the archive may hold, as plain files into the folder."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.name not in wanted or not member.isfile():
                continue
            with tar.extractfile(member) as source, open(folder / member.name, "wb") as target:
                shutil.copyfileobj(source, target)
            wanted.discard(member.name)
    if wanted:
        raise SystemExit(f"{archive}: {len(wanted)} recordings are missing, the first is {min(wanted)}; fetch the archive again.")


def unpack(source: Path, target: Path, name: str) -> int:
    folder = target / name
    manifest = folder / "manifest.jsonl"
    rows = read_set(source, name)
    for row in rows:
        if Path(row["audio"]).name != row["audio"]:
            raise SystemExit(f"{name}.jsonl.gz: {row['id']}: the audio '{row['audio']}' is not a plain file name.")
    if manifest.exists():
        return len(rows)
    folder.mkdir(parents=True, exist_ok=True)
    by_archive: dict[str, set[str]] = {}
    for row in rows:
        by_archive.setdefault(row["tar"], set()).add(row["audio"])
    for archive, wanted in sorted(by_archive.items()):
        extract(source / archive, wanted, folder)
    part = manifest.with_suffix(".part")
    part.write_text("".join(manifest_line(row) + "\n" for row in rows), encoding="utf-8")
    os.replace(part, manifest)
    return len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path, help="folder with NAME.jsonl.gz and NAME.tar")
    parser.add_argument("target", type=Path, help="folder to write NAME/manifest.jsonl into")
    parser.add_argument("names", nargs="+", metavar="NAME", help="sets, for example dev-clean")
    arguments = parser.parse_args()
    for name in arguments.names:
        count = unpack(arguments.source, arguments.target, name)
        print(f"{arguments.target / name / 'manifest.jsonl'}: {count} recordings", file=sys.stderr)


if __name__ == "__main__":
    main()
