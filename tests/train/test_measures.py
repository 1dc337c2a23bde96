"""The scripts that measure a model beyond its error rate: loops, words in noise, marks and casing."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import ROOT, voice, write_wav

sys.path.insert(0, str(ROOT / "scripts"))

import check_robustness
import make_disturbances
import score_writing


def test_loops() -> None:
    loops = check_robustness.loops
    assert loops("no no no no", "no") == ["no"]
    assert loops("No, no, no. No!", "no no no no") == []  # the reference has it
    assert loops("no no no", "no") == []  # three times are no loop
    assert loops("well " + "on foot " * 4 + "he went", "well on foot he went") == ["foot on"]  # once, whatever its turn
    assert loops("a b c a b c a b c a b", "") == []  # three and a part
    assert loops("one two three four five six seven eight nine " * 4, "") == []  # nine words: longer than a phrase
    assert loops("on and on and on and on and on", "on and on and on and on and on and") == []


def test_marks_and_casing() -> None:
    score = score_writing.Score()
    score.add("Well, he said: is it Bob? Yes.", "well, he said is it Bob? Yes, it")
    assert score.wanted == {".": 1, ",": 2, "?": 1, "!": 0} and score.written == {".": 0, ",": 2, "?": 1, "!": 0}
    assert score.right == {".": 0, ",": 1, "?": 1, "!": 0}
    assert score.f1(",") == (50.0, 50.0, 50.0) and score.f1("?")[2] == 100.0 and score.f1("!") == (0.0, 0.0, 0.0)
    assert score.f1(".,?!")[2] == pytest.approx(100 * 2 * 2 / (3 + 4))
    assert score.casing(True) == 50.0 and score.casing(False) == 100.0  # "well" is not "Well"; "Yes" is


def test_words_and_marks_of_a_text() -> None:
    words = score_writing.words_of("“It’s well-known,” Mr. O'Neil said — really?! Yes…")
    assert [w.text for w in words] == ["It's", "well", "known", "Mr", "O'Neil", "said", "really", "Yes"]
    assert [w.mark for w in words] == ["", "", ",", ".", "", ",", "?", "."]
    assert [w.opens for w in words] == [True, False, False, False, True, False, False, True]


@pytest.mark.parametrize("seed", range(10))
def test_alignment_has_the_fewest_errors(seed: int) -> None:
    from attend_train.evaluate import edits

    rng = np.random.default_rng(seed)
    a, b = ([score_writing.Word(w, "", False) for w in rng.choice(["x", "Y", "z"], rng.integers(0, 9))] for _ in "ab")
    pairs = score_writing.align(a, b)
    assert [p[0] for p in pairs if p[0]] == a and [p[1] for p in pairs if p[1]] == b
    errors = sum(x is None or y is None or x.bare != y.bare for x, y in pairs)
    assert errors == edits([w.bare for w in a], [w.bare for w in b])


def test_disturbances(tmp_path: Path) -> None:
    """All sets are there, of the stated length, level and rate; the same seed gives the same files."""
    source = tmp_path / "speech"
    source.mkdir()
    write_wav(source / "a.wav", voice(1.5, 1))
    write_wav(source / "b.wav", voice(1.0, 2))
    lines = [{"id": name, "audio": f"{name}.wav", "text": "something"} for name in "ab"]
    (source / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [sys.executable, ROOT / "scripts" / "make_disturbances.py", tmp_path / "out", "--minutes", "0.05"]
    subprocess.run([*command, "--speech", source], check=True)
    again = tmp_path / "again"
    again.mkdir()
    make_disturbances.make_sounds(again / "street", "street", 0.05, 1)
    assert (again / "street" / "street-1.wav").read_bytes() == (tmp_path / "out/street/street-1.wav").read_bytes()
    for kind in make_disturbances.SOUNDS:
        samples, rate = soundfile.read(tmp_path / "out" / kind / f"{kind}-1.wav")
        assert rate == 16000 and len(samples) == 48000
        loudness = 20 * np.log10(make_disturbances.level(samples))
        assert loudness < -80 if kind == "silence" else -56 < loudness < -19
    read = lambda kind, name="a": soundfile.read(tmp_path / "out" / kind / f"{name}.wav")
    clean, noisy = read("clean")[0], read("noisy")[0]
    assert np.array_equal(clean, soundfile.read(source / "a.wav")[0])
    scale = float(noisy @ clean / (clean @ clean))
    ratio = make_disturbances.level(scale * clean) / make_disturbances.level(noisy - scale * clean)
    assert abs(20 * np.log10(ratio) - 10) < 1
    assert abs(20 * np.log10(make_disturbances.level(read("quiet")[0])) + 30) < 0.2
    assert np.mean(np.abs(read("clipped")[0]) > 0.98) > 0.05
    assert len(read("followed")[0]) == len(clean) + 60 * 16000
    narrow, rate = read("telephone")
    assert rate == 8000 and len(narrow) == 12000
    spectrum = np.abs(np.fft.rfft(narrow)) ** 2
    assert spectrum[: int(250 * 1.5)].sum() + spectrum[int(3500 * 1.5) :].sum() < 0.02 * spectrum.sum()
    record = json.loads((tmp_path / "out/followed/manifest.jsonl").read_text().splitlines()[1])
    assert record["id"] == "b" and record["speech_ends"] == 1.0 and record["text"] == "something"


def test_loops_in_evaluated_texts(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    rows = [("a", "no no no no", "no"), ("b", "ha ha ha ha", "ha ha ha ha"), ("c", "yes", "yes")]
    lines = [{"id": i, "hypothesis": h, "reference": r} for i, h, r in rows] + [{"id": "d", "failure": "unreadable"}]
    texts.write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [sys.executable, ROOT / "scripts" / "count_loops.py", texts]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "1 loops in 3 recordings" in done.stdout and "a: no" in done.stdout
