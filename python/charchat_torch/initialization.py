"""Fresh values, distributed as charchat draws them (its own draws are in `begin.safetensors`)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .configuration import LayerConfiguration, ModelConfiguration

# log A of the head that never forgets, the last of the layer below the last.
LASTING_RATE = -20.0


def initialize(configuration: ModelConfiguration, seed: int) -> dict[str, Tensor]:
    """Tensors by their names in a file; the same for the same seed.

    Uniform in ±1/√inputs, LSTM and GRU in ±1/√H with the LSTM's forget bias raised by 1; what writes into the
    residual stream and the residual convolutions zero; the decays' half-lives spread on a logarithmic scale, for
    Kimi delta from 8 to 20,000 characters over the channels of a head; W_k and its taps those of W_q; of a copy head
    and a pointer head W_q as W_k, scale and sharpness 1; what reads a pointer head's trace zero, as what its lines
    add to the logits, the bias of their matches 4 and the weights of runs 1.
    """
    generator = torch.Generator().manual_seed(seed)

    def uniform(shape: tuple[int, ...], bound: float) -> Tensor:
        return (torch.rand(shape, generator=generator) * 2 - 1) * bound

    layers = configuration.layers
    output_bound = 1 / math.sqrt(configuration.output_size)
    result: dict[str, Tensor] = {}
    for name, shape in configuration.tensors():
        columns = math.prod(shape[1:])
        if name == "embedding.weight":
            deviation = 1.0 if configuration.embedding_scale == 1 else 0.02
            values = torch.randn(shape, generator=generator) * deviation
        elif name.startswith("decoder"):
            values = uniform(shape, output_bound)
        elif name.startswith("rnn."):
            layer = layers[int(name.rsplit("l", 1)[1])]
            size = layer.hidden_size
            values = uniform(shape, 1 / math.sqrt(size))
            if "bias_ih" in name and layer.cell == "lstm":
                values[size : 2 * size] += 1
        elif name.endswith("A_log"):
            values = torch.zeros(shape)
            if shape[0] > 1 and name == f"layers.{len(layers) - 2}.attn.A_log":
                values[-1] = LASTING_RATE
        elif name.endswith("dt_bias"):
            values = _decay_bias(layers[int(name.split(".")[1])])
        elif name.endswith(("_head.scale", "_head.sharpness", "_head.run_weights")):
            values = torch.ones(shape)
        elif name == "pointer_head.match.bias":
            values = torch.full(shape, 4.0)
        elif name == "pointer_head.told_logits":
            values = torch.zeros(shape)
        elif name.endswith("_head.q_proj.weight"):
            values = result[name.replace("q_proj", "k_proj")].clone()
        elif "_head." in name:
            values = uniform(shape, output_bound)
            if name.startswith("pointer_head.") and name.endswith(".weight"):
                # The trace is learned to be read.
                values[:, configuration.output_size :] = 0
        elif any(part in name for part in ("o_proj", "down_proj", "canon")):
            values = torch.zeros(shape)
        else:
            values = uniform(shape, 1 / math.sqrt(columns))
        result[name] = values
    for index, layer in enumerate(layers):
        if layer.cell == "kda":
            for kind in ("proj", "conv1d"):
                query = result[f"layers.{index}.attn.q_{kind}.weight"]
                result[f"layers.{index}.attn.k_{kind}.weight"] = query.clone()
    return result


def _decay_bias(layer: LayerConfiguration) -> Tensor:
    """dt with softplus(dt) = what a step forgets at the start."""
    if layer.cell == "kda":
        size = layer.hidden_size // layer.head_count
        part = torch.arange(size, dtype=torch.float64) / max(1, size - 1)
        half_lives = 8 * (20_000 / 8) ** part
        decays = (math.log(2) / half_lives).repeat(layer.head_count)
    else:
        part = (torch.arange(layer.head_count, dtype=torch.float64) + 0.5) / layer.head_count
        decays = torch.exp(-11 + 6 * part)
    return (decays + torch.log(-torch.expm1(-decays))).float()
