"""Texts to learn from: transcripts in the teacher's spelling, and where each label is heard."""

import itertools

import numpy as np
import pytest
import torch
from attend_train.finetune_batches import SILENCE, Item, crop, targets
from attend_train.reference import tiny_labels
from attend_train.references import TRUSTED, Reference, least_agreement, merge, monotonic_paths


def test_case_and_marks_come_from_the_teacher() -> None:
    text, agreement = merge("HE SAID WELL I SHALL COME ON MONDAY", "He said: well, I shall come on Monday.")
    assert text == "He said: well, I shall come on Monday." and agreement == 1.0


def test_words_come_from_the_transcript() -> None:
    text, agreement = merge("THE CAT SAT ON THE MAT", "The cat sat upon the mat.")
    assert text == "The cat sat on the mat." and abs(agreement - 5 / 6) < 1e-9
    assert merge("twenty five", "25.")[1] == 0.0
    assert merge("Ask Dr. Smith", "ask doctor smith")[0] == "ask Dr. smith"
    assert merge("", "")[1] == 1.0 and merge("", "you know")[1] == 0.0


def test_least_agreement_goes_by_the_longest_beginning() -> None:
    least = {"cv": 0.25, "cv-old": 0.5, "librispeech": 0.0}
    assert least_agreement("librispeech-train-clean-5", least) == 0.0
    assert least_agreement("cv1-valid-dev", least) == 0.25 and least_agreement("cv-old-1", least) == 0.5
    assert least_agreement("minds14", least) == least_agreement("", {}) == TRUSTED


def test_paths_are_the_best_monotonic_ones() -> None:
    attention = torch.rand(5, 4, 6, generator=torch.Generator().manual_seed(1))
    labels, rows = torch.tensor([4, 2, 0, 1, 4]), torch.tensor([6, 4, 6, 1, 3])
    found = monotonic_paths(attention, labels, rows)
    for k, path in enumerate(found):
        score = (attention[k] + 1e-4).log()
        every = itertools.combinations_with_replacement(range(int(rows[k])), int(labels[k]))
        assert path == list(max(every, key=lambda path: sum(score[i, r] for i, r in enumerate(path))))


END = 2
SOUND = np.zeros(16000, np.float32)


def item(rows: list[int], before: int = 0, ends: bool = True, trusted: bool = True, whole: bool = True) -> Item:
    labels = [10 + i for i in range(len(rows))]
    return Item(SOUND, SOUND, SOUND, before, labels, rows, ends, trusted, whole)


def test_targets_of_a_whole_recording() -> None:
    assert targets(item([5, 20]), END, None) == ([10, 11, END], [1, 1, 1], [1, 1, 1])
    assert targets(item([5, 20], trusted=False), END, None)[1:] == ([1, 1, 1], [0, 0, 0])
    assert targets(item([5, 20], ends=False, whole=False), END, None)[1:] == ([1, 1, 0], [0, 1, 0])


def test_targets_of_silence() -> None:
    assert targets(item([], before=-1), END, None) == ([END], [0], [SILENCE])
    assert targets(item([]), END, None) == ([END], [0], [SILENCE])
    assert targets(item([20, 30]), END, 13) == ([END, 11, END], [0, 0, 0], [SILENCE, 0, 0])  # nobody has spoken yet
    assert targets(item([20, 30]), END, -40)[0][0] == END


def test_targets_in_the_middle_of_a_stream() -> None:
    assert targets(item([20, 30]), END, 20)[1:] == ([0, 0, 0], [0, 0, 0])  # the first word has begun: nothing to learn
    assert targets(item([20, 30]), END, 30) == ([10, 11, END], [1, 0, 0], [1, 0, 0])
    assert targets(item([20, 30]), END, 38)[1] == [1, 1, 0]  # heard, but who knows whether more comes
    assert targets(item([20, 30]), END, 45)[1] == [1, 1, 1]


@pytest.mark.parametrize("seed", range(30))
def test_crops_keep_what_is_heard(seed: int) -> None:
    labels = tiny_labels()
    starts = [i for i in range(300) if labels.starts_word(i)][:5]
    reference = Reference("x", "", starts, [10, 40, 80, 120, 160], 1.0, True)
    samples = np.arange(100000, dtype=np.float32)
    sound, found, rows, ends, whole = crop(np.random.default_rng(seed), samples, reference, labels, 24000)
    first = int(sound[0]) // 384
    last = first + (24000 - 895) // 384
    assert len(sound) == 24000 and int(sound[0]) % 384 == 0 and not whole
    assert [reference.rows[starts.index(label)] - first for label in found] == rows
    assert all(0 <= r <= last - first - 6 for r in rows)
    inside = [r for r in reference.rows if first + 6 <= r <= last - 6]
    assert len(found) == len(inside) or (first == 0 and len(found) == len(inside) + 1)
    if ends and not found:
        assert not any(first - 6 <= r <= last + 6 for r in reference.rows)
