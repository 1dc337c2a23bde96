"""The network, exactly as docs/model-file.md describes it. Parameter names are the tensor names of the model file.

Shapes: B recordings, T encoder rows, d width, H heads, n blocks (of settle and preview) of w = c + r rows, U labels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from .config import rows_of_ms
from .features import LogMel
from .tensor_group import TensorGroup

ROTARY_BASE = 10000.0


def activation(name: str, x: Tensor) -> Tensor:
    """One of the activations that the model file knows."""
    if name == "none":
        return x
    if name == "gelu":
        return F.gelu(x)
    if name == "relu":
        return F.relu(x)
    if name == "swish":
        return F.silu(x)
    raise ValueError(f"unknown activation {name!r}")


class Norm(nn.Module):
    """Layer norm over the last dimension."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


def rotary_tables(positions: Tensor, dims: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines for `rotate`, each [*positions.shape, dims], of angles position / 10000^(2k / dims)."""
    steps = torch.arange(0, dims, 2, dtype=torch.float32, device=positions.device) / dims
    angles = positions.float()[..., None] / ROTARY_BASE**steps
    return angles.cos().repeat_interleave(2, -1), angles.sin().repeat_interleave(2, -1)


def rotate(x: Tensor, tables: tuple[Tensor, Tensor]) -> Tensor:
    """Turns interleaved pairs in the first dimensions of x, [..., rows, head dims]; tables are [..., rows, dims]."""
    cos, sin = tables
    dims = cos.shape[-1]
    turned = x[..., :dims]
    across = torch.stack((-turned[..., 1::2], turned[..., 0::2]), -1).flatten(-2)
    return torch.cat((turned * cos.to(x.dtype) + across * sin.to(x.dtype), x[..., dims:]), -1)


def sinusoid(positions: Tensor, width: int) -> Tensor:
    """p(j)[2n] = sin(j / 10000^(2n / width)), p(j)[2n + 1] = cos(...): [*positions.shape, width]."""
    steps = torch.arange(0, width, 2, dtype=torch.float32, device=positions.device) / width
    angles = positions.float()[..., None] / ROTARY_BASE**steps
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(-2)


# ---------------------------------------------------------------------------------------------------------------- stem


class StemLayer(nn.Module):
    """One layer of the stem: feature rows [B, rows, in] (conv2d: [B, channels, rows, bins]) to fewer, wider rows."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        self.config, self.kind = config, config["kind"]
        size = {"conv1d": 1, "conv2d": 2, "linear": 0}[self.kind]
        kernel = [config["kernel"]] * size if size else []
        self.weight = nn.Parameter(torch.empty(config["out"], config["in"], *kernel))
        self.bias = nn.Parameter(torch.zeros(config["out"]))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))

    def rows(self, rows: int) -> int:
        """Output rows for so many input rows."""
        if self.kind == "linear":
            return rows
        return max(0, (rows + self.config["left"] - self.config["kernel"]) // self.config["stride"] + 1)

    def forward(self, x: Tensor) -> Tensor:
        c = self.config
        if self.kind == "linear":
            y = F.linear(x, self.weight, self.bias)
        elif self.kind == "conv1d":
            y = F.conv1d(F.pad(x.transpose(1, 2), (c["left"], 0)), self.weight, self.bias, c["stride"]).transpose(1, 2)
        else:
            y = F.conv2d(F.pad(x, (0, 0, c["left"], 0)), self.weight, self.bias, c["stride"])
        return activation(c["activation"], y)


class Stem(nn.ModuleList):
    """Normalised feature rows [B, frames, bins] to encoder rows [B, T, d]."""

    def __init__(self, layers: list[dict], scale: float) -> None:
        super().__init__(StemLayer(layer) for layer in layers)
        self.scale = scale

    def rows(self, frames: int) -> int:
        """Encoder rows for so many feature rows."""
        for layer in self:
            frames = layer.rows(frames)
        return frames

    def forward(self, x: Tensor) -> Tensor:
        for layer in self:
            if layer.kind == "conv2d" and x.dim() == 3:
                x = x[:, None]
            elif layer.kind != "conv2d" and x.dim() == 4:
                x = x.transpose(1, 2).flatten(2)  # rows of [channels, bins]
            x = layer(x)
        if x.dim() == 4:
            x = x.transpose(1, 2).flatten(2)
        return x * self.scale


# ------------------------------------------------------------------------------------------------------------- encoder


@dataclass
class Blocks(TensorGroup):
    """Where the blocks of settle and preview lie in a batch of recordings, and who sees whom."""

    chunk: int  # c: rows that settle per block
    width: int  # w: rows per block, c + r
    count: int  # n: blocks
    positions: Tensor  # [n, w]: place of each block's rows in the segment
    sees_settled: Tensor  # bool [n, n * c]: settled rows that a block sees
    sees_own: Tensor  # bool [B, n, w]: rows of a block that exist
    last: Tensor  # [B]: a recording's last block
    home: Tensor  # [B, T]: where row i of the result lies among the n * w rows of the blocks

    @staticmethod
    def lay_out(lengths: Tensor, rows: int, chunk: int, lookahead: int, left: int) -> Blocks:
        """Blocks over recordings of `lengths` rows each, padded to `rows`.

        The last block has the rows that no step has settled (perhaps none), and all of them settle.
        """
        device = lengths.device
        whole = chunk + lookahead  # a step is taken whenever so many rows lie ready; a last block has the rest
        last = torch.where(lengths >= whole, (lengths - whole) // chunk + 1, torch.zeros_like(lengths))  # [B]
        last = torch.minimum(last, (lengths - 1).clamp_min(0) // chunk)  # without a last block of no rows
        chunk = min(chunk, rows)
        width = min(whole, rows)
        count = int(last.max()) + 1
        starts = torch.arange(count, device=device) * chunk
        positions = starts[:, None] + torch.arange(width, device=device)
        settled = torch.arange(count * chunk, device=device)
        sees_settled = (settled < starts[:, None]) & (settled >= starts[:, None] - left)
        sees_own = positions < lengths[:, None, None]
        row = torch.arange(rows, device=device).expand(len(lengths), rows)
        block = torch.minimum(row // chunk, last[:, None])
        home = (block * width + row - block * chunk).clamp_max(count * width - 1)
        return Blocks(chunk, width, count, positions, sees_settled, sees_own, last, home)

    @staticmethod
    def whole(lengths: Tensor, rows: int) -> Blocks:
        """Every recording as one block: full context. Asks the device nothing."""
        row = torch.arange(rows, device=lengths.device)
        nothing = torch.zeros(1, rows, dtype=torch.bool, device=lengths.device)
        exists = row < lengths[:, None, None]
        return Blocks(
            rows, rows, 1, row[None], nothing, exists, torch.zeros_like(lengths), row.expand(len(lengths), rows)
        )


class Attention(nn.Module):
    """Multi-head self-attention of the encoder over blocks of settle and preview."""

    def __init__(self, width: int, heads: int, eps: float, config: dict) -> None:
        super().__init__()
        self.heads, self.dims, self.kind = heads, width // heads, config["positions"]
        self.rotary_dims = config.get("rotary_dims", 0)
        self.norm = Norm(width, eps)
        for name in ("query", "key", "value", "output"):
            self.add_module(name, nn.Linear(width, width, bias=config["bias"]))
        if self.kind == "relative":
            self.position = nn.Linear(width, width, bias=False)
            self.content_bias = nn.Parameter(torch.zeros(heads, self.dims))
            self.position_bias = nn.Parameter(torch.zeros(heads, self.dims))
        elif self.kind not in ("rotary", "none"):
            raise ValueError(f"unknown positions {self.kind!r}")

    def split(self, x: Tensor) -> Tensor:
        """[..., rows, d] to [..., H, rows, d / H]."""
        return x.unflatten(-1, (self.heads, self.dims)).transpose(-2, -3)

    def project(self, x: Tensor, positions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, [..., H, rows, d / H], of rows x [..., rows, d] at `positions` [..., rows]."""
        h = self.norm(x)
        q, k, v = self.split(self.query(h)), self.split(self.key(h)), self.split(self.value(h))
        if self.kind == "rotary":
            tables = tuple(t.unsqueeze(-3) for t in rotary_tables(positions, self.rotary_dims))
            q, k = rotate(q, tables), rotate(k, tables)
        return q, k, v

    def position_keys(self, positions: Tensor) -> Tensor:
        """[..., rows] to [..., H, rows, d / H]: what relative positions add to a key."""
        return self.split(self.position(sinusoid(positions, self.heads * self.dims)))

    def scores(self, q: Tensor, k: Tensor, positions: Tensor) -> Tensor:
        """[..., H, queries, keys] for keys at `positions` [..., keys]."""
        if self.kind != "relative":
            return q @ k.transpose(-1, -2) / math.sqrt(self.dims)
        content, place = q + self.content_bias[:, None], q + self.position_bias[:, None]
        both = content @ k.transpose(-1, -2) + place @ self.position_keys(positions).to(q.dtype).transpose(-1, -2)
        return both / math.sqrt(self.dims)

    def forward(self, x: Tensor, blocks: Blocks) -> Tensor:
        """x [B, n, w, d], the blocks' rows, to what attention adds to them."""
        batch, n, w, c = x.shape[0], blocks.count, blocks.width, blocks.chunk
        q, k, v = self.project(x, blocks.positions)  # [B, n, H, w, d / H]
        own = self.scores(q, k, blocks.positions)
        own = own.masked_fill(~blocks.sees_own[:, :, None, None], -1e9)
        if n == 1:
            out = own.float().softmax(-1).to(v.dtype) @ v
        else:
            settle = lambda z: (
                z[:, :, :, :c].transpose(2, 3).reshape(batch, n * c, self.heads, self.dims).transpose(1, 2)
            )
            ks, vs = settle(k), settle(v)  # [B, H, n * c, d / H]
            flat = q.transpose(1, 2).reshape(batch, self.heads, n * w, self.dims)
            past = self.scores(flat, ks, torch.arange(n * c, device=x.device)).view(batch, self.heads, n, w, n * c)
            past = past.masked_fill(~blocks.sees_settled[:, None], -1e9)
            both = torch.cat((past.transpose(1, 2), own), -1).float().softmax(-1).to(v.dtype)
            from_past = both[..., : n * c].transpose(1, 2).reshape(batch, self.heads, n * w, n * c) @ vs
            out = from_past.view(batch, self.heads, n, w, self.dims).transpose(1, 2) + both[..., n * c :] @ v
        return self.output(out.transpose(-2, -3).flatten(-2))


class Convolution(nn.Module):
    """Conformer's convolution: point-wise in, gate, causal depthwise over time, norm, activation, point-wise out."""

    def __init__(self, width: int, eps: float, config: dict) -> None:
        super().__init__()
        self.kernel, self.act, self.gate = config["kernel"], config["activation"], config["gate"]
        self.norm = Norm(width, eps)
        self.add_module("in", nn.Linear(width, 2 * width if self.gate else width))
        self.depthwise = _Depthwise(width, self.kernel)
        self.middle_norm = Norm(width, eps) if config["norm"] == "layer" else None
        self.out = nn.Linear(width, width)

    def enter(self, x: Tensor) -> Tensor:
        """What the depthwise convolution (and its cache) sees: [..., d]."""
        y = getattr(self, "in")(self.norm(x))
        if self.gate:
            value, gate = y.chunk(2, -1)
            y = value * gate.sigmoid()
        return y

    def leave(self, y: Tensor) -> Tensor:
        """From kernel - 1 earlier rows and the rows themselves, [..., kernel - 1 + rows, d], to [..., rows, d]."""
        y = self.depthwise(y)
        if self.middle_norm is not None:
            y = self.middle_norm(y)
        return self.out(activation(self.act, y))

    def forward(self, x: Tensor, blocks: Blocks) -> Tensor:
        """x [B, n, w, d] to what the convolution adds."""
        y = self.enter(x)
        batch, n, _, d = y.shape
        settled = y[:, :, : blocks.chunk].reshape(batch, n * blocks.chunk, d)
        settled = F.pad(settled, (0, 0, self.kernel - 1, 0))
        if self.kernel > 1:
            tails = settled.unfold(1, self.kernel - 1, blocks.chunk)[:, :n].transpose(2, 3)
            y = torch.cat((tails, y), 2)
        return self.leave(y)


class _Depthwise(nn.Module):
    """One causal filter per channel: weight [d, kernel]."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(width, kernel) / math.sqrt(kernel))
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """[..., kernel - 1 + rows, d] to [..., rows, d]."""
        flat = x.reshape(-1, *x.shape[-2:]).transpose(1, 2)
        y = F.conv1d(flat, self.weight[:, None], self.bias, groups=flat.shape[1]).transpose(1, 2)
        return y.reshape(*x.shape[:-2], *y.shape[-2:])


class FeedForward(nn.Module):
    """down(activation(up(norm(x)))), not yet scaled."""

    def __init__(self, width: int, eps: float, config: dict) -> None:
        super().__init__()
        self.act, self.scale = config["activation"], config["scale"]
        self.norm = Norm(width, eps)
        self.up = nn.Linear(width, config["size"])
        self.down = nn.Linear(config["size"], width)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(activation(self.act, self.up(self.norm(x))))


class EncoderBlock(nn.Module):
    """Optional parts in fixed order, each pre-norm and residual."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        width, eps, block = config["width"], config["norm_eps"], config["block"]
        part = lambda kind, name, *more: kind(width, *more, eps, block[name]) if block.get(name) else None
        self.feed_forward_1 = part(FeedForward, "feed_forward_1")
        self.attention = part(Attention, "attention", config["heads"])
        self.convolution = part(Convolution, "convolution")
        self.feed_forward = part(FeedForward, "feed_forward")
        self.norm = Norm(width, eps) if block.get("norm") else None

    def forward(self, x: Tensor, blocks: Blocks) -> Tensor:
        if self.feed_forward_1 is not None:
            x = x + self.feed_forward_1.scale * self.feed_forward_1(x)
        if self.attention is not None:
            x = x + self.attention(x, blocks)
        if self.convolution is not None:
            x = x + self.convolution(x, blocks)
        if self.feed_forward is not None:
            x = x + self.feed_forward.scale * self.feed_forward(x)
        return x if self.norm is None else self.norm(x)


class Encoder(nn.Module):
    """Stem rows to encoder rows, in blocks of settle and preview computed all at once."""

    def __init__(self, config: dict) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(EncoderBlock(config) for _ in range(config["blocks"]))
        self.norm = Norm(config["width"], config["norm_eps"]) if config["final_norm"] else None
        self.recompute = False  # whether training computes blocks again for their gradients, to need less memory

    def blockwise(self, x: Tensor, blocks: Blocks) -> Tensor:
        """Stem rows x [B, T, d] to the rows of every block, [B, n, w, d]; rows that don't exist are arbitrary."""
        index = blocks.positions.clamp_max(x.shape[1] - 1)
        y = x[:, index]
        for block in self.blocks:
            if self.recompute and torch.is_grad_enabled():
                y = checkpoint(block, y, blocks, use_reentrant=False, preserve_rng_state=False)
            else:
                y = block(y, blocks)
        return y if self.norm is None else self.norm(y)

    def forward(
        self, x: Tensor, lengths: Tensor | None = None, chunk: int | None = None, lookahead: int = 0, left: int = 10**9
    ) -> Tensor:
        """Stem rows x [B, T, d] to settled rows [B, T, d]. Without `chunk`: full context."""
        if lengths is None:
            lengths = torch.full((x.shape[0],), x.shape[1], device=x.device)
        rows = x.shape[1]
        blocks = Blocks.lay_out(lengths, rows, chunk, lookahead, left) if chunk else Blocks.whole(lengths, rows)
        y = self.blockwise(x, blocks).flatten(1, 2)
        return y.gather(1, blocks.home[..., None].expand(-1, -1, y.shape[-1]))


# ------------------------------------------------------------------------------------------------------------- decoder


class _SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int, eps: float, rotary_dims: int) -> None:
        super().__init__()
        self.heads, self.dims, self.rotary_dims = heads, width // heads, rotary_dims
        self.norm = Norm(width, eps)
        for name in ("query", "key", "value", "output"):
            self.add_module(name, nn.Linear(width, width))

    def split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, self.dims)).transpose(1, 2)

    def forward(self, x: Tensor, cache: tuple[Tensor, Tensor] | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """x [B, U, d] after the labels in the cache (keys, values [B, H, past, d / H]); returns also the longer
        cache.
        """
        past = 0 if cache is None else cache[0].shape[2]
        count = x.shape[1]
        h = self.norm(x)
        tables = rotary_tables(torch.arange(past, past + count, device=x.device), self.rotary_dims)
        q, k = rotate(self.split(self.query(h)), tables), rotate(self.split(self.key(h)), tables)
        v = self.split(self.value(h))
        if cache is not None:
            k, v = torch.cat((cache[0], k), 2), torch.cat((cache[1], v), 2)
        seen = torch.ones(count, past + count, dtype=torch.bool, device=x.device).tril(past)
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        return self.output(out.transpose(1, 2).flatten(2)), (k, v)


class _CrossAttention(nn.Module):
    def __init__(self, width: int, rows_width: int, heads: int, eps: float) -> None:
        super().__init__()
        self.heads, self.dims = heads, width // heads
        self.norm = Norm(width, eps)
        self.query, self.output = nn.Linear(width, width), nn.Linear(width, width)
        self.key, self.value = nn.Linear(rows_width, width), nn.Linear(rows_width, width)

    def split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, self.dims)).transpose(1, 2)

    def rows(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of encoder rows, [B, H, T, d / H]."""
        # Contiguous, or every label's product would copy them first.
        return self.split(self.key(rows)).contiguous(), self.split(self.value(rows)).contiguous()

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, exists: Tensor | None) -> tuple[Tensor, Tensor]:
        """What attention adds, and its weights [B, H, U, T]."""
        scores = self.split(self.query(self.norm(x))) @ keys.transpose(-1, -2) / math.sqrt(self.dims)
        if exists is not None:
            scores = scores.masked_fill(~(exists[:, None, None] if exists.dim() == 2 else exists[:, None]), -1e9)
        weights = scores.float().softmax(-1)
        return self.output((weights.to(values.dtype) @ values).transpose(1, 2).flatten(2)), weights


class _GatedFeedForward(nn.Module):
    def __init__(self, width: int, eps: float, config: dict) -> None:
        super().__init__()
        if config["kind"] != "swiglu":
            raise ValueError(f"unknown feed-forward part {config['kind']!r}")
        self.norm = Norm(width, eps)
        self.up = nn.Linear(width, 2 * config["size"])
        self.down = nn.Linear(config["size"], width)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.up(self.norm(x)).chunk(2, -1)
        return self.down(F.silu(gate) * value)


class DecoderBlock(nn.Module):
    """Causal self-attention, cross-attention over encoder rows, gated feed-forward part."""

    def __init__(self, config: dict, rows_width: int) -> None:
        super().__init__()
        width, heads, eps = config["width"], config["heads"], config["norm_eps"]
        self.add_module("self", _SelfAttention(width, heads, eps, config["rotary_dims"]))
        self.cross = _CrossAttention(width, rows_width, heads, eps)
        self.feed_forward = _GatedFeedForward(width, eps, config["feed_forward"])


@dataclass
class DecoderState:
    """Encoder rows as the decoder's keys and values, and the cache of the labels decoded so far."""

    cross: list[tuple[Tensor, Tensor]]
    exists: Tensor | None  # bool [B, T], or [B, U, T] where every label sees rows of its own
    past: list[tuple[Tensor, Tensor] | None]

    def keep(self, labels: int) -> DecoderState:
        """The state after the first `labels` labels."""
        cut = [p if p is None else (p[0][:, :, :labels], p[1][:, :, :labels]) for p in self.past]
        return DecoderState(self.cross, self.exists, cut)


class Decoder(nn.Module):
    """Labels and encoder rows to the next label's scores and the clock's attention."""

    def __init__(self, config: dict, rows_width: int, own_output: bool) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config["labels"], config["width"])
        self.blocks = nn.ModuleList(DecoderBlock(config, rows_width) for _ in range(config["blocks"]))
        self.norm = Norm(config["width"], config["norm_eps"])
        self.output = nn.Linear(config["width"], config["labels"], bias=False) if own_output else None

    def start(self, rows: Tensor, lengths: Tensor | None = None) -> DecoderState:
        """State before the first label, for encoder rows [B, T, d]."""
        exists = None
        if lengths is not None:
            exists = torch.arange(rows.shape[1], device=rows.device) < lengths[:, None]
        return DecoderState([b.cross.rows(rows) for b in self.blocks], exists, [None] * len(self.blocks))

    def hidden(self, labels: Tensor, state: DecoderState) -> tuple[Tensor, Tensor]:
        """Labels [B, U] to rows before the output projection [B, U, d] and clock [B, U, T]. The state moves on."""
        x = self.embedding(labels)
        clock = 0.0
        for index, block in enumerate(self.blocks):
            added, state.past[index] = block.self(x, state.past[index])
            x = x + added
            added, weights = block.cross(x, *state.cross[index], state.exists)
            x = x + added
            x = x + block.feed_forward(x)
            heads = [head for of, head in self.config["clock_heads"] if of == index]
            if heads:
                clock = clock + weights[:, heads].sum(1)
        return self.norm(x), clock / max(1, len(self.config["clock_heads"]))

    def project(self, hidden: Tensor) -> Tensor:
        """[..., d] to scores of all labels, [..., labels]."""
        return F.linear(hidden, self.embedding.weight if self.output is None else self.output.weight)

    def forward(self, labels: Tensor, rows: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Labels [B, U] (the first is `begin`) and rows [B, T, d] to scores of each next label [B, U, labels]."""
        return self.project(self.hidden(labels, self.start(rows, lengths))[0])


# --------------------------------------------------------------------------------------------------------------- heads


class Head(nn.Module):
    """A second opinion from the sound: blocks of the encoder's kind on the encoder's rows, a norm, a projection."""

    def __init__(self, encoder: dict, blocks: int, outputs: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(EncoderBlock(encoder) for _ in range(blocks))
        self.norm = Norm(encoder["width"], encoder["norm_eps"])
        self.output = nn.Linear(encoder["width"], outputs)

    @staticmethod
    def of(name: str, config: dict, encoder: dict) -> Head:
        """A head of the configuration: `counter` says one number per row, `ctc` one for a blank and for each symbol."""
        if name not in ("counter", "ctc"):
            raise ValueError(f"unknown head {name!r}")
        head = Head(encoder, config["blocks"], 1 if name == "counter" else 1 + len(config["symbols"]))
        if name == "counter":
            nn.init.constant_(head.output.bias, -2.0)  # most rows bring nothing: about what a row brings on average
        return head

    def blockwise(self, y: Tensor, blocks: Blocks) -> Tensor:
        """Encoder rows of every block y [B, n, w, d] to what the head says of each, [B, n, w, outputs]."""
        for block in self.blocks:
            y = block(y, blocks)
        return self.output(self.norm(y))


class Model(nn.Module):
    """Features, stem, encoder, decoder, and the heads that the configuration names."""

    def __init__(self, config: dict, biases: set[str] | None = None, own_output: bool = False) -> None:
        """`biases`: names of the bias tensors of norms and matrices that exist; None keeps all.

        `own_output`: whether the decoder's output projection is a matrix of its own, not the embedding.
        """
        super().__init__()
        self.config = config
        self.features = LogMel(config["features"])
        self.stem = Stem(config["stem"], config["stem_scale"])
        self.encoder = Encoder(config["encoder"])
        self.decoder = Decoder(config["decoder"], config["encoder"]["width"], own_output)
        heads = config.get("heads", {})
        self.heads = nn.ModuleDict({name: Head.of(name, head, config["encoder"]) for name, head in heads.items()})
        if biases is not None:
            for name, module in list(self.named_modules()):
                if isinstance(module, Norm | nn.Linear) and module.bias is not None and f"{name}.bias" not in biases:
                    module.register_parameter("bias", None)

    def rows(self, milliseconds: float, least: int = 0) -> int:
        """Milliseconds as whole encoder rows."""
        return rows_of_ms(self.config, milliseconds, least)

    def stem_rows(self, samples: Tensor) -> Tensor:
        """Samples [B, samples] in the range of 16-bit integers to stem rows [B, T, d]."""
        return self.stem(self.features(samples))

    def count_rows(self, samples: int) -> int:
        """Stem rows of a recording of so many samples."""
        return self.stem.rows(self.features.frames(samples))
