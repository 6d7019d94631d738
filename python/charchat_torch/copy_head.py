"""The copy head: where the model was in this state of mind before, this symbol came next."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .delta_rule import delta_rule
from .layers import State, unit
from .resets import Resets

# What the read is multiplied by beside softplus(s).
GAIN = 8.0


class CopyHead(nn.Module):
    """A delta-rule memory M from the output vector before a symbol to that symbol, read into the logits.

    k = unit(W_k z_(t−1));  u = σ(w·z_t + b) (onehot(x_t) − Mᵀk);  M ← M + k uᵀ
    logits += 8 softplus(s) σ(g·z_t + c) Mᵀ unit(W_q z_t), with the new M
    """

    def __init__(self, key_size: int, width: int, symbols: int) -> None:
        super().__init__()
        self.symbols = symbols
        self.k_proj = nn.Linear(width, key_size, bias=False)
        self.q_proj = nn.Linear(width, key_size, bias=False)
        self.write = nn.Linear(width, 1)
        self.gate = nn.Linear(width, 1)
        self.scale = nn.Parameter(torch.ones(1))

    def fresh_state(self, lanes: int, device: torch.device) -> State:
        """M and z of the step before."""
        return (
            torch.zeros(lanes, self.k_proj.out_features, self.symbols, device=device),
            torch.zeros(lanes, self.k_proj.in_features, device=device),
        )

    def forward(
        self, z: Tensor, inputs: Tensor, resets: Resets, state: State
    ) -> tuple[Tensor, State]:
        """z [B, T, W] and the symbols read [B, T]; returns what is added to the logits [B, T, symbols]."""
        memory, before = state
        z = z.float()
        earlier = torch.cat([before[:, None], z[:, :-1]], 1) * resets.keeps[..., None]
        values = F.one_hot(inputs, self.symbols)
        read, after = delta_rule(
            unit(self.q_proj(z))[:, None], unit(self.k_proj(earlier))[:, None],
            values[:, None], torch.sigmoid(self.write(z).float()).transpose(1, 2), None,
            resets.segments, memory[:, None],
        )
        gate = torch.sigmoid(self.gate(z).float())
        added = GAIN * F.softplus(self.scale) * gate * read[:, 0]
        return added, (after[:, 0].detach(), z[:, -1].detach())
