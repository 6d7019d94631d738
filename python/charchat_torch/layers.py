"""The recurrent layers over a window, by charchat's equations. Legend: B lanes, T steps, W width, H heads.

A layer takes x [B, T, W], the window's resets and its state, and returns its output and the state after the
window. States are tuples of tensors whose first dimension is the lane.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import PackedSequence

from . import kernels
from .configuration import DECAY_RANK, LayerConfiguration
from .resets import Resets

State = tuple[Tensor, ...]

# The largest −log decay of a step of Kimi delta attention.
FASTEST_DECAY = 2.4


def rms(x: Tensor) -> Tensor:
    """x / sqrt(mean(x²) + 1e-6) over the last dimension, in 32-bit floats."""
    x = x.float()
    return x * (x.square().mean(-1, keepdim=True) + 1e-6).rsqrt()


def unit(x: Tensor) -> Tensor:
    """x / sqrt(Σx² + 1e-6) over the last dimension, in 32-bit floats."""
    x = x.float()
    return x * (x.square().sum(-1, keepdim=True) + 1e-6).rsqrt()


class Convolution(nn.Module):
    """The taps of a causal depthwise convolution of width 4."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width, 1, 4))


def convolve(x: Tensor, tail: Tensor, taps: Tensor, resets: Resets) -> tuple[Tensor, Tensor]:
    """A causal depthwise convolution that does not look back beyond a reset.

    x [B, T, W], tail [B, 3, W] the three inputs before, oldest first, taps [W, 4], oldest first. Returns the
    result and the tail after the window.
    """
    x = x.float()
    time = x.shape[1]
    padded = torch.cat([tail, x], 1)
    y = x * taps[:, 3]
    for j, reach in enumerate(resets.reach, 1):
        y = y + padded[:, 3 - j : 3 - j + time] * reach[..., None] * taps[:, 3 - j]
    # A step that the next one may look back on: of the last one's dialogue.
    last = resets.segments[:, -1:]
    places = torch.cat([torch.zeros_like(last).expand(-1, 3), resets.segments], 1)[:, -3:]
    return y, (padded[:, -3:] * (places == last)[..., None]).detach()


class RecurrentLayer(nn.Module):
    """PyTorch's LSTM or GRU."""

    def __init__(self, cell: str, input_size: int, size: int) -> None:
        super().__init__()
        kind = nn.LSTM if cell == "lstm" else nn.GRU
        self.rnn = kind(input_size, size, batch_first=True)
        self.parts = 2 if cell == "lstm" else 1
        self.size = size

    def fresh_state(self, lanes: int, device: torch.device) -> State:
        return tuple(torch.zeros(lanes, self.size, device=device) for _ in range(self.parts))

    def forward(self, x: Tensor, resets: Resets, state: State) -> tuple[Tensor, State]:
        packing = resets.packing
        if packing is None:
            known = [part * resets.keeps[:, :1] for part in state]
            output, after = self._run(x, known)
        else:
            known = [part[packing.lanes] * packing.goes_on for part in state]
            rows = PackedSequence(x.flatten(0, 1)[packing.rows], packing.batch_sizes)
            packed, after = self._run(rows, known)
            output = torch.empty_like(packed.data).index_copy(0, packing.rows, packed.data)
            output = output.unflatten(0, x.shape[:2])
            after = [part[packing.last] for part in after]
        return output, tuple(part.detach().float() for part in after)

    def _run(self, x, known):  # type: ignore[no-untyped-def]
        parts = tuple(part[None].to(x.data.dtype) for part in known)
        output, after = self.rnn(x, parts if self.parts == 2 else parts[0])
        return output, [part[0] for part in (after if self.parts == 2 else (after,))]


class FeedForward(nn.Module):
    """W_down relu²(W_up x), after a residual convolution where there is one."""

    def __init__(self, width: int, inner: int, canon: bool) -> None:
        super().__init__()
        if canon:
            self.canon_conv1d = Convolution(width)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.relu(self.up_proj(x)).square())


class DeltaAttention(nn.Module):
    """The projections of a delta layer, with the names of flash-linear-attention's layers."""

    def __init__(self, layer: LayerConfiguration) -> None:
        super().__init__()
        width, heads = layer.hidden_size, layer.head_count
        for part in "qkvgo":
            setattr(self, f"{part}_proj", nn.Linear(width, width, bias=False))
        for part in "qkv":
            setattr(self, f"{part}_conv1d", Convolution(width))
        self.b_proj = nn.Linear(width, heads, bias=False)
        if layer.cell == "kda":
            self.canon_conv1d = Convolution(width)
            self.f_proj = nn.Sequential(
                nn.Linear(width, DECAY_RANK, bias=False), nn.Linear(DECAY_RANK, width, bias=False)
            )
            self.dt_bias = nn.Parameter(torch.zeros(width))
        else:
            self.a_proj = nn.Linear(width, heads, bias=False)
            self.A_log = nn.Parameter(torch.zeros(heads))
            self.dt_bias = nn.Parameter(torch.zeros(heads))


class DeltaLayer(nn.Module):
    """Gated delta (Yang, Kautz, Hatamizadeh 2024) or Kimi delta attention (Kimi Team 2025) in a residual block.

    x ← x + W_o(rms_head(o) ⊙ gate(W_g x̂)), x ← x + W_down relu²(W_up mix(rms(x))), with x̂ = mix(rms(x)).
    q, k, v = silu(conv₄(W x̂)), q and k of unit length a head; β = 2 σ(w_b x̂); then the delta rule.
    Gated delta: mix is nothing, gate is silu, log γ = −exp(A) softplus(w_a x̂ + dt), one a head.
    Kimi delta: mix(a) = a + conv₄(a), gate is σ, log γ = max(−softplus(W_f1 W_f0 x̂ + dt), −2.4), one a channel.
    """

    def __init__(self, layer: LayerConfiguration) -> None:
        super().__init__()
        self.is_kimi = layer.cell == "kda"
        self.width, self.heads = layer.hidden_size, layer.head_count
        self.attn = DeltaAttention(layer)
        self.mlp = FeedForward(layer.hidden_size, layer.feed_forward_size, self.is_kimi)
        self.rule: kernels.Rule = kernels.plain

    def fresh_state(self, lanes: int, device: torch.device) -> State:
        size = self.width // self.heads
        tails = [3 * self.width] + ([self.width] * 2 if self.is_kimi else [])
        return tuple(torch.zeros(lanes, 3, tail, device=device) for tail in tails) + (
            torch.zeros(lanes, self.heads, size, size, device=device),
        )

    def forward(self, x: Tensor, resets: Resets, state: State) -> tuple[Tensor, State]:
        attn, tails = self.attn, list(state[:-1])
        mixed = rms(x)
        if self.is_kimi:
            added, tails[1] = convolve(mixed, tails[1], attn.canon_conv1d.weight[:, 0], resets)
            mixed = mixed + added
        projected = F.linear(
            mixed,
            torch.cat([attn.q_proj.weight, attn.k_proj.weight, attn.v_proj.weight,
                       attn.g_proj.weight]),
        )
        taps = torch.cat([attn.q_conv1d.weight, attn.k_conv1d.weight, attn.v_conv1d.weight])
        convolved, tails[0] = convolve(
            projected[..., : 3 * self.width], tails[0], taps[:, 0], resets
        )

        def by_head(y: Tensor) -> Tensor:  # [B, T, W] to [B, H, T, W / H]
            return y.unflatten(-1, (self.heads, -1)).transpose(1, 2)

        q, k, v = (by_head(part) for part in F.silu(convolved).chunk(3, -1))
        strength = 2 * torch.sigmoid(attn.b_proj(mixed).float()).transpose(1, 2)
        if self.is_kimi:
            log_decay = -F.softplus(attn.f_proj(mixed).float() + attn.dt_bias)
            log_decay = by_head(log_decay.clamp(min=-FASTEST_DECAY))
        else:
            rate = F.softplus(attn.a_proj(mixed).float() + attn.dt_bias)
            log_decay = (-attn.A_log.exp() * rate).transpose(1, 2)
        read, memory = self.rule(unit(q), unit(k), v, strength, log_decay, resets, state[-1])
        gate = projected[..., 3 * self.width :].float()
        gate = torch.sigmoid(gate) if self.is_kimi else F.silu(gate)
        x = x.float() + attn.o_proj(rms(read).transpose(1, 2).flatten(2) * gate)
        mixed = rms(x)
        if self.is_kimi:
            added, tails[2] = convolve(mixed, tails[2], self.mlp.canon_conv1d.weight[:, 0], resets)
            mixed = mixed + added
        return x + self.mlp(mixed), (*tails, memory.detach())
