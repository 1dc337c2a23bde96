"""Stage 3: what the decoder sees at every place, and the teachers."""

import numpy as np
import pytest
import torch
from attend_train import reference
from attend_train.finetune_batches import Item, label_steps
from attend_train.finetune_stage import rows_at_steps
from attend_train.model import Blocks
from attend_train.streaming import EncoderStream, steps
from attend_train.teacher import RawStem, Sounds, Teacher

from conftest import raw_stem

SOUND = np.zeros(16000, np.float32)


def item(rows: list[int], before: int = 0) -> Item:
    return Item(SOUND, SOUND, SOUND, before, [10 + i for i in range(len(rows))], rows, True, True, True)


ITEMS = [item([3, 9, 9, 22, 31], before=4), item([0, 7, 18]), item([], before=-1), item([5])]
LENGTHS = torch.tensor([40, 23, 17, 9])


@pytest.mark.parametrize("window", [1, 6, 15, 100])
@pytest.mark.parametrize(("chunk", "lookahead"), [(5, 8), (3, 0), (8, 3), (1, 20)])
def test_label_steps(chunk: int, lookahead: int, window: int) -> None:
    """Going through the steps of a stream: a label is computed at every step until it lies behind the window."""
    blocks = Blocks.lay_out(LENGTHS, 40, chunk, lookahead, 10**9)
    rng = np.random.default_rng(1)
    now = torch.tensor([int(rng.integers(0, int(last) + 1)) for last in blocks.last])
    found = label_steps(rng, (window, window), ITEMS, now, blocks, 6)
    for k, one in enumerate(ITEMS):
        for place in range(6):
            step = 0
            while step < int(now[k]):
                edge = step * blocks.chunk + blocks.width  # rows that exist for the stream at this step
                if place < len(one.rows) and edge - (one.rows[place] + max(0, one.before)) >= window:
                    break
                step += 1
            assert int(found[k, place]) == step


@pytest.mark.parametrize(("chunk", "lookahead"), [(5, 8), (3, 0), (8, 3), (1, 20), (30, 9)])
def test_rows_at_steps(chunk: int, lookahead: int) -> None:
    """A stream at step s holds the rows that steps 0 … s - 1 settled, and those of step s."""
    blocks = Blocks.lay_out(LENGTHS, 40, chunk, lookahead, 10**9)
    at = torch.stack([torch.arange(blocks.count).minimum(last) for last in blocks.last])
    seen = rows_at_steps(at, LENGTHS, blocks)
    for k, length in enumerate(LENGTHS.tolist()):
        for place, step in enumerate(at[k].tolist()):
            wanted = set()
            for block in range(step + 1):
                for row in range(blocks.width):
                    exists = block * blocks.chunk + row < length
                    if exists and (block == step or row < blocks.chunk):
                        wanted.add(block * blocks.width + row)
            assert set(torch.nonzero(seen[k, place])[:, 0].tolist()) == wanted
            rows = [int(blocks.positions.flatten()[i]) for i in sorted(wanted)]
            assert sorted(rows) == list(range(min(length, step * blocks.chunk + blocks.width)))  # each row once


@torch.no_grad()
def test_places_are_those_of_a_stream() -> None:
    """The training form gives the hidden rows of a stream that keeps the keys and values of labels left behind."""
    model = reference.perturbed(reference.rotary_config(), 3, norm_biases=False)
    chunk, lookahead, window = 5, 8, 9
    lengths = torch.tensor([38])
    stem = torch.randn(1, 38, 32, generator=torch.Generator().manual_seed(1))
    one = item([2, 6, 11, 12, 24, 30])
    blocks = Blocks.lay_out(lengths, 38, chunk, lookahead, 10**9)
    given = torch.tensor([[1, *one.labels]])
    at = label_steps(np.random.default_rng(1), (window, window), [one], blocks.last, blocks, given.shape[1])
    state = model.decoder.start(model.encoder.blockwise(stem, blocks).flatten(1, 2))
    state.exists = rows_at_steps(at, lengths, blocks)
    hidden, _ = model.decoder.hidden(given, state)

    stream, settled, past, found = EncoderStream(model.encoder, 10**9), [], None, []
    for step, (start, settle, preview) in enumerate(steps(38, chunk, lookahead)):
        rows = stream.step(stem[0, start : start + settle + preview], settle)
        state = model.decoder.start(torch.cat([*settled, rows])[None])
        state.past = past or state.past
        left_behind = given[:, len(found) : int((at[0] <= step).sum())]  # the others will be computed again
        if left_behind.shape[1]:
            found += list(model.decoder.hidden(left_behind, state)[0][0])
        past = state.past
        settled.append(rows[:settle])
    assert len(found) == given.shape[1] and len(set(at[0].tolist())) > 3
    assert torch.allclose(torch.stack(found), hidden[0], rtol=1e-4, atol=2e-5)


def test_teacher_in_bfloat16_is_close_to_float32() -> None:
    model = reference.perturbed(reference.rotary_config(), 3, norm_biases=False)
    stem = RawStem(raw_stem(32, 7))
    generator = torch.Generator().manual_seed(2)
    sounds = [0.1 * torch.randn(n, generator=generator) for n in (20000, 12000)]
    contexts = [torch.cat((s, 0.02 * torch.randn(5000, generator=generator))) for s in sounds]
    teacher = Teacher(model, stem)
    assert all(p.dtype == torch.bfloat16 and not p.requires_grad for p in teacher.model.parameters())
    assert next(model.parameters()).dtype == torch.float32  # the model it was made from stays
    padded = lambda several: Sounds.of([s.numpy() for s in several])
    rows, counts = teacher.rows(padded(sounds), padded(contexts))
    labels = torch.tensor([[1, 7, 9, 30], [1, 8, 2, 2]])
    places = (torch.tensor([0, 0, 0, 0, 1, 1]), torch.tensor([0, 1, 2, 3, 0, 1]))
    said = teacher.says(labels, rows, counts, places)
    assert not rows.requires_grad and not said.requires_grad and said.dtype == torch.float32
    with torch.no_grad():
        for k, (sound, context) in enumerate(zip(sounds, contexts, strict=True)):
            clean = stem.rest(stem.first(sound[None]), stem.statistics(stem.first(context[None])))
            exact = model.encoder(clean)
            assert int(counts[k]) == exact.shape[1]
            assert float((rows[k, : counts[k]].float() - exact[0]).square().mean()) < 1e-3 * float(exact.var())
            wanted = model.decoder(labels[k : k + 1], exact)[0, places[1][places[0] == k]].log_softmax(-1)
            got = said[places[0] == k]
            assert float((wanted.exp() * (wanted - got)).sum(-1).max()) < 0.01
