"""Heads for a model file: trained on what a recipe's run has made, measured, and written into a new model file.

A recipe's [heads] section holds the settings of the loop and of the batches, and the heads that learn side by side. A
name is the head's kind (docs/model-file.md), perhaps with an addition behind a hyphen:
    [heads.learn]
    counter = { blocks = 0 }
    ctc = { blocks = 2 }
    ctc-linear = { blocks = 0 }
RUN/heads/  checkpoint, snapshots and log
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from . import heads as head_files
from . import loop, model_file
from .augment import as_float
from .data import AudioStore, store
from .evaluate import choose, edits, plain_words
from .head_stage import HeadBatches, HeadTask, HeadTraining
from .heads import BLANK, LETTERS, Letters
from .labels import Labels
from .model import Blocks, Head, Model
from .recipe import Recipe, split_settings
from .references import Reference, read_references


def kind(name: str) -> str:
    """The kind of a head that learns under this name."""
    return name.split("-")[0]


def configuration(name: str, learn: dict) -> dict:
    """A head's entry in a model file's configuration, from its entry in a recipe."""
    entry = {"blocks": learn.get("blocks", 0), "weight": float(learn.get("weight", 0.0))}
    return entry | ({"symbols": LETTERS} if kind(name) == "ctc" else {})


def references_of(folder: Path) -> dict[str, Reference]:
    """All references that have been written."""
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise FileNotFoundError(f"no references in {folder}; run the recipe with --until references")
    return {name: reference for path in paths for name, reference in read_references(path).items()}


def train(recipe: Recipe, model: Model, stop_after: int | None = None) -> dict[str, Head]:
    """The heads of a recipe for a model, after all steps."""
    section = dict(recipe.settings["heads"])
    learn = section.pop("learn")
    settings, training = split_settings(section, loop.Settings, HeadTraining)
    settings.device = recipe.device
    with safe_open(recipe.out / "start.safetensors", "pt") as start:
        labels = Labels.from_tensor(start.get_tensor("labels.model").numpy())
    torch.manual_seed(settings.seed)
    encoder = model.config["encoder"]
    heads = {name: Head.of(kind(name), configuration(name, one), encoder) for name, one in learn.items()}
    letters, found = Letters(labels, LETTERS), references_of(recipe.out / "references")
    batches = HeadBatches(model, labels, letters, recipe.speech(), found, recipe.augmentation(), training)
    task = HeadTask(model.to(settings.device), heads, batches)
    task.module.to(settings.device)
    loop.run(task, settings, recipe.out / "heads", stop_after)
    return dict(task.module.items())


def write(recipe: Recipe, path: Path, heads: dict[str, Head], names: list[str], out: Path) -> str:
    """Writes the model file `path` with some of the heads as `out`; returns its SHA-256."""
    learn = recipe.settings["heads"]["learn"]
    if unknown := set(names) - set(learn):
        raise ValueError(f"[heads.learn] has no {sorted(unknown)}; it has {sorted(learn)}")
    configs = {kind(name): configuration(name, learn[name]) for name in names}
    return head_files.add_to_file(path, out, {kind(name): heads[name].cpu() for name in names}, configs)


@torch.no_grad()
def heard_letters(model: Model, head: Head, samples: np.ndarray, spans: tuple[int, int, int]) -> str:
    """What a head over letters hears, the best symbol of every row, at chunk, look-ahead and left context in rows."""
    device = next(model.parameters()).device
    stem = model.stem_rows(torch.from_numpy(samples)[None].to(device) * 32768)
    blocks = Blocks.lay_out(torch.tensor([stem.shape[1]], device=device), stem.shape[1], *spans)
    said = head.blockwise(model.encoder.blockwise(stem, blocks), blocks).flatten(1, 2)[0, blocks.home[0]]
    best = torch.unique_consecutive(said.argmax(-1)).tolist()
    return " ".join("".join(LETTERS[symbol - 1] for symbol in best if symbol != BLANK).split())


def error_rate(model: Model, head: Head, recordings: AudioStore, count: int) -> float:
    """Share of wrong words in what a head over letters hears in recordings of a store, at the model's defaults."""
    d = model.config["defaults"]
    spans = (model.rows(d["chunk_ms"], 1), model.rows(d["lookahead_ms"]), model.rows(d["left_ms"], 1))
    words = wrong = 0
    for index in choose(recordings, count):
        record = recordings.records[index]
        wanted = plain_words(record.get("norm") or record["text"])
        wrong += edits(wanted, heard_letters(model, head, as_float(recordings.audio(index)), spans).split())
        words += len(wanted)
    return wrong / max(1, words)


def run(recipe: Recipe, path: Path, ship: list[str], out: Path, sets: list[str], count: int) -> None:
    """Trains a recipe's heads for the model file `path`, tells how those over letters hear the recordings of some
    sets, and writes `out`, the model file with the heads that `ship` names.
    """
    model, _ = model_file.read(path)
    heads = train(recipe, model)
    for name in sets:
        recordings = store(recipe.data, recipe.out / "audio", name)
        for which, head in heads.items():
            if kind(which) == "ctc":
                print(f"{name}: {which} alone, {100 * error_rate(model, head, recordings, count):.1f} % of words wrong")
    if recipe.rank == 0:
        print(f"{out}: sha256 {write(recipe, path, heads, ship, out)}", flush=True)
