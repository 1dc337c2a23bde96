"""Training runs: stages, interruption, several processes."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from attend_train import label_subset, loop, model_file
from attend_train.augment import as_float
from attend_train.recipe import Recipe
from attend_train.references import Listener, read_references
from safetensors.torch import load_file

from conftest import ROOT, write_start


def prepared(recipe: Path, speech_folder: Path, out: Path) -> Recipe:
    write_start(out / "start.safetensors")
    return Recipe.from_file(recipe, speech_folder, out)


def test_from_data_to_model_file(tiny_recipe: Path, speech_folder: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    prepared(tiny_recipe, speech_folder, out).run()
    model, labels = model_file.read(out / "tiny.safetensors")
    assert labels.count == 300
    assert model.config["training"] == {
        "chunk_ms": [72, 192], "lookahead_ms": [0, 216], "left_rows": [300, 1000], "longest_s": 3,
    }  # fmt: skip
    start = load_file(out / "start.safetensors")
    name = "encoder.blocks.0.attention.query.weight"
    assert not torch.equal(model.state_dict()[name], start[name])  # fine-tuned
    assert torch.equal(model.decoder.embedding.weight, start["decoder.embedding.weight"])  # kept
    assert float(model.features.mean.abs().min()) > 1
    snapshots = [torch.load(p, weights_only=True) for p in sorted((out / "fine_tune" / "snapshots").glob("*.pt"))]
    mean = (snapshots[-1][name] + snapshots[-2][name]) / 2
    assert torch.allclose(model.state_dict()[name], mean, atol=1e-6)
    before = {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()}
    capsys.readouterr()
    prepared_again = Recipe.from_file(tiny_recipe, speech_folder, out)
    prepared_again.run()  # everything is done
    assert {p: p.stat().st_mtime_ns for p in out.rglob("*") if p.is_file()} == before
    assert capsys.readouterr().out == ""


def test_a_larger_network_writes(
    tiny_recipe: Path, speech_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """References and label distributions come from the larger weights, rows from the starting weights."""
    out = tmp_path / "out"
    with open(tiny_recipe, "a", encoding="utf-8") as file:
        file.write("[references]\nleast_agreement = { made = 0.0 }\n[labels]\ntext = []\n")
    run = prepared(tiny_recipe, speech_folder, out)
    write_start(out / "larger.safetensors", width=40)
    tasks, whole = [], loop.run
    monkeypatch.setattr(loop, "run", lambda task, s, folder: (tasks.append(task), whole(task, s, folder)))
    run.run()
    found = read_references(out / "references" / "speech.jsonl") | read_references(out / "references" / "more.jsonl")
    assert all(found[id_].trusted for id_ in "abc") and not found["d"].trusted
    assert found["b"].text == "he is in the inn"
    larger, stem, labels = run.writing()
    assert larger.config["encoder"]["width"] == 40
    store = run.speech().stores[1]
    with torch.inference_mode():
        listener = Listener(larger, stem, labels)
        assert found["d"].labels == listener.write(*listener.rows([as_float(store.audio(0))]))[0]
    task = tasks[-1]
    assert task.teacher.model.config["encoder"]["width"] == 32 and task.writer.model.config["encoder"]["width"] == 40
    log = [json.loads(line) for line in (out / "fine_tune" / "log.jsonl").read_text().splitlines()]
    assert all(math.isfinite(v) for line in log for v in line.values()) and log[-1]["long_kl"] > 0
    model, few = model_file.read(out / "tiny.safetensors")
    keep = label_subset.read_kept(out / "labels.json", labels)
    assert model.config["encoder"]["width"] == 32
    assert few.count == model.config["decoder"]["labels"] == len(keep) < 300
    assert torch.equal(
        model.decoder.embedding.weight, load_file(out / "start.safetensors")["decoder.embedding.weight"][keep]
    )
    assert {label for r in found.values() for label in r.labels} <= set(keep)


def test_without_larger_weights_the_starting_weights_write(
    tiny_recipe: Path, speech_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = []
    run = prepared(tiny_recipe, speech_folder, tmp_path)
    run.run("references")
    monkeypatch.setattr(loop, "run", lambda task, s, folder: (tasks.append(task), folder.mkdir()))
    run.run("fine_tune")
    assert tasks[0].writer is tasks[0].teacher
    assert not any(r.trusted for r in read_references(tmp_path / "references" / "speech.jsonl").values())


def test_fine_tuning_goes_on_from_a_model_file(
    tiny_recipe: Path, speech_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(tiny_recipe, "a", encoding="utf-8") as file:
        file.write("[labels]\ntext = []\n")
    prepared(tiny_recipe, speech_folder, tmp_path / "a").run()
    first = tmp_path / "a" / "tiny.safetensors"
    again = prepared(tiny_recipe, speech_folder, tmp_path / "b")
    again.begin_with = first
    again.run("import")
    begun, _, labels = again.trained()
    _, told = model_file.read_tensors(first)
    assert labels.count == 300 and len(told["decoder.embedding.weight"]) < 300
    for name, value in begun.state_dict().items():
        if name != "decoder.embedding.weight":
            assert torch.equal(value, told[name]), name
    tasks, whole = [], loop.run
    monkeypatch.setattr(loop, "run", lambda task, s, folder: (tasks.append(task), whole(task, s, folder)))
    Recipe.from_file(tiny_recipe, speech_folder, tmp_path / "b").run()  # the file itself is no longer needed
    start = load_file(tmp_path / "b" / "start.safetensors")
    name = "encoder.blocks.0.attention.query.weight"
    assert torch.equal(tasks[-1].teacher.model.state_dict()[name], start[name].bfloat16())  # not the student
    assert not (tmp_path / "b" / "stem").exists()
    after = model_file.read_tensors(tmp_path / "b" / "tiny.safetensors")[1]
    assert after.keys() == told.keys()
    assert torch.equal(after["features.mean"], told["features.mean"])
    assert not torch.equal(after["stem.0.weight"], told["stem.0.weight"])


def test_another_network_to_go_on_from_is_refused(tiny_recipe: Path, speech_folder: Path, tmp_path: Path) -> None:
    prepared(tiny_recipe, speech_folder, tmp_path / "a").run()
    other = Recipe.from_file(tiny_recipe, speech_folder, tmp_path / "b")
    write_start(tmp_path / "b" / "start.safetensors", width=40)
    other.begin_with = tmp_path / "a" / "tiny.safetensors"
    with pytest.raises(ValueError, match="another network than the starting weights"):
        other.run("import")


@pytest.mark.parametrize("stage", ["stem", "fine_tune"])
def test_interrupted_and_resumed_equals_uninterrupted(
    stage: str, tiny_recipe: Path, speech_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(tiny_recipe, speech_folder, tmp_path / "a").run(stage)
    broken = prepared(tiny_recipe, speech_folder, tmp_path / "b")
    if stage == "fine_tune":
        broken.run("references")
    whole = loop.run
    for _ in range(2):
        monkeypatch.setattr(loop, "run", lambda task, s, folder: whole(task, s, folder, stop_after=1))
        with pytest.raises(loop.Interrupted):
            Recipe.from_file(tiny_recipe, speech_folder, tmp_path / "b").run(stage)
    monkeypatch.setattr(loop, "run", whole)
    Recipe.from_file(tiny_recipe, speech_folder, tmp_path / "b").run(stage)
    first, second = (torch.load(tmp_path / side / stage / "checkpoint.pt", weights_only=True) for side in ("a", "b"))
    assert first["step"] == second["step"] == 4 and first["heard"] == second["heard"] > 0
    assert first["weights"].keys() == second["weights"].keys()
    for name, value in first["weights"].items():
        assert torch.equal(value, second["weights"][name]), name


@pytest.mark.parametrize("stage", ["stem", "fine_tune"])
def test_batches_do_not_depend_on_who_prepares_them(
    stage: str, tiny_recipe: Path, speech_folder: Path, tmp_path: Path
) -> None:
    for side, workers in (("a", 0), ("b", 2)):
        run = prepared(tiny_recipe, speech_folder, tmp_path / side)
        run.workers = workers
        run.run(stage)
    first, second = (torch.load(tmp_path / side / stage / "checkpoint.pt", weights_only=True) for side in ("a", "b"))
    assert first["heard"] == second["heard"]
    for name, value in first["weights"].items():
        assert torch.equal(value, second["weights"][name]), name


def test_the_clock_is_learnt_at_the_rows_where_labels_are_heard(
    tiny_recipe: Path, speech_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attention at those rows costs nothing, elsewhere it does; whatever rows the decoder sees."""
    with open(tiny_recipe, "a", encoding="utf-8") as file:
        file.write("[references]\nleast_agreement = { made = 0.0 }\n")
    run = prepared(tiny_recipe, speech_folder, tmp_path)
    tasks = []
    run.run("references")
    monkeypatch.setattr(loop, "run", lambda task, s, folder: (tasks.append(task), folder.mkdir()))
    run.run("fine_tune")
    task, kinds = tasks[0], set()
    for seed in range(12):
        for batch in task.prepare(np.random.default_rng(seed)):
            learnt = (batch.from_teacher > 0) & (batch.heard_at[batch.recording, batch.place] >= 0)
            if not learnt.any():
                continue
            target, counts = task.teacher.rows(batch.sounds, batch.contexts)
            y = task.model.encoder.blockwise(task.stem_rows(batch), batch.blocks)
            state, positions = task.seen(y, batch)
            wanted = batch.heard_at + batch.before.clamp_min(0)[:, None]
            for shift, near in ((0, True), (50, False)):
                clock = (positions == (wanted + shift)[..., None]) & state.exists.view(len(counts), -1, len(positions))
                clock = clock / clock.sum(-1, keepdim=True).clamp_min(1)
                hidden = torch.zeros(*batch.given.shape, task.model.config["decoder"]["width"])
                monkeypatch.setattr(task.model.decoder, "hidden", lambda *_, found=(hidden, clock): found)
                says = torch.zeros(len(batch.place), 300).log_softmax(-1)
                monkeypatch.setattr(task.writer, "says", lambda *_, says=says: says)
                assert (float(task.text_loss(y, batch, target, counts)[2]) < 0.01) == near
                monkeypatch.undo()
            kinds.add((batch.kept is not None, batch.blocks.count > 1))
    assert (True, True) in kinds and (False, True) in kinds


def test_two_processes(tiny_recipe: Path, speech_folder: Path, tmp_path: Path) -> None:
    """torchrun with two processes goes from data to model file; both processes hold the same weights."""
    out = tmp_path / "out"
    write_start(out / "start.safetensors")
    script = tmp_path / "two.py"
    script.write_text(
        "import sys, torch, torch.distributed as dist\n"
        "from pathlib import Path\n"
        "torch.set_num_threads(1)\n"
        "from attend_train import loop, recipe\n"
        "run, tasks = loop.run, []\n"
        "def watched(task, settings, folder):\n"
        "    run(task, settings, folder)\n"
        "    flat = torch.cat([p.reshape(-1) for p in loop.trainable(task.module).values()])\n"
        "    all_ = [torch.empty_like(flat) for _ in range(2)]\n"
        "    dist.all_gather(all_, flat)\n"
        "    assert torch.equal(*all_)\n"
        "    tasks.append(task)\n"
        "loop.run = watched\n"
        "recipe.Recipe.from_file(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])).run()\n"
        "assert len(tasks) == 2\n"
        "dist.destroy_process_group()\n"
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", str(script)]
    done = subprocess.run(
        [*command, str(tiny_recipe), str(speech_folder), str(out)],
        env={"PYTHONPATH": str(ROOT / "tools" / "train"), "OMP_NUM_THREADS": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    model, _ = model_file.read(out / "tiny.safetensors")
    assert all(torch.isfinite(p).all() for p in model.parameters())


def test_unknown_settings_are_refused(tiny_recipe: Path, speech_folder: Path, tmp_path: Path) -> None:
    tiny_recipe.write_text(tiny_recipe.read_text().replace("warm_up = 2", "warmup = 2"))
    with pytest.raises(ValueError, match="warmup"):
        prepared(tiny_recipe, speech_folder, tmp_path / "out").run("stem")
    with open(tiny_recipe, "a", encoding="utf-8") as file:
        file.write("[references]\nleast = 0.5\n")
    with pytest.raises(ValueError, match="least_agreement"):
        prepared(tiny_recipe, speech_folder, tmp_path / "out").do_references()


def test_learning_rate_rises_and_falls() -> None:
    settings = loop.Settings(steps=100, rate=1.0, last_rate=0.1, warm_up=10)
    rates = [loop.learning_rate(settings, step) for step in range(101)]
    assert rates[0] == 0.1 and max(rates) == 1.0 and abs(rates[100] - 0.1) < 1e-9
