"""Second opinions from the sound: spelling, stretches of speech, losses, and heads in a stream and in a model file."""

from pathlib import Path

import numpy as np
import pytest
import torch
from attend_train import head_recipe, loop, model_file, reference
from attend_train.augment import Augmentation
from attend_train.head_stage import (
    AHEAD,
    HeadBatches,
    HeadTask,
    HeadTraining,
    Stretch,
    counter_losses,
    ctc_loss,
    cut_between_words,
)
from attend_train.heads import LETTERS, Letters, add_to_file
from attend_train.model import Blocks, Head, Model
from attend_train.recipe import Recipe
from attend_train.references import Reference
from attend_train.streaming import EncoderStream, steps

from conftest import write_start

LABELS = reference.tiny_labels()
CONFIGS = {"rotary": reference.rotary_config, "relative": reference.conformer_config}
HEADS = {"counter": {"blocks": 1, "weight": 0.0}, "ctc": {"blocks": 2, "weight": 0.0, "symbols": LETTERS}}


def model_with_heads(name: str = "rotary") -> Model:
    return reference.perturbed(CONFIGS[name]() | {"heads": HEADS}, 3, norm_biases=name != "rotary")


def spelt(text: str) -> str | None:
    symbols = Letters(LABELS, LETTERS).spell(LABELS.encode(text))
    return symbols if symbols is None else "".join(LETTERS[s - 1] for s in symbols)


def test_labels_are_spelt_as_they_are_spoken() -> None:
    assert spelt("the thing, on a tin.") == "the thing on a tin"
    assert spelt("he's") == "he's"
    assert spelt("") == "" and spelt(".") == ""
    number = LABELS.encode("on 4")
    digit = Letters(LABELS, LETTERS)
    # The tiny set has a digit as a byte only, which says nothing; a label that is one makes the text doubtful.
    digit.doubtful[number[-1]] = True
    assert digit.spell(number) is None and digit.spell(LABELS.encode("on")) is not None


@pytest.mark.parametrize("seed", range(30))
def test_stretches_hold_whole_words(seed: int) -> None:
    """No label whose word is cut is among those of a stretch, and the sound of all others lies within it."""
    rng = np.random.default_rng(seed)
    rows = sorted(rng.integers(5, 240, 30).tolist())
    starts = [bool(rng.random() < 0.6) for _ in range(30)]
    starts[0] = True
    found = Reference("x", "", list(range(30)), rows, 1.0, True)
    first, last, begin, end = cut_between_words(rng, 250, found, starts, int(rng.integers(20, 120)))
    assert 0 <= first <= last <= 250
    if begin < end:
        assert starts[begin] and (end == 30 or starts[end])
        assert first <= rows[begin] - AHEAD and rows[end - 1] < last
        assert begin == 0 or first >= min(rows[begin] - AHEAD, rows[begin - 1] + AHEAD)
    whole = cut_between_words(rng, 250, found, starts, 250)
    assert whole == (0, 250, 0, 30)


def batches(model: Model, training: HeadTraining | None = None) -> HeadBatches:
    letters = Letters(LABELS, LETTERS)
    return HeadBatches(model, LABELS, letters, None, {}, Augmentation(), training or HeadTraining())


def syllables(texts: list[str], seed: int) -> list[Stretch]:
    """Sounds in which every label is a tone of its own, 12 rows long."""
    stretches = []
    for k, text in enumerate(texts):
        rng = np.random.default_rng(seed + k)
        labels = LABELS.encode(text)
        tones = [np.sin(2 * np.pi * (150 + 37 * (label % 83)) * np.arange(12 * 384) / 16000) for label in labels]
        sound = np.concatenate([np.zeros(384 * 4), *tones, np.zeros(384 * 6)]) * 0.2
        sound += 0.001 * rng.standard_normal(len(sound))
        stretches.append(Stretch(sound.astype(np.float32), labels, [4 + 12 * i + 6 for i in range(len(labels))]))
    return stretches


TEXTS = ["the thing", "on a tin", "he sings in", "an inn"]


def test_batches_hold_what_is_heard() -> None:
    model = model_with_heads()
    batch = batches(model).lay_out([*syllables(TEXTS, 1), Stretch(np.zeros(9000, np.float32), [], [])], (5, 8, 10**9))
    for k, text in enumerate(TEXTS):
        labels = LABELS.encode(text)
        total = batch.counts[k, batch.lengths[k] - 1]
        assert float(total) == pytest.approx(len(labels))
        for i in range(len(labels)):  # with the row where a label is heard, most of it is due
            assert i + 0.5 < float(batch.counts[k, 4 + 12 * i + 6]) < i + 1
        heard = batch.letters[k, : batch.letter_counts[k]].tolist()
        assert "".join(LETTERS[s - 1] for s in heard) == text
    assert float(batch.brought[-1].sum()) == 0 and batch.letter_counts[-1] == 0


def plain_ctc(rows: torch.Tensor, text: list[int]) -> float:
    """Log-probability of all paths through rows [rows, symbols] that spell a text (Graves et al. 2006, section 4.1)."""
    extended = [0]
    for symbol in text:
        extended += [symbol, 0]
    alpha = np.full(len(extended), -np.inf)
    alpha[0], alpha[1] = float(rows[0, 0]), float(rows[0, extended[1]])
    for row in rows[1:]:
        new = np.full(len(extended), -np.inf)
        for s in range(len(extended)):
            ways = [alpha[s]] + ([alpha[s - 1]] if s else [])
            if s > 1 and extended[s] and extended[s] != extended[s - 2]:
                ways.append(alpha[s - 2])
            new[s] = np.logaddexp.reduce(ways) + float(row[extended[s]])
        alpha = new
    return float(np.logaddexp(alpha[-1], alpha[-2]))


@torch.no_grad()
def test_losses_are_those_of_each_stretch_as_a_stream_hears_it() -> None:
    """Losses over blocks equal those computed from a stream's rows, one stretch after the other."""
    model = model_with_heads()
    maker = batches(model)
    stretches = syllables(TEXTS, 1)
    chunk, lookahead, left = 5, 8, 12
    batch = maker.lay_out(stretches, (chunk, lookahead, left))
    y = model.encoder.blockwise(model.stem_rows(batch.audio * 32768), batch.blocks)
    rows, sums, weights, ctc = 0.0, 0.0, 0.0, 0.0
    for k, stretch in enumerate(stretches):
        stem = model.stem_rows(torch.from_numpy(stretch.sound)[None] * 32768)[0]
        stream = {"encoder": EncoderStream(model.encoder, left)}
        stream |= {name: EncoderStream(head, left) for name, head in model.heads.items()}
        due, letters = 0.0, []
        for start, settle, preview in steps(len(stem), chunk, lookahead):
            y_step = stream["encoder"].step(stem[start : start + settle + preview], settle)
            said = model.heads["counter"].output(stream["counter"].step(y_step, settle))[:, 0]
            letters.append(model.heads["ctc"].output(stream["ctc"].step(y_step, settle))[:settle])
            running = due
            for i in range(settle + preview):
                weight = 1.0 if i < settle else 0.25
                wanted = float(batch.brought[k, start + i])
                p = float(said[i].sigmoid())
                running += p
                off = abs(running - float(batch.counts[k, start + i]))
                rows -= weight * (wanted * np.log(p) + (1 - wanted) * np.log1p(-p))
                sums += weight * (off**2 / 2 if off < 1 else off - 0.5)
                weights += weight
                due += p if i < settle else 0.0
        text = Letters(LABELS, LETTERS).spell(stretch.labels)
        ctc -= plain_ctc(torch.cat(letters).log_softmax(-1), text)
    found = counter_losses(model.heads["counter"].blockwise(y, batch.blocks)[..., 0], batch, 0.25)
    assert [float(f) for f in found] == pytest.approx([rows / weights, sums / weights], rel=1e-4)
    loss = ctc_loss(model.heads["ctc"].blockwise(y, batch.blocks), batch)
    assert float(loss) == pytest.approx(ctc / sum(batch.letter_counts), rel=1e-4)


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize(("chunk", "lookahead", "left"), [(5, 8, 12), (1, 3, 1000), (8, 0, 4), (50, 9, 7)])
@torch.no_grad()
def test_heads_blockwise_equal_heads_in_a_stream(name: str, chunk: int, lookahead: int, left: int) -> None:
    model = model_with_heads(name)
    lengths = torch.tensor([31, 40, 12])
    stem = torch.randn(3, 40, 32, generator=torch.Generator().manual_seed(1))
    blocks = Blocks.lay_out(lengths, 40, chunk, lookahead, left)
    y = model.encoder.blockwise(stem, blocks)
    for kind, head in model.heads.items():
        said = head.blockwise(y, blocks)
        for k, length in enumerate(lengths.tolist()):
            encoder, stream = EncoderStream(model.encoder, left), EncoderStream(head, left)
            for number, (start, settle, preview) in enumerate(steps(length, chunk, lookahead)):
                rows = encoder.step(stem[k, start : start + settle + preview], settle)
                heard = head.output(stream.step(rows, settle))
                assert torch.allclose(heard, said[k, number, : settle + preview], rtol=1e-4, atol=2e-5), kind


def test_heads_learn_what_a_few_stretches_hold() -> None:
    """With the encoder as it is, a counter finds the labels and CTC the letters of sounds heard again and again."""
    model = model_with_heads()
    before = {n: p.clone() for n, p in model.named_parameters() if not n.startswith("heads.")}
    torch.manual_seed(1)
    encoder = model.config["encoder"]
    heads = {name: Head.of(name, HEADS[name] | {"blocks": 1}, encoder) for name in ("counter", "ctc")}
    task = HeadTask(model, heads, batches(model))
    batch = task.batches.lay_out(syllables(TEXTS[:2], 1), (5, 8, 10**9))
    optimiser = torch.optim.AdamW(task.groups()[0]["params"], lr=5e-3)
    first = {k: float(v) for k, v in task.loss(batch)[1].items()}
    for _ in range(200):
        optimiser.zero_grad()
        task.loss(batch)[0].backward()
        optimiser.step()
    last = {k: float(v) for k, v in task.loss(batch)[1].items()}
    # A label is spread over three rows: even a perfect counter keeps their entropy. Of the rest, little is left.
    place = batch.blocks.positions.clamp_max(batch.brought.shape[1] - 1)
    perfect = batch.brought[:, place].clamp(1e-6, 1 - 1e-6).logit()
    floor = float(counter_losses(perfect, batch, task.training.preview_weight)[0])
    assert last["counter_rows"] - floor < 0.1 * (first["counter_rows"] - floor) and last["counter_sums"] < 0.1
    assert last["ctc"] < 0.1 * first["ctc"]
    heard = [
        head_recipe.heard_letters(model, heads["ctc"], one.sound, (5, 8, 10**9)) for one in syllables(TEXTS[:2], 1)
    ]
    assert heard == TEXTS[:2]
    for name, value in before.items():
        assert torch.equal(model.get_parameter(name), value), name
    assert all(p.grad is None for n, p in model.named_parameters() if not n.startswith("heads."))


def test_what_a_head_learns_depends_on_it_alone() -> None:
    """Beside another head, a head gets the gradient that it gets alone."""
    model = model_with_heads()
    gradients = []
    for names in (["ctc"], ["ctc", "counter"]):
        torch.manual_seed(1)
        heads = {name: Head.of(name, HEADS[name], model.config["encoder"]) for name in names}
        task = HeadTask(model, heads, batches(model))
        task.loss(task.batches.lay_out(syllables(TEXTS, 1), (5, 8, 10**9)))[0].backward()
        gradients.append(heads["ctc"].output.weight.grad)
    assert torch.equal(*gradients)


@pytest.mark.parametrize("matrices", ["F32", "I8"])
def test_a_model_file_gains_heads(tmp_path: Path, matrices: str) -> None:
    bare = reference.perturbed(reference.rotary_config(), 3, norm_biases=False)
    model_file.write(tmp_path / "bare", bare, LABELS, matrices)
    heads = dict(model_with_heads().heads.items())
    add_to_file(tmp_path / "bare", tmp_path / "with", heads, HEADS)
    found, _ = model_file.read(tmp_path / "with")
    assert found.config["heads"] == HEADS
    for name, value in heads["ctc"].state_dict().items():
        got = found.heads["ctc"].state_dict()[name]
        assert torch.equal(got, value) if matrices == "F32" else torch.allclose(got, value, atol=0.05)
    add_to_file(tmp_path / "with", tmp_path / "again", {}, {})
    assert (tmp_path / "again").read_bytes() == (tmp_path / "bare").read_bytes()


HEAD_RECIPE = """
[heads]
steps = 4
rate = 1e-3
last_rate = 1e-4
warm_up = 2
snapshot_every = 2
report_every = 2
batch_seconds = 4.0
longest = 2.0
chunk = [3, 8]
lookahead = [0, 9]
bf16 = false
[heads.learn]
counter = { blocks = 0 }
counter-1 = { blocks = 1 }
ctc = { blocks = 1, weight = 0.3 }
"""


def test_from_a_run_to_a_model_file_with_heads(tiny_recipe: Path, speech_folder: Path, tmp_path: Path, capsys) -> None:
    """Stopped and continued, a run ends with the same heads."""
    out = tmp_path / "out"
    with open(tiny_recipe, "a", encoding="utf-8") as file:
        file.write(HEAD_RECIPE)
    write_start(out / "start.safetensors")
    recipe = Recipe.from_file(tiny_recipe, speech_folder, out)
    recipe.run("references")
    path = tmp_path / "bare.safetensors"
    model_file.write(path, reference.perturbed(reference.rotary_config(), 3, norm_biases=False), LABELS)
    head_recipe.run(recipe, path, ["counter-1", "ctc"], tmp_path / "with", ["speech"], 2)
    assert "speech: ctc alone" in capsys.readouterr().out
    model, _ = model_file.read(tmp_path / "with")
    assert model.config["heads"]["counter"] == {"blocks": 1, "weight": 0.0}
    assert model.config["heads"]["ctc"] == {"blocks": 1, "weight": 0.3, "symbols": LETTERS}
    (out / "heads").rename(tmp_path / "first")
    with pytest.raises(loop.Interrupted):
        head_recipe.train(recipe, model_file.read(path)[0], stop_after=2)
    head_recipe.run(recipe, path, ["counter-1", "ctc"], tmp_path / "again", [], 0)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "with").read_bytes()
    with pytest.raises(ValueError, match="counter-2"):
        head_recipe.write(recipe, path, {}, ["counter-2"], tmp_path / "none")
