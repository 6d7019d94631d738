"""The pointer head: what was expected and came moves a pointer on over what was heard and said last."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .alphabet import END_MARK
from .configuration import RUN_BUCKETS, PointerHeadConfiguration
from .copy_head import GAIN
from .layers import State, unit
from .resets import Resets

# Steps whose scores are computed as one matrix.
CHUNK = 64
# Symbols that must have come in a row for a vote.
RUN = 3
# More than this in common says no more than this.
MOST = 8.0
# What hashes a run (Knuth), modulo 2³²; its upper bits name the bucket.
HASH = 2_654_435_761


class PointerHead(nn.Module):
    """Weights a on the last `reach` symbols, N, read into the logits; charchat's PointerHeadStep is the definition.

    m_t = λ ⊙ m_(t−1) + √(1 − λ²) ⊙ z_t;  y_t = (z_t, m_t)
    k_(t+1) = unit(W_k y_t);  q = unit(W_q y_t);  h = σ(f·y_t + f₀)
    s_t = softmax_j(8 softplus(κ) q·k_j − softplus(r·y_t + r₀) ln(t − j + 1) + (b·y_t + b₀) n_t[j])
    a_t[j] = (1 − h) s_t[j] + h a_(t−1)[j − 1] [x_(j−1) = x_t]
    logits[x_j] += 8 softplus(s) σ(g·y_t + g₀) a_t[j];  logits += min(max S_t, 8) σ(e·y_t + e₀) o

    S_t[j] is what the line of x_j has in common with the last line (`_take`), and n_t[j] = S_t[j] / (max S_t + 1): by
    it a question finds the line that it speaks of. A run of three symbols counts by the weight of its bucket,
    ln((L + 1) / (l + 1)) / 8 where l of L lines of the corpus have a run of that bucket: inverse document frequency
    (Spärck Jones, 1972). These weights are counted, not trained. The key of a dialogue's first symbol and the trace m
    before it are zero; the λ are fixed. A row of N ends with the step's own symbol, so that the weights of a pointer
    that moves on stay where they are in it. No gradient flows to what came before the window.
    """

    decays: Tensor

    def __init__(self, shape: PointerHeadConfiguration, width: int, symbols: int) -> None:
        super().__init__()
        self.reach = shape.reach
        self.symbols = symbols
        self.k_proj = nn.Linear(2 * width, shape.key_size, bias=False)
        self.q_proj = nn.Linear(2 * width, shape.key_size, bias=False)
        self.gate = nn.Linear(2 * width, 1)
        self.follow = nn.Linear(2 * width, 1)
        self.recency = nn.Linear(2 * width, 1)
        self.match = nn.Linear(2 * width, 1)
        self.told = nn.Linear(2 * width, 1)
        self.scale = nn.Parameter(torch.ones(1))
        self.sharpness = nn.Parameter(torch.ones(1))
        self.told_logits = nn.Parameter(torch.zeros(symbols))
        self.run_weights = nn.Parameter(torch.ones(RUN_BUCKETS), requires_grad=False)
        # λ, which is fixed.
        self.register_buffer("decays", trace_decays(width), persistent=False)

    def fresh_state(self, lanes: int, device: torch.device) -> State:
        """Of the last N symbols, oldest first: keys [B, N, K], symbols and weights [B, N]; how many of them are
        there [B]; the key of the symbol to come [B, K]; the trace [B, W]; and of the line matches the run lengths, the
        votes and the matches [B, N], and the best [B]."""
        size = self.k_proj.out_features
        return (
            torch.zeros(lanes, self.reach, size, device=device),
            torch.zeros(lanes, self.reach, dtype=torch.int64, device=device),
            torch.zeros(lanes, self.reach, device=device),
            torch.zeros(lanes, dtype=torch.int64, device=device),
            torch.zeros(lanes, size, device=device),
            torch.zeros(lanes, len(self.decays), device=device),
            *(torch.zeros(lanes, self.reach, device=device) for _ in range(3)),
            torch.zeros(lanes, device=device),
        )

    def forward(
        self, z: Tensor, inputs: Tensor, resets: Resets, state: State
    ) -> tuple[Tensor, State]:
        """z [B, T, W] and the symbols read [B, T]; returns what is added to the logits [B, T, symbols]."""
        keys, symbols, weights, count, next_key, trace, *lines = state
        time, keeps = z.shape[1], resets.keeps[..., None]
        y, trace = self._with_trace(z.float(), keeps, trace)
        made = unit(self.k_proj(y))
        keys = torch.cat([keys, torch.cat([next_key[:, None], made[:, :-1]], 1) * keeps], 1)
        symbols = torch.cat([symbols, inputs], 1)
        counts = self._counts(resets, count)
        query = GAIN * F.softplus(self.sharpness) * unit(self.q_proj(y))
        recency = F.softplus(self.recency(y).float())
        match = self.match(y).float()
        follow = torch.sigmoid(self.follow(y).float())
        matches, best, lines = self._match(symbols, counts, keeps, lines)
        with torch.autocast(z.device.type, enabled=False):
            read, weights = self._read(
                query, recency, match, matches, follow, keys, symbols, counts, weights, keeps
            )
        gate = torch.sigmoid(self.gate(y).float())
        told = best[..., None] * torch.sigmoid(self.told(y).float())
        added = GAIN * F.softplus(self.scale) * gate * read + told * self.told_logits
        after = (
            keys[:, time:], symbols[:, time:], weights, counts[:, -1], made[:, -1], trace, *lines
        )
        return added, tuple(part.detach() for part in after)

    def _with_trace(self, z: Tensor, keeps: Tensor, trace: Tensor) -> tuple[Tensor, Tensor]:
        """z and its trace side by side [B, T, 2 W], and the trace after the window [B, W]."""
        new = (1 - self.decays.square()).sqrt() * z
        traces = []
        for added, factor in zip(new.unbind(1), (keeps * self.decays).unbind(1)):
            trace = torch.addcmul(added, factor, trace)
            traces.append(trace)
        return torch.cat([z, torch.stack(traces, 1)], -1), trace

    def _counts(self, resets: Resets, count: Tensor) -> Tensor:
        """How many symbols each step looks back on, its own among them, [B, T]."""
        steps = torch.arange(resets.keeps.shape[1], device=count.device)
        # Where the dialogue began; before the window for one that goes on.
        first = torch.where(resets.keeps == 0, steps, -count[:, None]).cummax(1).values
        return (steps + 1 - first).clamp(max=self.reach)

    @torch.no_grad()
    def _match(
        self, symbols: Tensor, counts: Tensor, keeps: Tensor, lines: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """The matches of each step [B, T, N], their best [B, T], and what is kept of them after the window."""
        places = torch.arange(self.reach, device=symbols.device)
        # Whether any lane's line ends at the step.
        ends = (symbols[:, self.reach :] <= END_MARK).any(0).tolist()
        # Of the run that ends with each symbol; a reach that holds no run has no votes.
        weights = self.run_weights.clamp(0, MOST)
        votes = weights[buckets(symbols)[:, self.reach :]] * (self.reach >= RUN)
        matches, best = [], []
        for t, (ended, kept) in enumerate(zip(ends, keeps.unbind(1))):
            lines = [part * kept for part in lines[:3]] + [lines[3] * kept[:, 0]]
            known = places >= self.reach - counts[:, t, None]
            newest = symbols[:, t + 1 : t + 1 + self.reach]
            lines = self._take(newest, known, votes[:, t, None], ended, lines)
            matches.append(lines[2])
            best.append(lines[3])
        return torch.stack(matches, 1), torch.stack(best, 1), lines

    def _take(
        self, symbols: Tensor, known: Tensor, vote: Tensor, ended: bool, lines: list[Tensor]
    ) -> list[Tensor]:
        """One step of the line matches; symbols and known [B, N], oldest first, vote [B, 1] the newest run's weight.

        While a line comes, each run of three symbols gives its weight to all places where it was met before. Where a
        line ends, at a mark, each earlier line has its votes over the most that any has and one more; the best is that
        most, at most 8.
        """
        lengths, votes, matches, best = lines
        newest = symbols[:, -1:]
        is_same = known & (symbols == newest)
        is_same[:, -1] = False
        lengths = (lengths + 1) * is_same
        votes = moved_on(votes) + vote * (lengths >= RUN)
        matches = moved_on(matches)
        if not ended:
            return [lengths, votes, matches, best]
        marks = (symbols <= END_MARK).long()
        line = marks.cumsum(1) - marks
        # In double precision, so that the order of summation is of no matter.
        sums = torch.zeros_like(votes, dtype=torch.float64).scatter_add_(1, line, votes.double())
        in_common = sums.gather(1, line).float() * (known & (line != line[:, -1:]))
        most = in_common.amax(1, keepdim=True)
        is_end = newest <= END_MARK
        return [
            lengths, votes * ~is_end, torch.where(is_end, in_common / (most + 1), matches),
            torch.where(is_end, most.clamp(max=MOST), best[:, None])[:, 0],
        ]

    def _read(
        self, query: Tensor, recency: Tensor, match: Tensor, matches: Tensor, follow: Tensor,
        keys: Tensor, symbols: Tensor, counts: Tensor, weights: Tensor, keeps: Tensor,
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
            scores = scores + match[:, steps] * matches[:, steps]
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


def trace_decays(width: int) -> Tensor:
    """λ of the trace [W]: half-lives from 8 to 128 symbols over the channels, on a logarithmic scale."""
    part = torch.arange(width, dtype=torch.float64) / max(1, width - 1)
    return torch.exp(-math.log(2) / (8 * 16**part)).float()


def buckets(symbols: Tensor) -> Tensor:
    """By symbol, oldest first, [B, C]: the bucket of the run that ends with it, with zeros before the first."""
    result = torch.zeros_like(symbols)
    for part in F.pad(symbols, (RUN - 1, 0)).unfold(1, RUN, 1).unbind(-1):
        # The product may wrap around in 64 bits; its lower 32 are right.
        result = ((result + part) * HASH) & 0xFFFFFFFF
    return result >> 22


def moved_on(x: Tensor) -> Tensor:
    """By symbol, oldest first, [B, N]: one symbol later, with zero for the newest."""
    return F.pad(x[:, 1:], (0, 1))


def rows(x: Tensor, n: int) -> Tensor:
    """From [B, C, N + C − 1] the N numbers of row i that begin at its place i, [B, C, N]."""
    batch, count, columns = x.shape
    return F.pad(x.flatten(1), (0, count)).view(batch, count, columns + 1)[..., :n]


def band(x: Tensor) -> Tensor:
    """The reverse of `rows`, with zeros beside, [B, C, N + C − 1]."""
    batch, count, n = x.shape
    return F.pad(x, (0, count)).flatten(1)[:, :-count].view(batch, count, n + count - 1)
