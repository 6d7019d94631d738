"""The delta rule by flash-linear-attention's kernels, where CUDA and the package are."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from .delta_rule import delta_rule
from .errors import CharchatError
from .resets import Resets

# Largest difference from the plain form, as a share of its largest value, beyond what bfloat16 explains.
TOLERANCE = 2e-2

Rule = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor, Resets, Tensor], tuple[Tensor, Tensor]]


def plain(
    query: Tensor, key: Tensor, value: Tensor, strength: Tensor, log_decay: Tensor,
    resets: Resets, state: Tensor,
) -> tuple[Tensor, Tensor]:
    """PyTorch's own operations, which run everywhere."""
    return delta_rule(query, key, value, strength, log_decay, resets.segments, state)


def choose(name: str, device: torch.device, head_sizes: Iterable[int] = (64,)) -> Rule:
    """`plain`, `fla`, or with `auto` fla where it is there and computes the same for heads of these sizes."""
    if name == "plain" or (name == "auto" and device.type != "cuda"):
        return plain
    if device.type != "cuda":
        raise CharchatError("fla's kernels need CUDA; leave out --kernels fla")
    try:
        rule = _fla()
    except ImportError:
        if name == "auto":
            return plain
        raise CharchatError(
            "flash-linear-attention is not installed: pip install './python[fla]'"
        ) from None
    try:
        difference = max((compare(rule, device, size) for size in set(head_sizes)), default=0.0)
        if difference <= TOLERANCE:
            return rule
        what = f"fla's kernels differ from the plain form by {difference:.1e} of the largest value"
    except Exception as error:  # whatever a compiler of kernels may raise on a card it does not know
        what = f"fla's kernels do not run on this card ({' '.join(str(error).split())[:200]})"
    if name == "fla":
        raise CharchatError(f"{what}; leave out --kernels fla")
    warnings.warn(f"{what}: not used")
    return plain


def compare(rule: Rule, device: torch.device, size: int) -> float:
    """The largest difference in reads, states and gradients on random input, over both kinds of decay."""
    generator = torch.Generator().manual_seed(1)
    shape = (2, 2, 96, size)
    worst = 0.0
    for channels in (False, True):
        def draw(*size: int) -> Tensor:
            return torch.randn(*size, generator=generator).to(device)

        q, k = (torch.nn.functional.normalize(draw(*shape), dim=-1) for _ in range(2))
        decay = -torch.nn.functional.softplus(draw(*(shape if channels else shape[:3])) - 3)
        given = [q, k, draw(*shape), 2 * torch.sigmoid(draw(*shape[:3])), decay]
        begins = torch.zeros(2, 96, dtype=torch.bool)
        begins[1, 40] = True
        resets = Resets.of(begins, device)
        found = []
        for one in (plain, rule):
            leaves = [tensor.clone().requires_grad_() for tensor in given]
            read, state = one(*leaves, resets, torch.zeros(2, 2, size, size, device=device))
            (read.float().square().sum() + state.float().square().sum()).backward()
            found.append([read, state] + [leaf.grad for leaf in leaves])
        for a, b in zip(*found):
            assert a is not None and b is not None
            worst = max(worst, float((a - b.float()).abs().max() / a.abs().max()))
    return worst


def _fla() -> Rule:
    from fla.ops.gated_delta_rule import chunk_gated_delta_rule  # type: ignore[import-not-found]
    from fla.ops.kda import chunk_kda  # type: ignore[import-not-found]

    def rule(
        query: Tensor, key: Tensor, value: Tensor, strength: Tensor, log_decay: Tensor,
        resets: Resets, state: Tensor,
    ) -> tuple[Tensor, Tensor]:
        # All lanes in a row as one sequence of many: [1, B · T, H, …].
        def rows(x: Tensor) -> Tensor:
            return x.transpose(1, 2).flatten(0, 1)[None]

        batch, _, time, _ = key.shape
        starts = resets.keeps == 0
        starts[:, 0] = True
        begins = starts.flatten().nonzero().flatten()
        ends = torch.tensor([batch * time], device=key.device)
        knows = resets.keeps.flatten()[begins] * (begins % time == 0)
        initial = state[begins // time] * knows[:, None, None, None]
        half = torch.bfloat16
        arguments: dict[str, Any] = dict(
            scale=1.0, initial_state=initial, output_final_state=True,
            cu_seqlens=torch.cat([begins, ends]),
        )
        operation = chunk_gated_delta_rule if log_decay.dim() == 3 else chunk_kda
        read, final = operation(
            rows(query).to(half), rows(key).to(half), rows(value).to(half),
            rows(log_decay).float(), rows(strength).to(half), **arguments,
        )
        last = torch.cat([begins[1:], ends]) % time == 0
        return read[0].unflatten(0, (batch, time)).transpose(1, 2), final[last].float()

    return rule
