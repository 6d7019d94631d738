"""A whole model over a window: symbols in, logits out, the state passed in and handed back."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from . import kernels
from .configuration import ModelConfiguration
from .copy_head import CopyHead
from .layers import DeltaLayer, RecurrentLayer, State, rms
from .pointer_head import PointerHead
from .resets import Resets


class CharacterModel(nn.Module):
    """charchat's language model. Its parameters' names are those of the file, but for LSTM and GRU, whose
    layers are modules of their own here (`file_name`)."""

    def __init__(self, configuration: ModelConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        self.embedding = nn.Embedding(configuration.symbol_count, configuration.embedding_size)
        self.layers = nn.ModuleList()
        for index, layer in enumerate(configuration.layers):
            if layer.is_residual:
                self.layers.append(DeltaLayer(layer))
            else:
                self.layers.append(
                    RecurrentLayer(layer.cell, configuration.input_size(index), layer.hidden_size)
                )
        self.decoder = nn.Linear(configuration.output_size, configuration.symbol_count)
        size = configuration.copy_head_size
        self.copy_head = (
            None if size is None
            else CopyHead(size, configuration.output_size, configuration.symbol_count)
        )
        pointer = configuration.pointer_head
        self.pointer_head = (
            None if pointer is None
            else PointerHead(pointer, configuration.output_size, configuration.symbol_count)
        )

    @staticmethod
    def file_name(name: str) -> str:
        """A parameter's name in a model file."""
        if ".rnn." not in name:
            return name
        _, layer, _, part = name.split(".")
        return f"rnn.{part.removesuffix('_l0')}_l{layer}"

    def named_tensors(self) -> dict[str, nn.Parameter]:
        """The parameters by their names in a file, in the file's order."""
        own = {self.file_name(name): value for name, value in self.named_parameters()}
        return {name: own[name] for name, _ in self.configuration.tensors()}

    def load_tensors(self, tensors: dict[str, Tensor]) -> None:
        """Copies values that a file holds."""
        with torch.no_grad():
            for name, parameter in self.named_tensors().items():
                parameter.copy_(tensors[name])

    def use_kernels(self, rule: kernels.Rule) -> None:
        for layer in self.layers:
            if isinstance(layer, DeltaLayer):
                layer.rule = rule

    @property
    def heads(self) -> list[CopyHead | PointerHead]:
        """What adds to the decoder's logits."""
        return [head for head in (self.copy_head, self.pointer_head) if head is not None]

    def fresh_state(self, lanes: int) -> list[State]:
        """The state that remembers nothing: a tuple a layer, then the copy head's and the pointer head's."""
        device = self.decoder.weight.device
        parts = [*self.layers, *self.heads]
        return [part.fresh_state(lanes, device) for part in parts]  # type: ignore[operator]

    def forward(
        self, inputs: Tensor, resets: Resets, state: list[State],
        dropout: float = 0.0, generator: torch.Generator | None = None,
    ) -> tuple[Tensor, list[State]]:
        """inputs [B, T]; returns logits [B, T, symbols] and the state after the window, without gradients.

        What copy head and pointer head read, which work through time, is never dropped.
        """
        configuration = self.configuration
        x = self.embedding(inputs) * configuration.embedding_scale
        z = x
        after: list[State] = []
        for index, layer in enumerate(self.layers):
            x, new = layer(x, resets, state[index])
            after.append(new)
            z = x
            if index == len(self.layers) - 1 and configuration.normalizes_output:
                x = z = rms(x)
            if dropout > 0 and configuration.drops_output(index):
                kept = torch.rand(x.shape, generator=generator, device=x.device) >= dropout
                x = x * kept / (1 - dropout)
        logits = self.decoder(x).float()
        for index, head in enumerate(self.heads, len(self.layers)):
            added, new = head(z, inputs, resets, state[index])
            logits = logits + added
            after.append(new)
        return logits, after
