"""The processes of a training: one alone, or those that torchrun started."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from .errors import CharchatError


class Group:
    """This process among all. `rank` 0 writes files and speaks."""

    def __init__(self, device: str = "auto") -> None:
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        has_cuda = torch.cuda.is_available() and device in ("auto", "cuda")
        if device == "cuda" and not has_cuda:
            raise CharchatError("there is no CUDA device here; leave out --device cuda")
        if has_cuda:
            self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
            torch.cuda.set_device(self.device)
        else:
            self.device = torch.device("cpu")
        self.is_first = self.rank == 0
        if self.size > 1:
            dist.init_process_group(
                "nccl" if has_cuda else "gloo", timeout=timedelta(minutes=30)
            )

    def sum(self, values: list[float]) -> list[float]:
        """Sums over all processes, in 64-bit floats."""
        if self.size == 1:
            return values
        tensor = torch.tensor(values, dtype=torch.float64, device=self.device)
        dist.all_reduce(tensor)
        return tensor.tolist()

    def gather(self, value: Any) -> list[Any]:
        """Everybody's value, on the first process; nothing on the others."""
        if self.size == 1:
            return [value]
        gathered: list[Any] = [None] * self.size
        dist.gather_object(value, gathered if self.is_first else None)
        return gathered if self.is_first else []

    def share(self, value: Any) -> Any:
        """The first process's value, on all."""
        if self.size == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box)
        return box[0]

    def part(self, count: int) -> range:
        """This process's share of `count` things in a row."""
        return range(count * self.rank // self.size, count * (self.rank + 1) // self.size)

    def close(self) -> None:
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()


def to_cpu(tensors: list[tuple[Tensor, ...]]) -> list[tuple[Tensor, ...]]:
    return [tuple(tensor.cpu() for tensor in part) for part in tensors]
