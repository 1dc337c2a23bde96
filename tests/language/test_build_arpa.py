"""scripts/build_arpa.py: what it writes is a probability distribution behind every history, whole and pruned."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numpy")
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "build_arpa.py"


def text(sentences: int) -> str:
    """Sentences of a small grammar, so that some words follow others often and some words are rare."""
    chance = random.Random(1)
    lines = []
    for _ in range(sentences):
        words = chance.choices(["the", "a", "no"], k=1)
        for _ in range(chance.randrange(1, 6)):
            pieces = [["old", "cat"], ["dog"], ["sees", "the"], ["and"], [f"rare{chance.randrange(300)}"]]
            words += chance.choices(pieces, [4, 4, 3, 2, 1])[0]
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def build(source: Path, arpa: Path, order: int, kept: int) -> None:
    command = [sys.executable, SCRIPT, source, "-o", arpa, "--order", str(order), "--ngrams", str(kept)]
    subprocess.run(command, check=True)


def read(arpa: Path) -> dict[tuple[str, ...], tuple[float, float]]:
    ngrams = {}
    length = 0
    for line in arpa.read_text().splitlines():
        if line.endswith("-grams:"):
            length = int(line[1 : line.index("-")])
        elif length and line and not line.startswith("\\"):
            fields = line.split()
            backoff = float(fields[1 + length]) if len(fields) > 1 + length else 0.0
            ngrams[tuple(fields[1 : 1 + length])] = (float(fields[0]), backoff)
    return ngrams


def score(ngrams: dict, history: tuple[str, ...], word: str) -> float:
    if (*history, word) in ngrams:
        return ngrams[*history, word][0]
    return (ngrams[history][1] if history in ngrams else 0.0) + score(ngrams, history[1:], word)


@pytest.mark.parametrize(("order", "kept"), [(1, 10**6), (2, 10**6), (3, 10**6), (4, 10**6), (3, 60), (4, 90)])
def test_sums_to_one_behind_every_history(tmp_path, order, kept):
    (tmp_path / "text.txt").write_text(text(400))
    arpa = tmp_path / "lm.arpa"
    build(tmp_path / "text.txt", arpa, order, kept)
    ngrams = read(arpa)
    words = [ngram[0] for ngram in ngrams if len(ngram) == 1 and ngram[0] != "<s>"]
    assert max(len(ngram) for ngram in ngrams) == order
    assert "<unk>" in words and "</s>" in words
    for ngram in ngrams:  # what pruning must leave
        assert len(ngram) == 1 or ngram[:-1] in ngrams
    histories = random.Random(2).sample(sorted(ngrams), min(40, len(ngrams))) + [("<s>",), ("<unk>",), ("cat", "<unk>")]
    for history in histories:
        if history[-1] != "</s>":
            seen = history[-(order - 1) :] if order > 1 else ()
            assert sum(10 ** score(ngrams, seen, word) for word in words) == pytest.approx(1, abs=2e-3)


def test_prefers_what_the_text_holds(tmp_path):
    (tmp_path / "text.txt").write_text(text(400))
    arpa = tmp_path / "lm.arpa"
    build(tmp_path / "text.txt", arpa, 3, 10**6)
    ngrams = read(arpa)
    assert score(ngrams, ("old",), "cat") > -0.1  # every "old" is followed by "cat"
    assert score(ngrams, ("the", "old"), "cat") > -0.1
    assert score(ngrams, ("old",), "dog") < -1.5
    assert ngrams[("<unk>",)][0] < min(ngrams[(word,)][0] for word in ("cat", "dog", "and", "sees"))
