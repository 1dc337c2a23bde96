"""A recipe from data to a model file: import, stem, references, fine-tuning, averaging, export. Stages that are done
are skipped.

OUT/start.safetensors     starting weights, labels and configuration
OUT/larger.safetensors    the same of the larger starting weights, if there are such: they write what is to be learnt
OUT/begin.safetensors     the network that fine-tuning begins with, if it goes on from a model file
OUT/audio/                decoded recordings
OUT/features.safetensors  mean and scale of the features
OUT/stem/, fine_tune/     checkpoints, snapshots and logs of the two training stages; a file `done` when finished
OUT/references/           what the network learns to write
OUT/averaged.safetensors  mean of the last snapshots
OUT/labels.json           the labels that the model file keeps, if not all
OUT/NAME.safetensors      the model file
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from . import config as configuration
from . import distributed, label_subset, loop, model_file, speech
from .augment import Augmentation
from .finetune_batches import BatchMaker, FineTuning
from .finetune_stage import FineTuneTask
from .labels import Labels
from .model import Model
from .references import Listener, read_references, write_references
from .speech import Speech
from .starting_weights import read_starting_weights
from .stem_stage import StemBatches, StemTask, normalisation
from .teacher import RawStem, Teacher

STAGES = ("import", "stem", "references", "fine_tune", "average", "export")


def settings_of(kind: type, section: dict) -> object:
    """A settings object from a section of a recipe; unknown keys are refused."""
    known = {f.name for f in fields(kind)}
    if unknown := set(section) - known:
        raise ValueError(f"unknown settings {sorted(unknown)}; {kind.__name__} knows {sorted(known)}")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in section.items()})


def split_settings(section: dict, *kinds: type) -> list[object]:
    """One section that holds the settings of several kinds."""
    known = [{f.name for f in fields(kind)} for kind in kinds]
    if unknown := set(section) - set().union(*known):
        raise ValueError(f"unknown settings {sorted(unknown)}")
    return [
        settings_of(kind, {k: v for k, v in section.items() if k in names})
        for kind, names in zip(kinds, known, strict=True)
    ]


def save_tensors(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str] | None = None) -> None:
    """Writes a safetensors file whole or not at all."""
    part = path.with_name(path.name + ".part")
    save_file({k: v.contiguous() for k, v in tensors.items()}, part, metadata)
    part.replace(path)


def imported(folder: Path) -> tuple[dict[str, Tensor], dict]:
    """Starting weights and labels of a folder as tensors, and the configuration that fits them."""
    weights = read_starting_weights(folder / "encoder_model.ort", folder / "decoder_model_merged.ort")
    tensors = {name: torch.from_numpy(value.copy()) for name, value in weights.items()}
    labels = Labels.from_tokenizer(folder / "tokenizer.bin", len(tensors["decoder.embedding.weight"]))
    tensors["labels.model"] = torch.frombuffer(bytearray(labels.model), dtype=torch.uint8)
    return tensors, configuration.of_width(len(tensors["encoder.norm.weight"]))


def network(tensors: dict[str, Tensor], config: dict) -> tuple[Model, RawStem, Labels]:
    """Model, stem on raw audio and labels of starting weights; the model's own stem is random."""
    labels = Labels.from_tensor(tensors["labels.model"].numpy())
    weights = {n: t for n, t in tensors.items() if n != "labels.model" and not n.startswith("raw_stem.")}
    stem_biases = {f"stem.{i}.bias" for i in range(len(config["stem"]))}
    model = Model(config, {n for n in weights if n.endswith(".bias")} | stem_biases, "decoder.output.weight" in weights)
    model.load_state_dict(weights, strict=False)
    return model, RawStem(tensors), labels


class Recipe:
    """One run of a recipe. Every method is a stage that does nothing if its result exists."""

    def __init__(
        self, settings: dict, data: Path, out: Path, start: Path | None = None, device: str = "cpu",
        larger: Path | None = None, begin_with: Path | None = None, workers: int = 0,
    ) -> None:  # fmt: skip
        """What the import stage reads: `start`, `larger`: folders of starting weights; `begin_with`: a model file.
        `workers`: processes that prepare batches.
        """
        self.settings, self.data, self.out, self.start, self.device = settings, data, out, start, device
        self.larger, self.begin_with, self.workers = larger, begin_with, workers
        self.rank, _ = distributed.start(device)
        out.mkdir(parents=True, exist_ok=True)
        self._speech: Speech | None = None

    @classmethod
    def from_file(cls, path: Path, *arguments: object) -> Recipe:
        with open(path, "rb") as file:
            return cls(tomllib.load(file), *arguments)

    def _once(self, path: Path, make: Callable[[], None]) -> None:
        """The first process makes what isn't there; the others wait for it."""
        if self.rank == 0 and not path.exists():
            print(f"{path.name}: making it", flush=True)
            make()
        distributed.wait()

    # ------------------------------------------------------------------------------------------------------- parts

    def speech(self) -> Speech:
        """The recordings of the [data] section."""
        if self._speech is None:
            get = lambda: speech.load(self.data, self.out / "audio", self.settings["data"])
            if self.rank == 0:
                self._speech = get()  # decodes what isn't decoded yet
            distributed.wait()
            self._speech = self._speech or get()
        return self._speech

    def starting(self, name: str = "start") -> tuple[Model, RawStem, Labels]:
        """Model with the starting encoder and decoder (and the features' normalisation), teacher's stem, labels."""
        path = self.out / f"{name}.safetensors"
        with safe_open(path, "pt") as file:
            config = json.loads(file.metadata()["attend"])
        torch.manual_seed(self.settings.get("seed", 1))
        model, stem, labels = network(load_file(path), config)
        features = self.out / "features.safetensors"
        if features.exists():
            model.load_state_dict(load_file(features), strict=False)
        return model.to(self.device), stem.to(self.device), labels

    def goes_on(self) -> bool:
        """Whether fine-tuning begins with the network of a model file, and there is no stem to train."""
        return (self.out / "begin.safetensors").exists()

    def trained(self) -> tuple[Model, RawStem, Labels]:
        """The same as fine-tuning begins with it: with the stem of the stem stage, or all of a model file's network."""
        model, stem, labels = self.starting()
        if self.goes_on():
            model.load_state_dict(load_file(self.out / "begin.safetensors"), strict=False)
            return model, stem, labels
        model.stem.load_state_dict(loop.average(self.out / "stem", self.settings["stem"].get("average", 1)))
        return model, stem, labels

    def writing(self) -> tuple[Model, RawStem, Labels]:
        """The weights that write references and set label distributions: the larger ones, if there are such."""
        return self.starting("larger" if (self.out / "larger.safetensors").exists() else "start")

    def augmentation(self) -> Augmentation:
        return settings_of(Augmentation, self.settings.get("augmentation", {}))

    # ------------------------------------------------------------------------------------------------------ stages

    def do_import(self) -> None:
        def make() -> None:
            if self.start is None:
                raise ValueError("the starting weights are missing: name their folder with --start")
            tensors, config = imported(self.start)
            save_tensors(path, tensors, {"attend": configuration.dumps(config | self.settings.get("model", {}))})

        def make_larger() -> None:
            tensors, config = imported(self.larger)
            own, theirs = load_file(path)["labels.model"], tensors["labels.model"]
            if not Labels.from_tensor(own.numpy()).agrees_with(Labels.from_tensor(theirs.numpy())):
                raise ValueError(f"{self.larger} has other labels than the starting weights; leave out --larger")
            tensors["labels.model"] = own
            save_tensors(self.out / "larger.safetensors", tensors, {"attend": configuration.dumps(config)})

        def make_begin() -> None:
            _, tensors = model_file.read_tensors(self.begin_with)
            # The starting weights have all labels, a model file perhaps a part; what they mean is not trained.
            own = {n: t for n, t in tensors.items() if not n.startswith(("labels.", "decoder.embedding."))}
            known = self.starting()[0].state_dict()
            if strangers := sorted(n for n, t in own.items() if n not in known or known[n].shape != t.shape):
                raise ValueError(f"{self.begin_with} is another network than the starting weights': {strangers[0]}")
            save_tensors(self.out / "begin.safetensors", own)

        path = self.out / "start.safetensors"
        self._once(path, make)
        if self.begin_with is not None:
            self._once(self.out / "begin.safetensors", make_begin)
        if self.larger is not None:
            self._once(self.out / "larger.safetensors", make_larger)

    def do_stem(self) -> None:
        folder = self.out / "stem"
        if (folder / "done").exists() or self.goes_on():
            return

        def features() -> None:
            model, *_ = self.starting()
            normalisation(model, self.speech(), self.settings.get("normalisation_recordings", 1000))
            save_tensors(
                self.out / "features.safetensors",
                {"features.mean": model.features.mean.cpu(), "features.scale": model.features.scale.cpu()},
            )

        self.speech()
        self._once(self.out / "features.safetensors", features)
        section = {k: v for k, v in self.settings["stem"].items() if k != "average"}
        settings, batches = split_settings(section, loop.Settings, StemBatches)
        settings.device, settings.workers = self.device, self.workers
        model, stem, _ = self.starting()
        loop.run(StemTask(model, stem, self.speech(), self.augmentation(), batches), settings, folder)
        self._once(folder / "done", lambda: (folder / "done").touch())

    def do_references(self) -> None:
        folder = self.out / "references"
        folder.mkdir(exist_ok=True)
        section = self.settings.get("references", {})
        if unknown := set(section) - {"least_agreement", "batch_seconds"}:
            raise ValueError(f"unknown settings {sorted(unknown)}; [references] knows least_agreement, batch_seconds")
        for name in self.settings["data"]["speech"]:

            def make(name: str = name) -> None:
                model, stem, labels = self.writing()
                store = self.speech().stores[self.settings["data"]["speech"].index(name)]
                listener = Listener(model, stem, labels)
                write_references(
                    store, listener, folder / f"{name}.jsonl", section.get("least_agreement"),
                    section.get("batch_seconds", 90.0),
                )  # fmt: skip

            self._once(folder / f"{name}.jsonl", make)

    def do_fine_tune(self) -> None:
        folder = self.out / "fine_tune"
        if (folder / "done").exists():
            return
        settings, tuning = split_settings(self.settings["fine_tune"], loop.Settings, FineTuning)
        settings.device, settings.workers = self.device, self.workers
        model, _, labels = self.trained()
        teacher = writer = Teacher(*self.starting()[:2])
        if (self.out / "larger.safetensors").exists():
            writer = Teacher(*self.writing()[:2])
        found = {}
        for name in self.settings["data"]["speech"]:
            found.update(read_references(self.out / "references" / f"{name}.jsonl"))
        maker = BatchMaker(model, labels, self.speech(), found, self.augmentation(), tuning)
        loop.run(FineTuneTask(model, teacher, writer, maker), settings, folder)
        self._once(folder / "done", lambda: (folder / "done").touch())

    def do_average(self) -> None:
        def make() -> None:
            model, *_ = self.trained()
            if "fine_tune" in self.settings:
                mean = loop.average(self.out / "fine_tune", self.settings.get("average", 4))
                model.load_state_dict(mean, strict=False)
            save_tensors(self.out / "averaged.safetensors", {k: v.cpu() for k, v in model.state_dict().items()})

        self._once(self.out / "averaged.safetensors", make)

    def model_path(self) -> Path:
        model, *_ = self.starting()
        return self.out / f"{model.config['name']}.safetensors"

    def kept_labels(self, labels: Labels) -> list[int]:
        """The labels of the model file: those that the [labels] section says are used, or all."""
        if "labels" not in self.settings:
            return list(range(labels.count))
        path = self.out / "labels.json"

        def make() -> None:
            section = dict(self.settings["labels"])
            texts = [self.data / name for name in section.pop("text", [])]
            choice = settings_of(label_subset.LabelChoice, section)
            keep = label_subset.choose(labels, texts, sorted((self.out / "references").glob("*.jsonl")), choice)
            label_subset.write_kept(path, labels, keep)

        self._once(path, make)
        return label_subset.read_kept(path, labels)

    def do_export(self) -> None:
        path = self.model_path()
        keep = self.kept_labels(self.starting()[2])

        def make() -> None:
            model, _, labels = self.starting()
            model.load_state_dict(load_file(self.out / "averaged.safetensors"))
            config = dict(model.config)
            if "fine_tune" in self.settings:
                tuning = split_settings(self.settings["fine_tune"], loop.Settings, FineTuning)[1]
                row = configuration.row_ms(config)
                config["training"] = {
                    "chunk_ms": [round(r * row) for r in tuning.chunk],
                    "lookahead_ms": [round(r * row) for r in tuning.lookahead],
                    "left_rows": list(tuning.left),
                    "longest_s": round(tuning.longest),
                }
            parts = model_file.encode(model, labels, self.settings.get("matrices", "I8"))
            digest = model_file.write_parts(path, *label_subset.select(config, parts, keep))
            print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, sha256 {digest}", flush=True)

        self._once(path, make)

    def run(self, until: str = "export") -> None:
        """All stages up to one of them."""
        for stage in STAGES:
            if stage in ("references", "fine_tune") and "fine_tune" not in self.settings:
                continue
            getattr(self, f"do_{stage}")()
            if stage == until:
                break
