"""The delta rule over a window, in chunks whose work is nearly all matrix products.

For each head with state S [K, V], at step t with decay γ (one, one a key channel, or none), write strength β:

    S ← γ S;  S ← S + k (β (v − Sᵀ k))ᵀ;  o = Sᵀ q

Yang, Kautz and Hatamizadeh, "Gated Delta Networks", 2024; a decay a channel: Kimi Team, "Kimi Linear", 2025.
In a chunk, with c the running sum of log γ and rows = time:

    A = strictly lower(diag(β) (K e^c)(K e^−c)ᵀ);  (I + A) U = diag(β)(V − (K e^c) S₀)
    O = (Q e^c) S₀ + lower((Q e^c)(K e^−c)ᵀ) U;    S₁ = e^(c_C) S₀ + (K e^(c_C − c))ᵀ U

Where a dialogue begins within a chunk, what belongs to different dialogues is left out of A and of the lower
product, and what comes after does not know S₀. Legend: B lanes, H heads, T steps, N chunks, C chunk length.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

# With a decay a channel, e^−c stays below e^(2.4 · 32), which a 32-bit float holds.
CHUNK = 32


def delta_rule(
    query: Tensor, key: Tensor, value: Tensor, strength: Tensor, log_decay: Tensor | None,
    segments: Tensor, state: Tensor,
) -> tuple[Tensor, Tensor]:
    """Reads and writes a state over a window, in 32-bit floats.

    query, key [B, H, T, K], value [B, H, T, V], strength [B, H, T], log_decay None, [B, H, T] or [B, H, T, K],
    segments [B, T] as `Resets` has them, state [B, H, K, V]. Returns what was read, [B, H, T, V], and the state
    after the window. `naive_delta_rule` is the same, step by step.
    """
    with torch.autocast(query.device.type, enabled=False):
        return _chunked(
            query.float(), key.float(), value.float(), strength.float(),
            None if log_decay is None else log_decay.float(), segments, state.float(),
        )


def _chunked(
    query: Tensor, key: Tensor, value: Tensor, strength: Tensor, log_decay: Tensor | None,
    segments: Tensor, state: Tensor,
) -> tuple[Tensor, Tensor]:
    batch, heads, time, size = key.shape
    # Steps that are added at the end write nothing and forget nothing.
    rest = -time % CHUNK
    count = (time + rest) // CHUNK

    def cut(x: Tensor) -> Tensor:  # [B, H, T, …] to [B, H, N, C, …]
        padding = (0, 0) * (x.dim() - 3) + (0, rest)
        return F.pad(x, padding).unflatten(2, (count, CHUNK))

    q, k, v = cut(query), cut(key), cut(value)
    beta = cut(strength)[..., None]
    seg = torch.cat([segments, segments[:, -1:].expand(-1, rest)], 1)
    seg = seg.unflatten(1, (count, CHUNK))[:, None]  # [B, 1, N, C]
    same = (seg[..., :, None] == seg[..., None, :]).tril()
    before = F.pad(seg[..., -1], (1, -1))  # the dialogue at the end of the chunk before
    knows = (seg == before[..., None]).float()[..., None]  # [B, 1, N, C, 1]
    ends = (seg == seg[..., -1:]).float()[..., None]

    if log_decay is None:
        k_in, q_in, k_end, gamma = k, q, k, knows[..., -1, :]
        pairs_k, pairs_q = k @ k.mT, q @ k.mT
    elif log_decay.dim() == 3:
        c = cut(log_decay).cumsum(-1)
        distance = (c[..., :, None] - c[..., None, :]).masked_fill(~same, float("-inf")).exp()
        rise = c.exp()[..., None]
        k_in, q_in = k * rise, q * rise
        k_end = k * (c[..., -1:] - c).exp()[..., None]
        gamma = rise[..., -1, :] * knows[..., -1, :]
        pairs_k, pairs_q = (k @ k.mT) * distance, (q @ k.mT) * distance
    else:
        c = cut(log_decay).cumsum(-2)
        rise, last = c.exp(), c[..., -1:, :]
        k_in, q_in, k_out = k * rise, q * rise, k * (-c).exp()
        k_end = k * (last - c).exp()
        gamma = rise[..., -1, :] * knows[..., -1, :]
        pairs_k, pairs_q = k_in @ k_out.mT, q_in @ k_out.mT
    a = (pairs_k * beta).masked_fill(~same, 0).tril(-1)
    p = pairs_q.masked_fill(~same, 0)
    q_in, k_end = q_in * knows, (k_end * ends).mT
    solved = torch.linalg.solve_triangular(
        a, torch.cat([k_in * knows, v], -1) * beta, upper=False, unitriangular=True
    )
    w, u = solved[..., :size], solved[..., size:]
    reads = []
    # Unbound, so that the gradients of a chunk's parts are not written into zeros of the whole window.
    parts = (x.unbind(2) for x in (w, u, q_in, p, gamma[..., None], k_end))
    for w_n, u_n, q_n, p_n, gamma_n, k_n in zip(*parts):
        written = u_n - w_n @ state
        reads.append(q_n @ state + p_n @ written)
        state = gamma_n * state + k_n @ written
    return torch.stack(reads, 2).flatten(2, 3)[:, :, :time], state


def naive_delta_rule(
    query: Tensor, key: Tensor, value: Tensor, strength: Tensor, log_decay: Tensor | None,
    segments: Tensor, state: Tensor,
) -> tuple[Tensor, Tensor]:
    """The definition, which the tests compare with."""
    reads = []
    for t in range(key.shape[2]):
        before = segments[:, t - 1] if t else torch.zeros_like(segments[:, 0])
        state = state * (segments[:, t] == before).float()[:, None, None, None]
        if log_decay is not None:
            decay = log_decay[:, :, t].exp()
            state = state * (decay[..., None, None] if decay.dim() == 2 else decay[..., None])
        k, q = key[:, :, t, :, None], query[:, :, t, :, None]
        error = value[:, :, t] - (state * k).sum(-2)
        state = state + k * (strength[:, :, t, None] * error)[..., None, :]
        reads.append((state * q).sum(-2))
    return torch.stack(reads, 2), state
