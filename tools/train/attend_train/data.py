"""Recordings: manifests, decoding, and a cache of decoded audio that every training process maps into memory.

A manifest is a file of JSON lines (optionally gzipped). One line is one recording:
    id        unique name
    audio     path of the audio file, relative to the manifest, or the member's name if `tar` is given
    tar       optional: path of a tar file, relative to the manifest, that holds the audio
    text      optional: what is said (left out for recordings without a transcript)
    norm      optional: the same in lower case without marks; stands in for a missing `text`
    source    optional: name of the corpus; recipes can leave sources out
    licence   optional: recipes can leave recordings (of noise, say) out by a part of their licence's name
Anything else is kept and ignored.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

SAMPLE_RATE = 16000


def find_manifest(folder: Path, name: str) -> Path:
    """The manifest NAME.jsonl or NAME.jsonl.gz in `folder`."""
    for suffix in (".jsonl", ".jsonl.gz"):
        path = folder / (name + suffix)
        if path.exists():
            return path
    raise FileNotFoundError(f"no manifest {name}.jsonl or {name}.jsonl.gz in {folder}")


def read_manifest(path: Path) -> list[dict]:
    """All records of a manifest, in order."""
    opener = gzip.open if path.suffix == ".gz" else open
    records = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            record = json.loads(line)
            if "id" not in record or "audio" not in record:
                raise ValueError(f"{path}:{number}: a record needs 'id' and 'audio'")
            records.append(record)
    return records


def _ffmpeg(data: bytes) -> np.ndarray:
    if shutil.which("ffmpeg") is None:
        raise RuntimeError("this audio needs ffmpeg to be decoded or resampled, and ffmpeg is not installed")
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "-", "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "s16le", "-"],
        input=data, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip()[-300:])
    return np.frombuffer(done.stdout, np.int16)


def decode(data: bytes) -> np.ndarray:
    """An encoded recording to samples: int16, mono, 16 kHz. Uses libsndfile, or ffmpeg for other rates and formats."""
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    except soundfile.LibsndfileError:
        return _ffmpeg(data)
    if rate != SAMPLE_RATE:
        return _ffmpeg(data)
    if samples.shape[1] == 1:
        return samples[:, 0]
    return samples.astype(np.int32).mean(axis=1).round().astype(np.int16)


def audio_bytes(records: list[dict], folder: Path) -> Iterator[tuple[dict, bytes]]:
    """Pairs of record and encoded audio; tar files are each read once, front to back (so in their order)."""
    by_tar: dict[str, dict[str, dict]] = {}
    for record in records:
        if record.get("tar"):
            by_tar.setdefault(record["tar"], {})[record["audio"]] = record
    for record in records:
        if not record.get("tar"):
            yield record, (folder / record["audio"]).read_bytes()
    for tar_name, members in by_tar.items():
        left = dict(members)
        with tarfile.open(folder / tar_name) as tar:
            for member in tar:
                if member.name in left:
                    yield left.pop(member.name), tar.extractfile(member).read()
        if left:
            raise FileNotFoundError(f"{folder / tar_name} lacks {len(left)} members, first {next(iter(left))}")


@dataclass
class AudioStore:
    """Decoded recordings of one manifest: samples in one int16 file, and where each recording lies in it."""

    records: list[dict]
    offsets: np.ndarray  # first sample of each record, int64
    lengths: np.ndarray  # samples of each record, int64
    samples: np.ndarray = field(repr=False)  # memory map, int16

    def __len__(self) -> int:
        return len(self.records)

    @property
    def hours(self) -> float:
        return float(self.lengths.sum()) / SAMPLE_RATE / 3600

    def audio(self, index: int) -> np.ndarray:
        """Samples of one recording, int16 (a view of the map)."""
        start = self.offsets[index]
        return self.samples[start : start + self.lengths[index]]

    def select(self, keep: list[int]) -> AudioStore:
        """The store reduced to some of its recordings; the samples are shared."""
        return AudioStore([self.records[i] for i in keep], self.offsets[keep], self.lengths[keep], self.samples)


def build_store(manifest: Path, cache: Path) -> None:
    """Decodes all recordings of a manifest into `cache` (NAME.i16 and NAME.index.jsonl). Written whole or not at all.

    A noise or impulse-response manifest without `tar` fields whose files are absent may lie in NAME.tar.
    """
    name = manifest.name.removesuffix(".gz").removesuffix(".jsonl")
    cache.mkdir(parents=True, exist_ok=True)
    records = read_manifest(manifest)
    default_tar = manifest.parent / f"{name}.tar"
    for record in records:
        if "tar" not in record and not (manifest.parent / record["audio"]).exists() and default_tar.exists():
            record["tar"] = default_tar.name
    place, index = 0, []
    audio_part, index_part = cache / f"{name}.i16.part", cache / f"{name}.index.jsonl.part"
    with open(audio_part, "wb") as out:
        for record, data in audio_bytes(records, manifest.parent):
            try:
                samples = decode(data)
            except Exception as error:
                raise RuntimeError(f"{manifest}: recording {record['id']} can't be decoded: {error}") from error
            out.write(samples.astype("<i2").tobytes())
            index.append({**record, "first_sample": place, "samples": len(samples)})
            place += len(samples)
    with open(index_part, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in index)
    os.replace(audio_part, cache / f"{name}.i16")
    os.replace(index_part, cache / f"{name}.index.jsonl")  # last: its presence says that both are whole


def open_store(cache: Path, name: str) -> AudioStore:
    """Maps a store that `build_store` wrote."""
    records = read_manifest(cache / f"{name}.index.jsonl")
    offsets = np.array([r["first_sample"] for r in records], np.int64)
    lengths = np.array([r["samples"] for r in records], np.int64)
    path = cache / f"{name}.i16"
    samples = np.memmap(path, np.int16, "r") if path.stat().st_size else np.zeros(0, np.int16)
    return AudioStore(records, offsets, lengths, samples)


def store(folder: Path, cache: Path, name: str) -> AudioStore:
    """The store of manifest `name` in `folder`, decoded now if `cache` doesn't hold it yet."""
    if not (cache / f"{name}.index.jsonl").exists():
        build_store(find_manifest(folder, name), cache)
    return open_store(cache, name)


def without(stores: list[AudioStore], sources: list[str], licences: list[str]) -> list[AudioStore]:
    """Leaves out recordings of the named sources, and those whose licence contains one of the given strings."""

    def kept(record: dict) -> bool:
        licence = str(record.get("licence", "")).lower()
        return record.get("source") not in sources and not any(part.lower() in licence for part in licences)

    return [s.select([i for i, r in enumerate(s.records) if kept(r)]) for s in stores]


def text_of(record: dict) -> str | None:
    """The transcript of a record, or None."""
    return record.get("text") or record.get("norm")
