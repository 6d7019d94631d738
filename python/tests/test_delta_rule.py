"""The chunked delta rule is the step by step one; its fast form on CUDA is the chunked one."""

import pytest
import torch
from torch.nn import functional as F

from charchat_torch import Resets, kernels
from charchat_torch.delta_rule import delta_rule, naive_delta_rule


@pytest.mark.parametrize("decay", ["none", "head", "channel"])
@pytest.mark.parametrize("time", [1, 31, 75])
def test_chunks_compute_what_steps_do(decay: str, time: int) -> None:
    generator = torch.Generator().manual_seed(time)

    def draw(*size: int) -> torch.Tensor:
        return torch.randn(*size, generator=generator)

    shape = (2, 3, time)
    log_decay = {
        "none": None,
        "head": -F.softplus(draw(*shape)),
        "channel": (-F.softplus(draw(*shape, 8))).clamp(min=-2.4),
    }[decay]
    given = [
        F.normalize(draw(*shape, 8), dim=-1), F.normalize(draw(*shape, 8), dim=-1),
        draw(*shape, 5), 2 * torch.sigmoid(draw(*shape)), log_decay,
    ]
    segments = Resets.of(torch.rand(2, time, generator=generator) < 0.1).segments
    state = draw(2, 3, 8, 5)
    results = []
    for rule in (delta_rule, naive_delta_rule):
        leaves = [None if x is None else x.clone().requires_grad_() for x in given]
        read, after = rule(*leaves, segments, state)
        (read.square().sum() + after.square().sum()).backward()
        results.append([read, after] + [x.grad for x in leaves if x is not None])
    for fast, naive in zip(*results):
        torch.testing.assert_close(fast, naive, rtol=1e-4, atol=1e-4)


def test_kernels_that_are_not_there_are_told_of() -> None:
    device = torch.device("cpu")
    assert kernels.choose("auto", device) is kernels.plain
    with pytest.raises(Exception, match="need CUDA"):
        kernels.choose("fla", device)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_flas_kernels_compute_the_same() -> None:
    pytest.importorskip("fla")
    assert kernels.choose("fla", torch.device("cuda")) is not kernels.plain
