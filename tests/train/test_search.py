"""The incremental search, on a scorer that is told what to answer, and on a random network."""

import itertools

import pytest
import torch
from attend_train import reference
from attend_train.model import Model
from attend_train.search import RowScorer, Search, SearchConfig, stream
from torch import Tensor

BEGIN, END = 1, 2
BEGINS = [label >= 10 for label in range(100)]  # labels from 10 on begin a word, 3 to 9 continue one


class Told:
    """Answers from a list of (label, row): a label is heard at its row once that exists, else at the last row."""

    def __init__(self, spoken: list[tuple[int, int]]) -> None:
        self.spoken, self.total, self.sequence, self.frozen = spoken, 0, [], 0
        self.settled = 0

    def see(self, settled: Tensor, preview: Tensor) -> None:
        self.settled += len(settled)
        self.total = self.settled + len(preview)
        self.sequence = self.sequence[: self.frozen]

    def score(self, labels: list[int], wanted: int) -> tuple[Tensor, list[int]]:
        answers, peaks = torch.full((len(labels), 100), -9.0), []
        for i, label in enumerate(labels):
            self.sequence.append(label)
            at = len(self.sequence) - 1
            label, row = self.spoken[at] if at < len(self.spoken) else (END, self.total - 1)
            answers[i, label] = -0.1
            peaks.append(min(row, self.total - 1))
        return answers[-wanted:], peaks[-wanted:]

    def drop_behind(self, labels: int) -> None:
        self.sequence = self.sequence[:labels]

    def freeze(self, labels: int) -> None:
        self.frozen = labels


def run(spoken: list[tuple[int, int]], rows: int, chunk: int = 10, preview: int = 20, **config: float) -> list:
    search = Search(Told(spoken), BEGINS, BEGIN, END, SearchConfig(**{"opening": 0, **config}))
    out, start = [], 0
    while True:
        last = start + chunk + preview >= rows
        settle, ahead = (rows - start, 0) if last else (chunk, preview)
        out.append(search.step(torch.zeros(settle, 1), torch.zeros(ahead, 1), rows if last else start + chunk, last))
        if last:
            return out
        start += chunk


def test_words_are_committed_when_settled_and_agreed() -> None:
    spoken = [(10, 3), (11, 12), (4, 18), (12, 40)]
    steps = run(spoken, 100)
    assert steps[0].committed == [] and steps[0].accepted == [10, 11, 4]  # nothing has been agreed on yet
    assert steps[1].committed == [10, 11] or steps[1].committed == [10]
    assert steps[-1].committed == [10, 11, 4, 12]
    for before, after in itertools.pairwise(steps):
        assert after.committed[: len(before.committed)] == before.committed


def test_nothing_is_accepted_at_the_edge() -> None:
    steps = run([(10, 26)], 60)
    assert steps[0].total == 30 and steps[0].accepted == [] and steps[0].why == "edge"
    assert steps[1].accepted == [10]


def test_loops_are_taken_back() -> None:
    loop = [(10, 5), (11, 8)] + [(10, 5), (11, 8)] * 20
    steps = run(loop, 40)
    assert steps[-1].committed == [10, 11] and steps[-1].why == "repeat"


def test_labels_without_sound_stall() -> None:
    steps = run([(10 + i, 6) for i in range(60)], 300, chunk=300)
    assert len(steps[-1].committed) == 2 and steps[-1].why == "stall"


def test_jumping_back_stops() -> None:
    steps = run([(10, 5), (11, 90), (12, 91), (13, 10)], 120)
    assert steps[-1].committed == [10, 11, 12] and steps[-1].why == "back"
    steps = run([(10, 90), (11, 5), (12, 10)], 120)  # a first label that listens astray moves nothing
    assert steps[-1].committed == [10, 11, 12] and steps[-1].why == "end"


def test_doubtful_words_alone_are_not_committed() -> None:
    assert run([(10, 5)], 20, doubt=0.95)[-1].committed == []  # the scorer gives every label 0.9
    assert run([(10, 5)], 20, doubt=0.85)[-1].committed == [10]


def test_text_is_bounded() -> None:
    steps = run([(10 + i % 80, i // 10) for i in range(500)], 50, chunk=50, stall=10**6, repeat_longest=0)
    assert len(steps[-1].committed) == int(0.2 * 50) + 8 and steps[-1].why == "full"


def network() -> Model:
    return reference.perturbed(reference.rotary_config(), 21, norm_biases=False)


@torch.no_grad()
def test_scorer_caches_change_nothing() -> None:
    decoder = network().decoder
    rows, labels = torch.randn(30, 32), [1, 20, 30, 40, 50]
    scorer = RowScorer(decoder)
    scorer.see(rows[:10], rows[10:20])
    scorer.score(labels[:3], 1)
    scorer.see(rows[10:20], rows[20:])
    scorer.score(labels, 2)
    scorer.drop_behind(3)
    scores, peaks = scorer.score(labels[3:], 2)
    hidden, clock = decoder.hidden(torch.tensor([labels]), decoder.start(rows[None]))
    assert torch.allclose(scores, decoder.project(hidden[0, 3:]).log_softmax(-1), atol=1e-4)
    assert peaks == clock[0, 3:].argmax(-1).tolist()


@pytest.mark.parametrize("seed", range(3))
@torch.no_grad()
def test_committed_is_final_on_a_random_network(seed: int) -> None:
    model, labels = network(), reference.tiny_labels()
    begins = [labels.starts_word(i) for i in range(labels.count)]
    stem = torch.randn(120, 32, generator=torch.Generator().manual_seed(seed))
    before: list[int] = []
    for step in stream(model, begins, stem, 7, 12, config=SearchConfig(refresh=20)):
        assert step.committed[: len(before)] == before
        assert len(step.committed) + len(step.accepted) <= int(0.2 * step.total) + 8
        before = step.committed


@torch.no_grad()
def test_words_do_not_wait_for_hindsight() -> None:
    model, labels = network(), reference.tiny_labels()
    begins = [labels.starts_word(i) for i in range(labels.count)]
    done = list(stream(model, begins, torch.randn(60, 32), 7, 12, hindsight=14))
    assert [step.total for step in done] == [19, 26, 33, 40, 47, 54, 60]
    assert [step.horizon for step in done] == [7, 14, 21, 28, 35, 42, 60]


@pytest.mark.parametrize("rows", [7, 19, 26, 28, 30])
@torch.no_grad()
def test_every_segment_ends_with_one_final(rows: int) -> None:
    """Also where the last step reaches the last row: everything is settled and nothing stays tentative."""
    model, labels = network(), reference.tiny_labels()
    begins = [labels.starts_word(i) for i in range(labels.count)]
    stem = torch.randn(rows, 32, generator=torch.Generator().manual_seed(rows))
    for chunk, lookahead, hindsight in ((7, 12, 0), (7, 12, 7), (7, 0, 0), (4, 2, 0), (4, 2, 3)):
        done = list(stream(model, begins, stem, chunk, lookahead, hindsight))
        assert [s.horizon for s in done] == sorted(s.horizon for s in done)
        assert done[-1].horizon == done[-1].total == rows and done[-1].accepted == []
        assert len(done) == max(0, (rows - chunk - lookahead) // chunk + 1) + 1
