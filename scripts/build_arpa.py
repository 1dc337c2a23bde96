#!/usr/bin/env python3
"""Builds an ARPA file from text: interpolated modified Kneser-Ney n-grams (Chen and Goodman 1999), pruned by relative entropy
(Stolcke 1998).

    scripts/build_arpa.py --order 3 --ngrams 1500000 -o lm.arpa.gz novels.txt.xz dialogue.txt.xz

Text is one sentence a line, words separated by blanks, as the recogniser's words are compared: lower case, no marks. Files may be
.xz or .gz. Words seen fewer than --least-count times are unknown: n-grams with one are left out, so that the unknown word has the
probability of a word never seen and not of all of them together. Needs numpy; 13 million words take some minutes and 2 GB.
"""

from __future__ import annotations

import argparse
import gzip
import lzma
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

BITS = 16  # of a word's number; four of them fill the 64 bits of an n-gram's key, the first word on top
MASK = np.uint64((1 << BITS) - 1)
UNKNOWN, BEGIN, END = 0, 1, 2


def lines(file: Path) -> Iterator[list[str]]:
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(file.suffix, open)
    with opener(file, "rt", encoding="utf-8") as text:
        for line in text:
            if words := line.split():
                yield words


def read_tokens(files: list[Path], least: int) -> tuple[list[str], np.ndarray]:
    """The vocabulary (most frequent first, behind <unk> <s> </s>) and all sentences as one array of word numbers."""
    counts = Counter(word for file in files for words in lines(file) for word in words)
    frequent = [word for word, count in counts.most_common((1 << BITS) - 3) if count >= least]
    vocabulary = ["<unk>", "<s>", "</s>", *frequent]
    numbers = {word: number for number, word in enumerate(vocabulary)}
    tokens: list[int] = []
    for file in files:
        for words in lines(file):
            tokens.append(BEGIN)
            tokens.extend(numbers.get(word, UNKNOWN) for word in words)
            tokens.append(END)
    return vocabulary, np.array(tokens, dtype=np.uint64)


def windows(tokens: np.ndarray, n: int, any_first: bool = False) -> np.ndarray:
    """Keys of all n-grams that lie within one sentence and hold no unknown word, but for the first if any word may stand there."""
    count = len(tokens) - n + 1
    keys = np.zeros(count, dtype=np.uint64)
    good = np.ones(count, dtype=bool)
    for place in range(n):
        word = tokens[place : place + count]
        keys = (keys << np.uint64(BITS)) | word
        if place > 0 or not any_first:
            good &= word != UNKNOWN
        if place > 0:
            good &= word != BEGIN
    return keys[good]


def first_word(keys: np.ndarray, n: int) -> np.ndarray:
    return keys >> np.uint64(BITS * (n - 1))


def suffix(keys: np.ndarray, n: int) -> np.ndarray:
    """Without the first word."""
    return keys & np.uint64((1 << (BITS * (n - 1))) - 1)


def history(keys: np.ndarray) -> np.ndarray:
    """Without the last word."""
    return keys >> np.uint64(BITS)


class Order:
    """All n-grams of one length, sorted by key, so that those of one history lie together."""

    def __init__(self, n: int, keys: np.ndarray, counts: np.ndarray):
        self.n, self.keys, self.counts = n, keys, counts
        self.p = np.empty(0)  # interpolated probability
        self.lower = np.empty(0)  # probability of the last word behind the history less its first word

    def find(self, keys: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.keys, keys)

    def groups(self) -> tuple[np.ndarray, np.ndarray]:
        """Each history once, and for each n-gram the place of its history among them."""
        return np.unique(history(self.keys), return_inverse=True)

    def select(self, kept: np.ndarray) -> None:
        self.keys, self.counts, self.p, self.lower = (a[kept] for a in (self.keys, self.counts, self.p, self.lower))


def count(tokens: np.ndarray, order: int) -> list[Order]:
    """Counts of the longest n-grams; of others the number of words before them, or their count if they begin a sentence."""
    keys, counts = np.unique(windows(tokens, order), return_counts=True)
    if order == 1:
        keys, counts = keys[keys != BEGIN], counts[keys != BEGIN]
    orders = [Order(order, keys, counts)]
    for n in range(order - 1, 0, -1):
        keys, counts = np.unique(suffix(np.unique(windows(tokens, n + 1, any_first=True)), n + 1), return_counts=True)
        if n > 1:
            all_keys = windows(tokens, n)
            begun, begun_counts = np.unique(all_keys[first_word(all_keys, n) == BEGIN], return_counts=True)
            keys, counts = np.concatenate([keys, begun]), np.concatenate([counts, begun_counts])
            order_of = np.argsort(keys)
            keys, counts = keys[order_of], counts[order_of]
        orders.insert(0, Order(n, keys, counts))
    return orders


def discounts(counts: np.ndarray) -> np.ndarray:
    """What is taken from counts of 1, 2, and 3 or more (Chen and Goodman 1999, equation 26); in a text too small for it, 0.75."""
    n = [float(np.sum(counts == c)) for c in range(1, 5)]
    if min(n) == 0:
        return np.array([0.75, 0.75, 0.75])
    y = n[0] / (n[0] + 2 * n[1])
    return np.clip([c - (c + 1) * y * n[c] / n[c - 1] for c in (1, 2, 3)], 0.01, None)


def smooth(orders: list[Order], words: int) -> None:
    """Fills in `p` and `lower`: p(w|h) = (c(hw) - D) / c(h) + share(h) p(w|h'), from the shortest n-grams to the longest."""
    for order in orders:
        discount = discounts(order.counts)[np.minimum(order.counts, 3) - 1]
        _, group = order.groups()
        total = np.bincount(group, weights=order.counts)
        share = np.bincount(group, weights=discount) / total
        if order.n == 1:
            order.lower = np.full(len(order.keys), 1 / words)  # every word but <s>, <unk> included
        else:
            below = orders[order.n - 2]
            order.lower = below.p[below.find(suffix(order.keys, order.n))]
        order.p = (order.counts - discount) / total[group] + share[group] * order.lower


def backoff(order: Order) -> tuple[np.ndarray, np.ndarray]:
    """Each history and its weight, by which what is not listed behind it sums to what is left of 1."""
    histories, group = order.groups()
    left = 1 - np.bincount(group, weights=order.p)
    below = 1 - np.bincount(group, weights=order.lower)
    return histories, np.maximum(left, 1e-9) / np.maximum(below, 1e-9)


def losses(order: Order, tokens: np.ndarray) -> np.ndarray:
    """By how much the entropy grows without each n-gram (Stolcke 1998, equation 7); histories count as often as seen."""
    histories, group = order.groups()
    if order.n == 2:
        seen, seen_counts = np.unique(tokens, return_counts=True)
    else:
        seen, seen_counts = np.unique(windows(tokens, order.n - 1), return_counts=True)
    frequency = seen_counts[np.searchsorted(seen, histories)] / len(tokens)
    left = 1 - np.bincount(group, weights=order.p)
    below = 1 - np.bincount(group, weights=order.lower)
    weight = np.log(np.maximum(left, 1e-9) / np.maximum(below, 1e-9))
    new_left, new_below = left[group] + order.p, below[group] + order.lower
    new_weight = np.log(np.maximum(new_left, 1e-9) / np.maximum(new_below, 1e-9))
    changed = order.p * (np.log(order.lower) + new_weight - np.log(order.p)) + left[group] * (new_weight - weight[group])
    return -frequency[group] * changed


def prune(orders: list[Order], tokens: np.ndarray, ngrams: int) -> None:
    """Keeps about so many n-grams of two words and more, those whose loss costs most, and what they stand on."""
    longer = orders[1:]
    loss = {order.n: losses(order, tokens) for order in longer}
    total = sum(len(order.keys) for order in longer)
    threshold = -math.inf
    if ngrams < total:
        together = np.concatenate(list(loss.values()))
        threshold = np.partition(together, total - ngrams)[total - ngrams]
    needed = np.empty(0, dtype=np.uint64)
    for order in reversed(longer):
        kept = (loss[order.n] >= threshold) | np.isin(order.keys, needed)
        order.select(kept)
        needed = np.concatenate([history(order.keys), suffix(order.keys, order.n)])


def write(file: Path, vocabulary: list[str], orders: list[Order]) -> None:
    unigrams = orders[0]
    p = np.full(len(vocabulary), np.nan)
    p[unigrams.keys.astype(np.int64)] = unigrams.p
    p[BEGIN] = 1e-99
    missing = np.isnan(p)  # <unk>, and words met beside unknown ones alone: what the words leave
    p[missing] = max(1 - float(np.sum(unigrams.p)), 1e-9) / np.sum(missing)
    weights = [backoff(order) for order in orders[1:]]
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "wt", encoding="utf-8") as out:
        out.write("\\data\\\n")
        for order in orders:
            out.write(f"ngram {order.n}={len(order.keys) if order.n > 1 else len(vocabulary)}\n")
        for order in orders:
            out.write(f"\n\\{order.n}-grams:\n")
            keys = order.keys if order.n > 1 else np.arange(len(vocabulary), dtype=np.uint64)
            probabilities = np.log10(order.p if order.n > 1 else p)
            spelled = [[vocabulary[int(w)] for w in (keys >> np.uint64(BITS * place)) & MASK] for place in reversed(range(order.n))]
            endings = [""] * len(keys)
            if order.n < len(orders):
                histories, weight = weights[order.n - 1]
                places = np.searchsorted(keys, histories)
                for place, value in zip(places, np.log10(weight)):
                    endings[place] = f"\t{value:.5f}"
            for probability, ending, *words in zip(probabilities, endings, *spelled):
                out.write(f"{probability:.5f}\t{' '.join(words)}{ending}\n")
        out.write("\n\\end\\\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the ARPA file, .gz to compress it")
    parser.add_argument("--order", type=int, default=3, choices=range(1, 5))
    parser.add_argument("--least-count", type=int, default=2, help="words seen less often are unknown")
    parser.add_argument("--ngrams", type=int, default=2**62, help="about how many n-grams of two and more words to keep")
    arguments = parser.parse_args()
    vocabulary, tokens = read_tokens(arguments.text, arguments.least_count)
    orders = count(tokens, arguments.order)
    smooth(orders, len(vocabulary) - 1)
    prune(orders, tokens, arguments.ngrams)
    write(arguments.output, vocabulary, orders)
    print(", ".join(f"{len(order.keys):,} {order.n}-grams" for order in orders), "in", arguments.output)


if __name__ == "__main__":
    main()
