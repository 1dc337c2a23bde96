"""Tests of the measuring scripts: what they compute themselves, with stand-ins for the recognisers."""

import json
import sys
from argparse import Namespace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

pytest.importorskip("soundfile", reason="soundfile is not installed in this Python; scripts/setup.sh --tests installs it.")

import align_words
import check_word_times
import compare_peer
import measuring
import sweep_search

DICTIONARY = {"horse": "HH AO R S", "corn": "K AO R N", "cakes": "K EY K S", "the": "DH AH"}


@pytest.mark.parametrize(
    "word, phones",
    [
        ("corncakes", "K AO R N K EY K S"),  # two known words
        ("horse's", "HH AO R S Z"),  # a known word and an ending
        ("unhorsed", "AH N HH AO R S D"),
        ("shab", "SH AE B"),  # letters, two of which are one sound
    ],
)
def test_unknown_words_are_pronounced_by_their_pieces(word, phones):
    assert align_words.Speller(DICTIONARY.get).phones(word) == phones


def test_what_is_no_letter_is_not_pronounced():
    assert align_words.Speller(DICTIONARY.get).phones("a1") is None
    assert align_words.spoken_form("“Don’t,") == "don't"
    assert align_words.spoken_form("1984") == ""
    assert align_words.spoken_form("--") == ""


def test_limits_are_spread_as_the_program_spreads_them():
    assert measuring.spread(list(range(10)), 3) == [0, 3, 6]
    assert measuring.spread([1, 2], 5) == [1, 2]
    assert measuring.spread([1, 2], None) == [1, 2]


def test_costs_of_a_program_are_its_own(tmp_path):
    burn = "import time\nblock = bytearray(60_000_000)\nwhile time.process_time() < 0.2: pass\nprint('done')"
    finished = measuring.run_measured([sys.executable, "-c", burn])
    assert finished.output == "done\n"
    assert finished.processor_seconds >= 0.2
    assert finished.peak_bytes >= 60_000_000
    with pytest.raises(SystemExit, match="ended with 3"):
        measuring.run_measured([sys.executable, "-c", "raise SystemExit(3)"])


def line(number, text, complete=False):
    return SimpleNamespace(line=SimpleNamespace(line_id=number, text=text, is_complete=complete))


def test_the_peers_lines_become_a_timeline():
    timeline = compare_peer.PeerTimeline()
    timeline.take(line(1, "hello"))
    timeline.note(0.4, None, at_end=False)
    timeline.note(0.8, None, at_end=False)  # nothing changed
    timeline.take(line(1, "hello world", complete=True))
    timeline.take(line(2, "again"))
    timeline.note(1.2, 1.3, at_end=False)
    timeline.take(line(2, "again", complete=True))
    timeline.note(1.6, None, at_end=True)
    assert timeline.showings == [
        {"kind": "partial", "audio_time": 0.4, "committed": "", "tentative": "hello"},
        {"kind": "endpoint", "audio_time": 1.2, "wall_time": 1.3, "committed": "hello world", "tentative": "again"},
        {"kind": "end", "audio_time": 1.6, "committed": "hello world again", "tentative": ""},
    ]


def test_the_peer_hears_blocks_in_order():
    heard = []

    class Stream:
        def add_listener(self, listener):
            self.listener = listener

        def start(self):
            pass

        def add_audio(self, samples, rate):
            heard.extend(samples)
            self.listener(line(1, f"word{len(heard)}"))

        def stop(self):
            self.listener(line(1, "all", complete=True))

        def close(self):
            pass

    transcriber = SimpleNamespace(create_stream=Stream)
    samples = np.arange(25, dtype=np.float32)
    showings = compare_peer.play_to_peer(transcriber, samples, 100, 10, real_time=False)
    assert heard == samples.tolist()
    assert [showing["audio_time"] for showing in showings] == [0.1, 0.2, 0.25, 0.25]
    assert showings[-1] == {"kind": "end", "audio_time": 0.25, "committed": "all", "tentative": ""}


def test_time_differences_are_of_words_that_both_have():
    heard = [{"text": text, "start": start, "end": end} for text, start, end in (("The", 0.1, 0.3), ("cap", 0.3, 0.5), ("sat.", 0.6, 0.9))]
    spoken = [{"word": word, "start": start, "end": end} for word, start, end in (("the", 0.2, 0.3), ("cat", 0.3, 0.5), ("sat", 0.5, 1.0))]
    assert check_word_times.differences(heard, spoken) == [pytest.approx((-0.1, 0.0)), pytest.approx((0.1, -0.1))]


def test_the_best_shift_takes_a_bias_away():
    errors = np.linspace(-0.1, 0.1, 101) + 0.2
    shift, share = check_word_times.best_shift(errors, 0.15)
    assert shift == pytest.approx(-0.2, abs=0.01)
    assert share == 1.0


def sweep_options(**changes):
    manifests = [Path("dev/manifest.jsonl")]
    options = {"manifests": manifests, "chunks": "320,full", "lookaheads": "0,640", "beams": "1,4", "models": "", "lm": ""}
    return Namespace(**{**options, **changes})


def test_a_segment_heard_whole_has_no_lookahead():
    cells = sweep_search.cells_of(sweep_options())
    assert [(cell.chunk, cell.lookahead, cell.beam) for cell in cells] == [
        ("320", "0", 1), ("320", "0", 4), ("320", "640", 1), ("320", "640", 4), ("full", "0", 1), ("full", "0", 4)]  # fmt: skip
    assert cells[0].options() == ["--chunk", "320ms", "--lookahead", "0", "--beam", "1"]
    assert cells[3].options() == ["--chunk", "320ms", "--lookahead", "640ms", "--beam", "4"]
    assert cells[4].options() == ["--chunk", "full", "--beam", "1"]
    assert len(sweep_search.cells_of(sweep_options(lm="x.arpa"))) == 12


FAKE_ATTEND = """#!{python}
import json, sys
with open({log!r}, "a") as log:
    print(*sys.argv[1:], file=log)
if sys.argv[1] == "model":
    print(json.dumps({{"sha256": "abcdef0123"}}))
else:
    delay = {{"p50": 300.0, "p90": 500.0, "p99": 700.0, "count": 9}}
    streaming = {{"shown_wer": 6.0, "flicker": 0.05, "shown_ms": delay, "committed_ms": None, "long_by_final_share": 0.125}}
    print(json.dumps({{"wer": 5.5, "rtf": 0.03, "manifest": sys.argv[2], "model_name": "m", "streaming": streaming}}))
"""


def test_a_sweep_goes_on_where_it_was_interrupted(tmp_path, monkeypatch, capsys):
    log, attend, manifest, output = tmp_path / "log", tmp_path / "attend", tmp_path / "dev" / "manifest.jsonl", tmp_path / "out.jsonl"
    attend.write_text(FAKE_ATTEND.format(python=sys.executable, log=str(log)))
    attend.chmod(0o755)
    manifest.parent.mkdir()
    manifest.write_text("{}\n")
    (tmp_path / "dev.jsonl").write_text("")
    arguments = ["sweep", str(attend), str(manifest), "-o", str(output), "--alignments", str(tmp_path), "--lookaheads", "0,640"]
    arguments += ["--beams", "1"]
    monkeypatch.setattr(sys, "argv", [*arguments, "--chunks", "320"])
    sweep_search.main()
    assert len(measuring.read_lines(output)) == 2
    monkeypatch.setattr(sys, "argv", [*arguments, "--chunks", "320,640"])
    sweep_search.main()
    lines = measuring.read_lines(output)
    assert len(lines) == 4
    runs = [line for line in log.read_text().splitlines() if line.startswith("eval")]
    assert len(runs) == 4
    assert f"--alignment {tmp_path / 'dev.jsonl'}" in runs[0]
    table = capsys.readouterr().out.splitlines()
    assert table[-1] == "| dev | 640 | 640 | 1 | m abcdef01 | no | 5.50 | 6.00 | 0.050 | 300 / 500 / 700 | – | 12.5 | 0.0300 |"
    manifest.write_text('{"another": 1}\n')
    sweep_search.main()
    assert len(measuring.read_lines(output)) == 8
    assert json.loads(output.read_text().splitlines()[-1])["key"]["chunk"] == "640"
