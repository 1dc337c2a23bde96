"""The greedy attention-led search over one segment, rule by rule as docs/search.md has it (steps 1 to 5, and its
final).

It exists to measure models while they are trained, and to check the C++ search: on the same scores both commit the same
labels at the same steps. Times, endpoints and second opinions are left to the C++ search.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .model import Decoder, DecoderState, Model
from .streaming import EncoderStream, steps


@dataclass(frozen=True)
class SearchConfig:
    """Sizes in encoder rows; names as in docs/search.md."""

    edge_guard: int = 5
    jump_back: int = 60
    repeat_longest: int = 16
    repeat_advance: int = 3
    stall: int = 16
    labels_per_row: float = 0.2
    refresh: int = 336
    commit_guard: int = 4
    opening: int = 10
    doubt: float = 0.3
    patience: int = 84
    show_guard: int = 8


class RowScorer:
    """The decoder over rows that grow: keys and values of settled rows, and of labels that are kept, are cached."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self.settled: list[tuple[Tensor, Tensor]] | None = None
        self.kept = DecoderState([], None, [None] * len(decoder.blocks))
        self.state = self.kept

    def see(self, settled: Tensor, preview: Tensor) -> None:
        """Rows of this step: those that settled in it, [new, d], and preview rows, [r, d]."""
        new = [block.cross.rows(settled[None]) for block in self.decoder.blocks]
        if self.settled is not None:
            new = [
                tuple(torch.cat(both, 2) for both in zip(*pair, strict=True))
                for pair in zip(self.settled, new, strict=True)
            ]
        self.settled, cross = new, new
        if len(preview):
            more = [block.cross.rows(preview[None]) for block in self.decoder.blocks]
            cross = [
                tuple(torch.cat(both, 2) for both in zip(*pair, strict=True)) for pair in zip(new, more, strict=True)
            ]
        self.state = DecoderState(cross, None, list(self.kept.past))

    def score(self, labels: list[int], wanted: int) -> tuple[Tensor, list[int]]:
        """Adds labels; for the last `wanted` places: log-probabilities [wanted, labels] and clock peaks."""
        hidden, clock = self.decoder.hidden(torch.tensor([labels]), self.state)
        scores = self.decoder.project(hidden[0, len(labels) - wanted :]).log_softmax(-1)
        return scores, clock[0, len(labels) - wanted :].argmax(-1).tolist()

    def drop_behind(self, labels: int) -> None:
        """Forgets all but the first `labels` labels of this step's sequence (`begin` counts)."""
        self.state = self.state.keep(labels)

    def freeze(self, labels: int) -> None:
        """Keeps keys and values of the first `labels` labels for the steps to come."""
        self.kept = DecoderState([], None, self.state.keep(labels).past)


def _second(peaks: list[int]) -> int:
    """The second-largest peak, 0 if there are fewer than two."""
    return sorted(peaks)[-2] if len(peaks) > 1 else 0


@dataclass
class Step:
    """What a step ended with. Peaks are rows; `shown` counts the accepted labels that are shown."""

    total: int
    horizon: int
    committed: list[int]
    accepted: list[int]
    peaks: list[int]
    shown: int
    why: str


@dataclass
class Search:
    """State of a segment."""

    scorer: RowScorer
    begins_word: list[bool]
    begin: int
    end: int
    config: SearchConfig = field(default_factory=SearchConfig)
    committed: list[int] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)  # of committed labels
    last: list[int] = field(default_factory=list)  # committed and accepted labels at the end of the last step
    total: int = 0
    horizon: int = 0
    settled: int = 0
    frozen: int = 0  # labels (`begin` counts) whose keys and values are kept

    def step(self, settled: Tensor, preview: Tensor, horizon: int, final: bool) -> Step:
        """One step: rows that settle in it [new, d], preview rows [r, d]; words before row `horizon` may be committed.
        At a final there is no preview.
        """
        self.settled += len(settled)
        self.total, self.horizon = self.settled + len(preview), horizon
        if self.total == 0:
            return Step(0, 0, list(self.committed), [], [], 0, "end")
        self.scorer.see(settled, preview)
        accepted, peaks, likely, best, why = self._extend(final)
        if final and not self.committed and accepted and likely < self.config.doubt:
            accepted, peaks = [], []  # over silence, networks invent a word
        groups = self._groups(accepted)
        complete = best == self.end or self.begins_word[best]
        take = len(accepted) if final else self._commit(accepted, peaks, groups, complete)
        shown = take
        for start, stop in groups:
            if start < take:
                continue
            whole = stop < len(accepted) or complete
            if not whole or not (
                max(peaks[:stop]) < self.total - self.config.show_guard or self._agreed(accepted, stop)
            ):
                break
            shown = stop
        if final:
            shown = len(accepted)
        self.last = self.committed + accepted
        self.committed, self.peaks = self.committed + accepted[:take], self.peaks + peaks[:take]
        self._freeze()
        rest = slice(take, None)
        return Step(self.total, self.horizon, list(self.committed), accepted[rest], peaks[rest], shown - take, why)

    def _extend(self, final: bool) -> tuple[list[int], list[int], float, int, str]:
        """Steps 1 and 2: accepted labels, their peaks and mean probability, the label not accepted, and why."""
        c, base = self.config, len(self.committed)
        old = self.last[base:]
        sequence = [self.begin, *self.committed, *old][self.frozen :]
        scores, where_of = self.scorer.score(sequence, len(old) + 1)
        best_of = scores.argmax(-1).tolist()
        walked = True  # still on last step's labels, whose scores are at hand
        accepted: list[int] = []
        peaks: list[int] = []
        likely: list[float] = []  # logarithms
        # The second-largest peak: a single label that listens astray moves nothing.
        furthest, idle = _second(self.peaks), 0
        bound = int(c.labels_per_row * self.total) + 8
        while True:
            at = len(accepted) if walked else 0
            best, where = int(best_of[at]), int(where_of[at])
            if base + len(accepted) >= bound:
                why = "full"
            elif best == self.end:
                why = "end"
            elif not final and where >= self.total - c.edge_guard:
                why = "edge"
            elif where < furthest - c.jump_back:
                why = "back"
            else:
                accepted.append(best)
                peaks.append(where)
                likely.append(float(scores[at, best]))
                before, furthest = furthest, _second(self.peaks + peaks)
                idle = 0 if furthest > before else idle + 1
                back = self._repeated(accepted, peaks)
                why = "repeat" if back else ""
                if not back and idle >= c.stall:
                    back, why = c.stall, "stall"
                if back:
                    best = accepted[-back]
                    del accepted[-back:], peaks[-back:], likely[-back:]
            if why:
                return accepted, peaks, math.exp(sum(likely) / max(1, len(likely))), best, why
            if walked and len(accepted) <= len(old) and accepted[-1] == old[len(accepted) - 1]:
                continue
            if walked:
                self.scorer.drop_behind(base + len(accepted))
                walked = False
            scores, where_of = self.scorer.score([best], 1)
            best_of = scores.argmax(-1).tolist()

    def _repeated(self, accepted: list[int], peaks: list[int]) -> int:
        """How many labels at the end say again, in the same place, what the labels before them say; 0 if none."""
        labels, rows = self.committed + accepted, self.peaks + peaks
        for n in range(1, min(self.config.repeat_longest, len(accepted), len(labels) // 2) + 1):
            if labels[-n:] != labels[-2 * n : -n] or not self.begins_word[labels[-n]]:
                continue
            if max(rows[-n:]) < max(rows[-2 * n : -n]) + self.config.repeat_advance:
                return n
        return 0

    def _groups(self, accepted: list[int]) -> list[tuple[int, int]]:
        """Words (and a tail of a committed word, if there is one) as ranges of accepted labels."""
        starts = [i for i, label in enumerate(accepted) if i == 0 or self.begins_word[label]]
        return list(zip(starts, [*starts[1:], len(accepted)], strict=True)) if accepted else []

    def _agreed(self, accepted: list[int], stop: int) -> bool:
        labels = self.committed + accepted[:stop]
        return self.last[: len(labels)] == labels

    def _commit(self, accepted: list[int], peaks: list[int], groups: list[tuple[int, int]], complete: bool) -> int:
        """Step 4: how many of the accepted labels are committed."""
        c, take = self.config, 0
        for _, stop in groups:
            if not self.committed and self.horizon < peaks[0] + c.opening:
                break
            furthest = max(peaks[:stop])
            late = c.patience > 0 and furthest < self.horizon - c.commit_guard - c.patience
            whole = stop < len(accepted) or complete
            if not late and not (whole and furthest < self.horizon - c.commit_guard and self._agreed(accepted, stop)):
                break
            take = stop
        return take

    def _freeze(self) -> None:
        count = 0
        for peak in self.peaks[: max(0, len(self.committed) - 1)]:
            if peak >= self.total - self.config.refresh:
                break
            count += 1
        if count:
            self.frozen = count + 1
            self.scorer.freeze(self.frozen)


@torch.no_grad()
def stream(
    model: Model,
    begins_word: list[bool],
    stem_rows: Tensor,
    chunk: int,
    lookahead: int,
    hindsight: int = 0,
    left: int = 10**9,
    config: SearchConfig | None = None,
) -> Iterator[Step]:
    """Searches one recording as one segment, from stem rows [T, d]; yields every step's result."""
    encoder = EncoderStream(model.encoder, left)
    decoder = model.config["decoder"]
    search = Search(RowScorer(model.decoder), begins_word, decoder["begin"], decoder["end"], config or SearchConfig())
    total = len(stem_rows)
    before = max(0, total - lookahead) // chunk  # steps before the final one
    taken = steps(total, chunk, lookahead, hindsight)
    for number, (start, settle, preview) in enumerate(taken):
        rows = encoder.step(stem_rows[start : start + settle + preview], settle)
        final = number == before
        yield search.step(rows[:settle], rows[settle:], total if final else (number + 1) * chunk, final)
    if len(taken) == before:  # the last step settled everything; a final is still to come
        nothing = stem_rows.new_zeros(0, stem_rows.shape[1])
        yield search.step(nothing, nothing, total, True)


@torch.no_grad()
def greedy(model: Model, rows: Tensor) -> list[int]:
    """Labels of a whole recording, greedily, from its encoder rows [T, d]."""
    decoder = model.config["decoder"]
    state, labels, given = model.decoder.start(rows[None]), [], decoder["begin"]
    while len(labels) < int(0.2 * len(rows)) + 8:
        hidden, _ = model.decoder.hidden(torch.tensor([[given]]), state)
        given = int(model.decoder.project(hidden[0, -1]).argmax())
        if given == decoder["end"]:
            break
        labels.append(given)
    return labels
