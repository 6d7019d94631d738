"""Where dialogues begin within a window, in the forms that the layers need.

Lane b's state is taken as zero before step t where `resets[b, t]` is true. Legend: B lanes, T steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class Packing:
    """The stretches of all lanes as one packed sequence, the longest first, for PyTorch's LSTM and GRU.

    A stretch is what one lane reads between two resets or a window's edge.
    """

    batch_sizes: Tensor  # [longest], on the CPU as PyTorch wants it
    rows: Tensor  # [B · T]: of the window's rows (lane · T + step), in packed order
    lanes: Tensor  # [stretches]
    goes_on: Tensor  # [stretches, 1]: 1 where the state before the window is known to it
    last: Tensor  # [B]: the stretch that each lane ends with


@dataclass
class Resets:
    """One window's resets, ready for the layers."""

    # [B, T]: how many dialogues have begun in the lane so far; 0 knows the state before the window.
    segments: Tensor
    # [B, T] each, 1 where the step one, two, three before belongs to the same dialogue.
    reach: tuple[Tensor, Tensor, Tensor]
    # [B, T], 1 where no dialogue begins at the step.
    keeps: Tensor
    # None where no dialogue begins after the first step.
    packing: Packing | None

    @classmethod
    def of(cls, resets: Tensor, device: torch.device | str = "cpu") -> Resets:
        """From booleans [B, T] on the CPU."""
        batch, time = resets.shape
        segments = resets.to(torch.int64).cumsum(1)
        before = torch.cat([torch.zeros(batch, 3, dtype=torch.int64), segments], 1)
        reach = [(before[:, 3 - j : 3 - j + time] == segments).float() for j in (1, 2, 3)]
        packing = _pack(resets, device) if bool(resets[:, 1:].any()) else None
        return cls(
            segments.to(device), (reach[0].to(device), reach[1].to(device), reach[2].to(device)),
            (~resets).float().to(device), packing,
        )


def _pack(resets: Tensor, device: torch.device | str) -> Packing:
    batch, time = resets.shape
    begins = resets.clone()
    begins[:, 0] = True
    places = begins.nonzero()  # lane by lane, steps ascending
    lanes, starts = places[:, 0], places[:, 1]
    ends = torch.cat([starts[1:], torch.tensor([time])])
    ends[torch.cat([lanes[1:] != lanes[:-1], torch.tensor([True])])] = time
    lengths = ends - starts
    order = torch.argsort(lengths, descending=True, stable=True)
    lanes, starts, lengths = lanes[order], starts[order], lengths[order]
    longest = int(lengths[0])
    steps = torch.arange(longest)
    batch_sizes = (lengths[None, :] > steps[:, None]).sum(1)
    step = torch.repeat_interleave(steps, batch_sizes)
    # Within a step the stretches come in order, those that are long enough.
    first = torch.repeat_interleave(batch_sizes.cumsum(0) - batch_sizes, batch_sizes)
    stretch = torch.arange(len(step)) - first
    rows = lanes[stretch] * time + starts[stretch] + step
    goes_on = (starts == 0) & ~resets[lanes, 0]
    is_last = starts + lengths == time
    last = torch.empty(batch, dtype=torch.int64)
    last[lanes[is_last]] = is_last.nonzero().flatten()
    return Packing(
        batch_sizes, rows.to(device), lanes.to(device), goes_on.float()[:, None].to(device),
        last.to(device),
    )
