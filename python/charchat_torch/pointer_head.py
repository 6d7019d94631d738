"""The pointer head: what was expected and came moves a pointer on over what was heard and said last."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .configuration import PointerHeadConfiguration
from .copy_head import GAIN
from .layers import State, unit
from .resets import Resets

# Steps whose scores are computed as one matrix.
CHUNK = 64


class PointerHead(nn.Module):
    """Weights a on the last `reach` symbols, N, read into the logits; charchat's PointerHeadStep is the definition.

    k_(t+1) = unit(W_k z_t);  q = unit(W_q z_t);  h = σ(f·z_t + f₀)
    s_t = softmax_j(8 softplus(κ) q·k_j − softplus(r·z_t + r₀) ln(t − j + 1))
    a_t[j] = (1 − h) s_t[j] + h a_(t−1)[j − 1] [x_(j−1) = x_t]
    logits[x_j] += 8 softplus(s) σ(g·z_t + g₀) a_t[j]

    The key of a dialogue's first symbol is zero. A row of N ends with the step's own symbol, so that the weights of
    a pointer that moves on stay where they are in it. No gradient flows to what came before the window.
    """

    def __init__(self, shape: PointerHeadConfiguration, width: int, symbols: int) -> None:
        super().__init__()
        self.reach = shape.reach
        self.symbols = symbols
        self.k_proj = nn.Linear(width, shape.key_size, bias=False)
        self.q_proj = nn.Linear(width, shape.key_size, bias=False)
        self.gate = nn.Linear(width, 1)
        self.follow = nn.Linear(width, 1)
        self.recency = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.ones(1))
        self.sharpness = nn.Parameter(torch.ones(1))

    def fresh_state(self, lanes: int, device: torch.device) -> State:
        """Of the last N symbols, oldest first: keys [B, N, K], symbols and weights [B, N]; how many of them are
        there [B]; and the key of the symbol to come [B, K]."""
        size = self.k_proj.out_features
        return (
            torch.zeros(lanes, self.reach, size, device=device),
            torch.zeros(lanes, self.reach, dtype=torch.int64, device=device),
            torch.zeros(lanes, self.reach, device=device),
            torch.zeros(lanes, dtype=torch.int64, device=device),
            torch.zeros(lanes, size, device=device),
        )

    def forward(
        self, z: Tensor, inputs: Tensor, resets: Resets, state: State
    ) -> tuple[Tensor, State]:
        """z [B, T, W] and the symbols read [B, T]; returns what is added to the logits [B, T, symbols]."""
        keys, symbols, weights, count, next_key = state
        z = z.float()
        time, keeps = z.shape[1], resets.keeps[..., None]
        made = unit(self.k_proj(z))
        keys = torch.cat([keys, torch.cat([next_key[:, None], made[:, :-1]], 1) * keeps], 1)
        symbols = torch.cat([symbols, inputs], 1)
        counts = self._counts(resets, count)
        query = GAIN * F.softplus(self.sharpness) * unit(self.q_proj(z))
        recency = F.softplus(self.recency(z).float())
        follow = torch.sigmoid(self.follow(z).float())
        with torch.autocast(z.device.type, enabled=False):
            read, weights = self._read(
                query, recency, follow, keys, symbols, counts, weights, keeps
            )
        gate = torch.sigmoid(self.gate(z).float())
        after = (keys[:, time:], symbols[:, time:], weights, counts[:, -1], made[:, -1])
        return GAIN * F.softplus(self.scale) * gate * read, tuple(part.detach() for part in after)

    def _counts(self, resets: Resets, count: Tensor) -> Tensor:
        """How many symbols each step looks back on, its own among them, [B, T]."""
        steps = torch.arange(resets.keeps.shape[1], device=count.device)
        # Where the dialogue began; before the window for one that goes on.
        first = torch.where(resets.keeps == 0, steps, -count[:, None]).cummax(1).values
        return (steps + 1 - first).clamp(max=self.reach)

    def _read(
        self, query: Tensor, recency: Tensor, follow: Tensor, keys: Tensor, symbols: Tensor,
        counts: Tensor, weights: Tensor, keeps: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """What the pointer stands on, by symbol [B, T, symbols], and its weights after the window [B, N].

        keys [B, N + T, K] and symbols [B, N + T] of what came before the window and of the window.
        """
        n, time = self.reach, query.shape[1]
        places = torch.arange(n, device=query.device)
        distances = torch.log((n - places).float())
        values = query.new_zeros(*symbols.shape, self.symbols).scatter_(2, symbols[..., None], 1)
        # Row t: the N symbols that step t − 1 looks back on.
        before = symbols.unfold(1, n, 1)
        reads = []
        for start in range(0, time, CHUNK):
            end = min(start + CHUNK, time)
            steps, span = slice(start, end), slice(start + 1, end + n)
            scores = rows(query[:, steps] @ keys[:, span].mT, n) - recency[:, steps] * distances
            unknown = places < n - counts[:, steps, None]
            attention = scores.masked_fill(unknown, float("-inf")).softmax(-1)
            expected = before[:, steps] == symbols[:, start + n : end + n, None]
            new = (1 - follow[:, steps]) * attention
            kept = follow[:, steps] * keeps[:, steps] * expected
            stood = []
            # Unbound, so that a step's gradients are not written into zeros of the whole chunk.
            for added, factor in zip(new.unbind(1), kept.unbind(1)):
                weights = torch.addcmul(added, factor, weights)
                stood.append(weights)
            reads.append(band(torch.stack(stood, 1)) @ values[:, span])
        return torch.cat(reads, 1), weights


def rows(x: Tensor, n: int) -> Tensor:
    """From [B, C, N + C − 1] the N numbers of row i that begin at its place i, [B, C, N]."""
    batch, count, columns = x.shape
    return F.pad(x.flatten(1), (0, count)).view(batch, count, columns + 1)[..., :n]


def band(x: Tensor) -> Tensor:
    """The reverse of `rows`, with zeros beside, [B, C, N + C − 1]."""
    batch, count, n = x.shape
    return F.pad(x, (0, count)).flatten(1)[:, :-count].view(batch, count, n + count - 1)
