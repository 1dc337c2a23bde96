"""Compares the counts of `attend eval` with those of jiwer on the same normalised texts.

usage: test_eval_jiwer.py ATTEND
Exits with 77 (ctest: skipped) where jiwer is not installed.
"""

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import jiwer
except ImportError:
    print("jiwer is not installed in this Python; scripts/setup.sh --tests installs it.")
    sys.exit(77)

VOCABULARY = "the a of and to in he was that it his i with had as she her for on you but be they don't Mr. $5 1984 it's U.S. OK".split()


def damaged(words: list[str], dice: random.Random, rate: float) -> list[str]:
    result = []
    for word in words:
        fate = dice.random()
        if fate < rate / 3:
            continue
        result.append(dice.choice(VOCABULARY) if fate < 2 * rate / 3 else word)
        if fate > 1 - rate / 3:
            result.append(dice.choice(VOCABULARY))
    return result


def made_texts(dice: random.Random) -> list[tuple[str, str]]:
    pairs = [("one two three", ""), ("x", "x"), ("a b", "b c")]
    for rate in (0.05, 0.3, 0.9):
        for length in (1, 3, 10, 40, 400):
            for _ in range(6):
                words = [dice.choice(VOCABULARY) for _ in range(length)]
                pairs.append((" ".join(words), " ".join(damaged(words, dice, rate))))
    return pairs


def evaluate(attend: str, pairs: list[tuple[str, str]], folder: Path) -> dict:
    manifest, hypotheses = folder / "manifest.jsonl", folder / "hypotheses.jsonl"
    with open(manifest, "w") as references, open(hypotheses, "w") as texts:
        for number, (reference, hypothesis) in enumerate(pairs):
            print(json.dumps({"id": str(number), "audio": "none.wav", "text": reference}), file=references)
            print(json.dumps({"id": str(number), "text": hypothesis}), file=texts)
    command = [attend, "eval", manifest, "--hypotheses", hypotheses, "--json", "--per-file"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def check(ours: dict, references: list[str], hypotheses: list[str], where: str) -> None:
    theirs = jiwer.process_words(references, hypotheses)
    errors = ours["substitutions"] + ours["deletions"] + ours["insertions"]
    # Equally good alignments may split the errors in other ways; their sum, and the surplus of deletions, are unique.
    assert errors == theirs.substitutions + theirs.deletions + theirs.insertions, (where, ours, theirs)
    assert ours["deletions"] - ours["insertions"] == theirs.deletions - theirs.insertions, (where, ours, theirs)
    assert ours["words"] == theirs.hits + theirs.substitutions + theirs.deletions, (where, ours, theirs)
    assert abs(ours["wer"] - 100 * theirs.wer) < 1e-9, (where, ours["wer"], theirs.wer)


def main() -> None:
    pairs = made_texts(random.Random(1))
    with tempfile.TemporaryDirectory() as folder:
        result = evaluate(sys.argv[1], pairs, Path(folder))
    files = result["files"]
    assert len(files) == len(pairs)
    for file in files:
        check(file, [file["reference"]], [file["hypothesis"]], file["id"])
    check(result, [file["reference"] for file in files], [file["hypothesis"] for file in files], "all")
    print(f"{len(files)} texts, {result['words']} words: the same counts.")


if __name__ == "__main__":
    main()
