"""The network: block by block over the whole recording, and step by step with caches, are the same thing."""

import pytest
import torch
from attend_train import reference
from attend_train.config import row_ms, rows_of_ms, small_en
from attend_train.model import Model
from attend_train.streaming import EncoderStream, steps

CONFIGS = {
    "rotary": reference.rotary_config,
    "relative": reference.conformer_config,
    "plain": reference.plain_conformer_config,
}


def model_of(name: str) -> Model:
    return reference.perturbed(CONFIGS[name](), 3, norm_biases=name != "rotary", own_output=name == "plain")


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize(
    ("chunk", "lookahead", "left"),
    [(5, 8, 12), (1, 3, 1000), (8, 0, 4), (3, 2, 0), (50, 9, 7), (10, 20, 15), (31, 0, 9)],
)
@torch.no_grad()
def test_blockwise_equals_steps(name: str, chunk: int, lookahead: int, left: int) -> None:
    model = model_of(name)
    lengths = torch.tensor([31, 40, 12])
    stem = torch.randn(3, 40, model.config["encoder"]["width"], generator=torch.Generator().manual_seed(1))
    rows = model.encoder(stem, lengths, chunk, lookahead, left)
    for k, length in enumerate(lengths.tolist()):
        stream = EncoderStream(model.encoder, left)
        settled = [
            stream.step(stem[k, start : start + settle + preview], settle)[:settle]
            for start, settle, preview in steps(length, chunk, lookahead)
        ]
        assert torch.allclose(torch.cat(settled), rows[k, :length], rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize("name", CONFIGS)
@torch.no_grad()
def test_one_long_chunk_is_full_context(name: str) -> None:
    model = model_of(name)
    stem = torch.randn(1, 30, model.config["encoder"]["width"])
    assert torch.equal(model.encoder(stem), model.encoder(stem, chunk=64, lookahead=5, left=3))


@pytest.mark.parametrize("name", CONFIGS)
def test_every_tensor_matters(name: str) -> None:
    """The sum of all outputs has a gradient in every parameter."""
    model = model_of(name)
    features = reference.random_features(20, 1)[None]
    rows = model.encoder(model.stem((features - model.features.mean) * model.features.scale), chunk=4, lookahead=4)
    hidden, clock = model.decoder.hidden(torch.tensor([[1, 7, 9]]), model.decoder.start(rows))
    generator = torch.Generator().manual_seed(1)
    loss = sum((x * torch.randn(x.shape, generator=generator)).sum() for x in (model.decoder.project(hidden), clock))
    loss.backward()
    for parameter in model.parameters():
        assert parameter.grad is not None and float(parameter.grad.abs().max()) > 0


@torch.no_grad()
def test_decoder_label_by_label() -> None:
    model = model_of("rotary")
    rows = torch.randn(2, 25, 32)
    lengths = torch.tensor([25, 14])
    labels = torch.randint(3, 300, (2, 6))
    whole, clock = model.decoder.hidden(labels, model.decoder.start(rows, lengths))
    state = model.decoder.start(rows, lengths)
    parts = [model.decoder.hidden(labels[:, i : i + 1], state) for i in range(6)]
    assert torch.allclose(whole, torch.cat([p[0] for p in parts], 1), atol=1e-5)
    assert torch.allclose(clock, torch.cat([p[1] for p in parts], 1), atol=1e-6)
    assert float(clock[1, :, 14:].abs().max()) == 0
    alone, _ = model.decoder.hidden(labels[1:], model.decoder.start(rows[1:, :14]))
    assert torch.allclose(alone, whole[1:], atol=1e-5)


def test_rows_and_milliseconds() -> None:
    config = small_en()
    assert row_ms(config) == 24
    assert (rows_of_ms(config, 320), rows_of_ms(config, 640), rows_of_ms(config, 5, 1)) == (13, 27, 1)


@torch.no_grad()
def test_row_sees_its_frames() -> None:
    """Row i of attend-small-en sees mel frames 3i-4 ... 3i+6, and there are as many rows as frames allow."""
    model = Model(small_en())
    features = torch.randn(1, 60, 80)
    rows = model.stem(features)
    assert rows.shape == (1, model.stem.rows(60), 288) == (1, 18, 288)
    for frame, seen in ((3 * 8 - 5, False), (3 * 8 - 4, True), (3 * 8 + 6, True), (3 * 8 + 7, False)):
        changed = features.clone()
        changed[0, frame] += 1
        assert (not torch.equal(model.stem(changed)[0, 8], rows[0, 8])) == seen
