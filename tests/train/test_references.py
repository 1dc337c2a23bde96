"""Texts to learn from: transcripts in the teacher's spelling, and where each label is heard."""

import itertools

import numpy as np
from attend_train.references import merge, monotonic_path


def test_case_and_marks_come_from_the_teacher() -> None:
    text, agreement = merge("HE SAID WELL I SHALL COME ON MONDAY", "He said: well, I shall come on Monday.")
    assert text == "He said: well, I shall come on Monday." and agreement == 1.0


def test_words_come_from_the_transcript() -> None:
    text, agreement = merge("THE CAT SAT ON THE MAT", "The cat sat upon the mat.")
    assert text == "The cat sat on the mat." and abs(agreement - 5 / 6) < 1e-9
    assert merge("twenty five", "25.")[1] == 0.0
    assert merge("Ask Dr. Smith", "ask doctor smith")[0] == "ask Dr. smith"
    assert merge("", "")[1] == 1.0 and merge("", "you know")[1] == 0.0


def test_path_is_the_best_monotonic_one() -> None:
    attention = np.random.default_rng(1).random((4, 6))
    score = np.log(attention + 1e-4)
    best = max(
        itertools.combinations_with_replacement(range(6), 4),
        key=lambda path: sum(score[i, r] for i, r in enumerate(path)),
    )
    assert monotonic_path(attention) == list(best)
