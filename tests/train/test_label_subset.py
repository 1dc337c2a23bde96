"""Fewer labels: the same encoding of what is kept, bytes for the rest, and files that lose rows and nothing else."""

import json
import lzma
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch
from attend_train import label_subset, model_file, reference
from attend_train.label_subset import LabelChoice, choose, closed, joins, subset
from attend_train.labels import Labels, sentencepiece_model
from attend_train.references import Reference

from conftest import ROOT

MERGES = [
    "ab",
    "ba",
    "aa",
    "abab",
    "aba",
    "bab",
    "▁a",
    "▁ab",
    "▁aba",
    "cc",
    "abc",
    "bc",
    "abcc",
    "aab",
    "cab",
    "abba",
    "accb",
]
WORDS = ["a", "about", "all", "and", "at", "brown", "dog", "fox", "it", "jumps", "known", "nothing", "over", "people"]
WORDS += ["quick", "said", "the", "well", "café"]


def toy_labels() -> Labels:
    """More merges over few letters than any text needs, some of which several ways lead to."""
    pieces = [b"<unk>", b"<s>", b"</s>", *(bytes([b]) for b in range(256)), *(p.encode() for p in [*MERGES, *"▁abc"])]
    return Labels(sentencepiece_model([*pieces, b"<<ST_0>>"]))


def test_joins_are_those_of_the_encoder() -> None:
    """A piece is among its own joins if the encoder makes it, and then its joins alone suffice to make it."""
    labels = toy_labels()
    normal = range(259, labels.count - 1)
    scores = {labels.pieces[i]: labels.processor.get_score(i) for i in normal}
    made = 0
    for label in normal:
        piece = labels.pieces[label]
        if len(piece) < 2:
            continue
        # Behind x, which is no label here and so joins nothing.
        text = piece.removeprefix("▁") if piece.startswith("▁") else f"x{piece}"
        encoded = labels.processor.encode(text, out_type=str)
        assert (encoded[-1] == piece) == (piece in joins(piece, scores))
        if encoded[-1] == piece:
            made += 1
            small = subset(labels, closed(labels, [label]))
            assert small.processor.encode(text, out_type=str) == encoded
    assert made == len(MERGES) - 1  # nothing leads to accb


@pytest.mark.parametrize("seed", range(20))
def test_kept_texts_are_encoded_alike_and_all_texts_come_back(seed: int) -> None:
    labels = toy_labels()
    rng = random.Random(seed)
    texts = ["".join(rng.choice("abc ") for _ in range(rng.randint(1, 12))).strip() for _ in range(300)]
    used = label_subset.used_labels(labels, texts[:6])
    keep = closed(labels, used)
    small = subset(labels, keep)
    assert [labels.pieces[i] for i in keep] == small.pieces and keep[:259] == list(range(259))
    compared = 0
    for text in texts:
        whole = labels.encode(text)
        assert small.decode(small.encode(text)) == text
        if set(whole) <= set(keep):
            assert [keep[i] for i in small.encode(text)] == whole
            compared += text not in texts[:6]
    assert compared > 0
    for text in ("naïve café — ☃ 漢字", "bad\tcab\nabc", "ÀÉ 🎉abba"):
        assert small.decode(small.encode(text)) == text


def test_choice(tmp_path: Path) -> None:
    """Words seen often enough, their capitalised forms, what references hold; rare words and other languages go."""
    labels = reference.tiny_labels()
    with lzma.open(tmp_path / "text.xz", "wt", encoding="utf-8") as out:
        out.write("the ant\nthe other\n")
    heard = Reference("x", "", [labels.pieces.index("ing")], [0], 1.0, True)
    (tmp_path / "r.jsonl").write_text(json.dumps(vars(heard)) + "\n")
    log: list[str] = []
    keep = choose(labels, [tmp_path / "text.xz"], [tmp_path / "r.jsonl"], LabelChoice(least=2), log)
    kept = {labels.pieces[i] for i in keep}
    assert {"▁the", "ing", "in", "▁t", "he"} <= kept  # with what they are merged from
    assert not any(piece.startswith("<<ST_") for piece in kept) and "▁a" in kept and len(log) == 1
    assert "an" not in {labels.pieces[i] for i in choose(labels, [], [], LabelChoice())}


@pytest.mark.parametrize("own_output", [False, True])
def test_a_file_loses_rows_and_nothing_else(tmp_path: Path, own_output: bool) -> None:
    labels = reference.tiny_labels()
    model = reference.perturbed(reference.rotary_config(), 3, norm_biases=False, own_output=own_output)
    whole, small, kept = tmp_path / "whole.safetensors", tmp_path / "small.safetensors", tmp_path / "kept.json"
    model_file.write(whole, model, labels)
    label_subset.write_kept(kept, labels, closed(labels, labels.encode("the thing on a tin")))
    command = [sys.executable, "-m", "attend_train", "labels", "--model", whole, "--out", small, "--kept", kept]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(ROOT / "tools" / "train")}, capture_output=True)
    keep = label_subset.read_kept(kept, labels)
    before, after = (dict((n, rest) for n, *rest in model_file.read_parts(p)[1]) for p in (whole, small))
    changed = {name for name in before if before[name] != after[name]}
    rows = {"decoder.embedding.weight", "decoder.embedding.weight.row_scale"}
    rows |= {name.replace("embedding", "output") for name in rows} if own_output else set()
    assert before.keys() == after.keys() and changed == rows | {"labels.model"}
    found, found_labels = model_file.read(small)
    again, _ = model_file.read(whole)
    assert found.config["decoder"]["labels"] == found_labels.count == len(keep) < labels.count
    text = found_labels.encode("the thing")
    assert [keep[i] for i in text] == labels.encode("the thing")
    stem = torch.randn(1, 20, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        few = found.decoder(torch.tensor([[1, *text]]), found.encoder(stem))
        all_ = again.decoder(torch.tensor([[1, *(keep[i] for i in text)]]), again.encoder(stem))
    assert torch.allclose(few, all_[..., keep], atol=1e-5)


def test_a_choice_from_other_labels_is_refused(tmp_path: Path) -> None:
    label_subset.write_kept(tmp_path / "kept.json", reference.tiny_labels(), [0, 1])
    with pytest.raises(ValueError, match="chosen from 300 labels"):
        label_subset.read_kept(tmp_path / "kept.json", toy_labels())


def test_english_is_encoded_alike(start_folder: Path) -> None:
    """With the starting weights' labels, sentences of words that were kept."""
    labels = Labels.from_tokenizer(start_folder / "tokenizer.bin")
    counts = Counter({word: 300 for word in WORDS})
    keep = closed(labels, label_subset.used_labels(labels, label_subset.written_forms(counts, LabelChoice())))
    small = subset(labels, keep)
    assert small.count < 2500
    for sentence in (
        '"The quick dog," said nothing.',
        "Well-known people jumps, over 25% (at 7:30)?",
        "A fox... and IT! People's, “All over.” ‘Quick?’ $3.50, 1984",
        "ABOUT the DOG—it-said: U.S.A., café, p.m.; the 1980's",
    ):
        assert [keep[i] for i in small.encode(sentence)] == labels.encode(sentence)
    assert small.decode(small.encode("Łódź ☃ 漢字")) == "Łódź ☃ 漢字"
