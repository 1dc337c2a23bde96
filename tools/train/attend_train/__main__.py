"""Command line of the trainer: python -m attend_train recipe|evaluate ..."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import torch

from . import distributed, evaluate, head_recipe, label_subset, model_file
from .augment import as_float
from .data import store
from .labels import Labels
from .loop import Interrupted
from .recipe import STAGES, Recipe, imported, network
from .references import Listener


def _until_stopped(train: Callable[[], None]) -> int:
    """Trains to the end, or until it is asked to stop; the exit status."""
    try:
        train()
    except Interrupted as stop:
        print(stop, file=sys.stderr)
        return 130
    finally:
        distributed.stop()
    return 0


def _recipe(arguments: argparse.Namespace) -> int:
    names = ("recipe", "data", "out", "start", "device", "larger", "begin_with", "workers")
    return _until_stopped(lambda: Recipe.from_file(*(getattr(arguments, name) for name in names)).run(arguments.until))


def _evaluate(arguments: argparse.Namespace) -> int:
    model, labels = model_file.read(arguments.model)
    recordings = store(arguments.data, arguments.cache, arguments.set)
    chosen = evaluate.choose(recordings, arguments.count)
    tally = evaluate.Tally()
    spans = (arguments.chunk_ms, arguments.lookahead_ms, arguments.left_ms)
    for record, whole, text, tally in evaluate.compare(model, labels, recordings, chosen, *spans):  # noqa: B007
        if arguments.texts:
            print(json.dumps({"id": record["id"], "full": whole, "streaming": text}, ensure_ascii=False), flush=True)
    print(f"{arguments.set}, chunk {spans[0]:g} ms, look-ahead {spans[1]:g} ms: {tally}")
    return 0


def _hear(arguments: argparse.Namespace) -> int:
    model, stem, labels = network(*imported(arguments.start))
    listener = Listener(model, stem, labels)
    recordings = store(arguments.data, arguments.cache, arguments.set)
    with torch.inference_mode():
        for index in evaluate.choose(recordings, arguments.count):
            heard = listener.write(*listener.rows([as_float(recordings.audio(index))]))[0]
            line = {"id": recordings.records[index]["id"], "text": labels.decode(heard).strip()}
            print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0


def _labels(arguments: argparse.Namespace) -> int:
    config, parts = model_file.read_parts(arguments.model)
    labels = Labels(next(data for name, _, _, data in parts if name == "labels.model"))
    if not arguments.kept.exists():
        choice, log = label_subset.LabelChoice(arguments.least), []
        keep = label_subset.choose(labels, arguments.text, arguments.references, choice, log)
        label_subset.write_kept(arguments.kept, labels, keep)
        print(*log, sep="\n")
    keep = label_subset.read_kept(arguments.kept, labels)
    digest = model_file.write_parts(arguments.out, *label_subset.select(config, parts, keep))
    print(f"{arguments.out}: {len(keep)} labels, {arguments.out.stat().st_size / 1e6:.2f} MB, sha256 {digest}")
    return 0


def _heads(arguments: argparse.Namespace) -> int:
    def train() -> None:
        run = Recipe.from_file(arguments.recipe, arguments.data, arguments.run_folder, None, arguments.device)
        head_recipe.run(run, arguments.model, arguments.ship, arguments.out, arguments.sets, arguments.count)

    return _until_stopped(train)


def main() -> int:
    parser = argparse.ArgumentParser(prog="attend_train", description="Trains Attend's models.")
    parser.add_argument("--threads", type=int, default=0, help="processor threads (default: PyTorch's choice)")
    commands = parser.add_subparsers(dest="command", required=True)

    one = commands.add_parser("recipe", help="from data to a model file; continues where it stopped")
    one.add_argument("recipe", type=Path, help="a recipe (TOML), e.g. recipes/small.toml")
    one.add_argument("--data", type=Path, required=True, help="folder of the manifests")
    one.add_argument("--out", type=Path, required=True, help="folder for everything that is made")
    one.add_argument("--start", type=Path, help="folder of encoder_model.ort, decoder_model_merged.ort, tokenizer.bin")
    one.add_argument("--larger", type=Path, help="such a folder of a larger network, which writes what is to be learnt")
    one.add_argument("--begin-with", type=Path, help="a model file of the same network: fine-tuning goes on from it")
    one.add_argument("--device", default="cpu", help="cpu or cuda")
    one.add_argument("--workers", type=int, default=0, help="processes that prepare batches while the device trains")
    one.add_argument("--until", choices=STAGES, default="export", help="stop after this stage")
    one.set_defaults(run=_recipe)

    two = commands.add_parser("evaluate", help="word error rate with full context and step by step")
    two.add_argument("--model", type=Path, required=True)
    two.add_argument("--data", type=Path, required=True, help="folder of the manifest")
    two.add_argument("--cache", type=Path, required=True, help="folder for decoded audio")
    two.add_argument("--set", default="dev-clean", help="name of the manifest")
    two.add_argument("--count", type=int, default=100, help="recordings")
    two.add_argument("--chunk-ms", type=float, default=320)
    two.add_argument("--lookahead-ms", type=float, default=640)
    two.add_argument("--left-ms", type=float, default=30000)
    two.add_argument("--texts", action="store_true", help="print both texts of every recording")
    two.set_defaults(run=_evaluate)

    three = commands.add_parser(
        "hear", help="what starting weights write with the whole recording before them (JSON lines)"
    )
    three.add_argument("--start", type=Path, required=True, help="folder of the starting weights")
    three.add_argument("--data", type=Path, required=True, help="folder of the manifest")
    three.add_argument("--cache", type=Path, required=True, help="folder for decoded audio")
    three.add_argument("--set", default="dev-clean", help="name of the manifest")
    three.add_argument("--count", type=int, default=100, help="recordings")
    three.set_defaults(run=_hear)

    four = commands.add_parser("labels", help="leaves the labels that English never uses out of a model file")
    four.add_argument("--model", type=Path, required=True)
    four.add_argument("--out", type=Path, required=True, help="the smaller model file")
    four.add_argument("--kept", type=Path, required=True, help="labels that are kept (JSON); chosen now if not there")
    four.add_argument("--text", type=Path, nargs="*", default=[], help="text, lower case, perhaps .xz")
    four.add_argument("--references", type=Path, nargs="*", default=[], help="references/*.jsonl of a recipe's run")
    four.add_argument("--least", type=int, default=2, help="a word counts if it occurs so often")
    four.set_defaults(run=_labels)

    five = commands.add_parser(
        "heads", help="second opinions from the sound for a model file; continues where it stopped"
    )
    five.add_argument("recipe", type=Path, help="a recipe with a section [heads]")
    five.add_argument("--model", type=Path, required=True, help="the model file, which stays as it is")
    five.add_argument("--data", type=Path, required=True, help="folder of the manifests")
    five.add_argument("--run", type=Path, required=True, dest="run_folder", help="OUT of the recipe's run")
    five.add_argument("--ship", nargs="*", default=["counter", "ctc"], help="heads that the new model file gets")
    five.add_argument("--out", type=Path, required=True, help="the new model file")
    five.add_argument("--sets", nargs="*", default=[], help="manifests on which heads over letters are tried alone")
    five.add_argument("--count", type=int, default=100, help="recordings of each")
    five.add_argument("--device", default="cpu", help="cpu or cuda")
    five.set_defaults(run=_heads)

    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
