"""A run that can go on exactly where it was, as one safetensors file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .configuration import ModelConfiguration
from .errors import CharchatError
from .files import read_safetensors, write_safetensors
from .progress import Progress

VERSION = 1
_KEY = "charchat_torch_checkpoint"


@dataclass
class Checkpoint:
    """Everything that decides the next step."""

    # What must be the same in the run that goes on: see `Trainer.identity`.
    identity: dict[str, Any]
    progress: Progress
    last_evaluation: Progress | None
    best_loss: float | None
    evaluations_since_best: int
    loss_sum: float
    loss_count: int
    optimizer_step: int
    # By tensor name.
    parameters: dict[str, Tensor]
    first: dict[str, Tensor]
    second: dict[str, Tensor]
    best: dict[str, Tensor]
    # Of all lanes, a tuple a layer, the copy head and the pointer head.
    lane_states: list[tuple[Tensor, ...]]
    # What the targets since the last evaluation weighed, by the symbol and by the character.
    symbol_weight: float = 0.0
    character_weight: float = 0.0

    def save(self, path: Path) -> None:
        header = {
            "version": VERSION,
            "identity": self.identity,
            "progress": asdict(self.progress),
            "last_evaluation": None if self.last_evaluation is None else asdict(self.last_evaluation),
            "best_loss": self.best_loss,
            "evaluations_since_best": self.evaluations_since_best,
            "loss_sum": self.loss_sum,
            "loss_count": self.loss_count,
            "optimizer_step": self.optimizer_step,
            "symbol_weight": self.symbol_weight,
            "character_weight": self.character_weight,
        }
        tensors: dict[str, Tensor] = {}
        for group in ("parameters", "first", "second", "best"):
            for name, tensor in getattr(self, group).items():
                # Copies: a file may not hold one tensor twice.
                tensors[f"{group}:{name}"] = tensor.detach().clone()
        for index, part in enumerate(self.lane_states):
            for number, tensor in enumerate(part):
                tensors[f"lanes:{index}:{number}"] = tensor
        write_safetensors(path, tensors, {"format": "charchat-torch-checkpoint", _KEY: json.dumps(header)})

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        metadata, tensors = read_safetensors(path)
        if _KEY not in metadata:
            raise CharchatError(f"{path} is no checkpoint of charchat_torch; leave out --resume")
        try:
            header = json.loads(metadata[_KEY])
            if header["version"] != VERSION:
                raise CharchatError(
                    f"{path} has version {header['version']}, expected {VERSION}; leave out --resume"
                )
            groups: dict[str, dict[str, Tensor]] = {
                group: {} for group in ("parameters", "first", "second", "best")
            }
            lanes: dict[int, dict[int, Tensor]] = {}
            for key, tensor in tensors.items():
                if key.startswith("lanes:"):
                    _, index, number = key.split(":")
                    lanes.setdefault(int(index), {})[int(number)] = tensor
                else:
                    group, name = key.split(":", 1)
                    groups[group][name] = tensor
            last = header["last_evaluation"]
            return cls(
                identity=header["identity"],
                progress=Progress(**{"symbols": None, **header["progress"]}),
                last_evaluation=None if last is None else Progress(**{"symbols": None, **last}),
                best_loss=header["best_loss"],
                evaluations_since_best=header["evaluations_since_best"],
                loss_sum=header["loss_sum"],
                loss_count=header["loss_count"],
                optimizer_step=header["optimizer_step"],
                symbol_weight=header.get("symbol_weight", 0.0),
                character_weight=header.get("character_weight", 0.0),
                lane_states=[
                    tuple(lanes[i][j] for j in range(len(lanes[i]))) for i in range(len(lanes))
                ],
                **groups,
            )
        except (KeyError, TypeError, ValueError):
            raise CharchatError(
                f"{path} was written by another version, or is damaged; leave out --resume"
            ) from None

    def require(self, identity: dict[str, Any], path: Path) -> None:
        """Raises unless this is a checkpoint of a run with `identity`."""
        if self.identity == identity:
            return
        if self.identity.get("architecture") != identity["architecture"]:
            what = "it is of a model of another shape"
        elif self.identity.get("begin") != identity["begin"]:
            what = "it began with another model"
        elif self.identity.get("corpus") != identity["corpus"]:
            what = "it is of other shards"
        else:
            names = [k for k in identity if self.identity.get(k) != identity[k]]
            told = ", ".join(f"{name} {self.identity.get(name)}" for name in names)
            what = f"it was made with {told}"
        raise CharchatError(
            f"{path} cannot be resumed: {what}; give the same, or leave out --resume to begin anew"
        )

    def check(self, configuration: ModelConfiguration, path: Path) -> None:
        """Raises unless every tensor is there and has the model's shape."""
        for name, shape in configuration.tensors():
            for group in (self.parameters, self.best):
                if name not in group or tuple(group[name].shape) != shape:
                    raise CharchatError(
                        f"{path} is damaged: {name} is missing or of another shape; leave out --resume"
                    )
                if not bool(torch.isfinite(group[name]).all()):
                    raise CharchatError(f"{path} is damaged: {name} holds what is no number")


