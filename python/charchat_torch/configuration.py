"""The shape of a model, as charchat's files tell it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

CELLS = ("lstm", "gru", "gated-delta", "kda")
# Inner width of what makes the decays of a Kimi delta layer.
DECAY_RANK = 16
# Weights of runs of symbols, and the tensor that holds them: not trained.
RUN_BUCKETS = 1024
RUN_WEIGHTS = "pointer_head.run_weights"
# The bounds that charchat reads a file within.
LARGEST_SIZE = 1 << 16
LARGEST_HEAD_MEMORY = 1 << 24
LARGEST_COUNT = 1 << 28


@dataclass(frozen=True)
class LayerConfiguration:
    """One layer of the stack."""

    cell: str
    hidden_size: int
    head_count: int = 1
    feed_forward_size: int = 0

    @property
    def is_residual(self) -> bool:
        """A delta rule in a residual block, whose input is as wide as its output."""
        return self.cell in ("gated-delta", "kda")


@dataclass(frozen=True)
class PointerHeadConfiguration:
    """The shape of a pointer head: the length of its keys, and how many symbols it looks back on."""

    key_size: int
    reach: int


@dataclass(frozen=True)
class ModelConfiguration:
    """Embedding, a stack of recurrent layers, a linear decoder, and a copy head and a pointer head beside it or
    not."""

    symbol_count: int
    embedding_size: int
    layers: tuple[LayerConfiguration, ...]
    copy_head_size: int | None = None
    pointer_head: PointerHeadConfiguration | None = None

    @classmethod
    def from_json(cls, value: Any) -> ModelConfiguration:
        """Reads what `to_json` gives. Raises ValueError with what cannot be."""

        def number(object: Any, key: str) -> int:
            found = object[key]
            if not isinstance(found, int) or isinstance(found, bool):
                raise ValueError(f"{key} is not a whole number")
            return found

        try:
            layers = tuple(
                LayerConfiguration(
                    layer["cell"],
                    number(layer, "hiddenSize"),
                    number(layer, "headCount"),
                    number(layer, "feedForwardSize"),
                )
                for layer in value["layers"]
            )
            copy_head = value.get("copyHeadSize")
            pointer_head = value.get("pointerHead")
            result = cls(
                number(value, "symbolCount"),
                number(value, "embeddingSize"),
                layers,
                None if copy_head is None else number(value, "copyHeadSize"),
                None if pointer_head is None else PointerHeadConfiguration(
                    number(pointer_head, "keySize"), number(pointer_head, "reach")
                ),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"the shape lacks {error}") from None
        result.validate()
        return result

    def to_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {
            "symbolCount": self.symbol_count,
            "embeddingSize": self.embedding_size,
            "layers": [
                {
                    "cell": layer.cell,
                    "hiddenSize": layer.hidden_size,
                    "headCount": layer.head_count,
                    "feedForwardSize": layer.feed_forward_size,
                }
                for layer in self.layers
            ],
        }
        if self.copy_head_size is not None:
            value["copyHeadSize"] = self.copy_head_size
        if self.pointer_head is not None:
            value["pointerHead"] = {
                "keySize": self.pointer_head.key_size, "reach": self.pointer_head.reach
            }
        return value

    def validate(self) -> None:
        """Raises ValueError for a shape that charchat would refuse."""

        def check(value: int, name: str) -> None:
            if not 1 <= value <= LARGEST_SIZE:
                raise ValueError(f"{name} is {value}; it must be between 1 and {LARGEST_SIZE}")

        check(self.symbol_count, "the number of symbols")
        check(self.embedding_size, "the embedding size")
        if not 1 <= len(self.layers) <= 64:
            raise ValueError(f"a model needs 1 to 64 layers, not {len(self.layers)}")
        width = self.embedding_size
        for index, layer in enumerate(self.layers):
            if layer.cell not in CELLS:
                raise ValueError(f"there is no cell {layer.cell!r}; there are {', '.join(CELLS)}")
            check(layer.hidden_size, f"the hidden size of layer {index}")
            if layer.is_residual:
                check(layer.head_count, f"the number of heads of layer {index}")
                check(layer.feed_forward_size, f"the feed-forward size of layer {index}")
                if layer.hidden_size % layer.head_count:
                    raise ValueError(
                        f"hidden size {layer.hidden_size} is not divisible by"
                        f" {layer.head_count} heads"
                    )
                if layer.hidden_size != width:
                    raise ValueError(
                        f"{layer.cell} layer {index} has width {layer.hidden_size}, its input"
                        f" {width}; they must be equal"
                    )
            width = layer.hidden_size
        if self.copy_head_size is not None:
            largest = LARGEST_HEAD_MEMORY // self.symbol_count
            if not 1 <= self.copy_head_size <= largest:
                raise ValueError(
                    f"the copy head's size is {self.copy_head_size}; it must be between 1 and"
                    f" {largest}"
                )
        if self.pointer_head is not None:
            size, reach = self.pointer_head.key_size, self.pointer_head.reach
            check(size, "the size of the pointer head's keys")
            check(reach, "the pointer head's reach")
            if size * reach > LARGEST_HEAD_MEMORY:
                raise ValueError(f"a pointer head of {reach} keys of {size} is too large")
        if self.parameter_count > LARGEST_COUNT:
            raise ValueError(f"more than {LARGEST_COUNT} parameters")

    def input_size(self, layer: int) -> int:
        """Width that enters a layer."""
        return self.embedding_size if layer == 0 else self.layers[layer - 1].hidden_size

    @property
    def output_size(self) -> int:
        """Width that enters the decoder."""
        return self.layers[-1].hidden_size

    @property
    def normalizes_output(self) -> bool:
        """A stack that ends in a delta layer is normalised before the decoder."""
        return self.layers[-1].is_residual

    @property
    def embedding_scale(self) -> float:
        """Multiplies the embedding: 10 where a delta layer reads it, else 1."""
        return 10.0 if self.layers[0].is_residual else 1.0

    def drops_output(self, layer: int) -> bool:
        """Where dropout applies: what a delta layer hands on is the residual stream, so only the last one's."""
        return layer == len(self.layers) - 1 or not self.layers[layer].is_residual

    def tensors(self) -> list[tuple[str, tuple[int, ...]]]:
        """Every tensor in charchat's storage order, which its hash is taken over."""
        result: list[tuple[str, tuple[int, ...]]] = []

        def add(name: str, *shape: int) -> None:
            result.append((name, shape))

        add("embedding.weight", self.symbol_count, self.embedding_size)
        for i, layer in enumerate(self.layers):
            h, x, inner = layer.hidden_size, self.input_size(i), layer.feed_forward_size
            attn, mlp = f"layers.{i}.attn", f"layers.{i}.mlp"
            if not layer.is_residual:
                gates = 4 if layer.cell == "lstm" else 3
                add(f"rnn.weight_ih_l{i}", gates * h, x)
                add(f"rnn.weight_hh_l{i}", gates * h, h)
                add(f"rnn.bias_ih_l{i}", gates * h)
                add(f"rnn.bias_hh_l{i}", gates * h)
                continue
            is_kimi = layer.cell == "kda"
            if is_kimi:
                add(f"{attn}.canon_conv1d.weight", h, 1, 4)
            for part in "qkvg":
                add(f"{attn}.{part}_proj.weight", h, h)
            if is_kimi:
                add(f"{attn}.f_proj.0.weight", DECAY_RANK, h)
                add(f"{attn}.b_proj.weight", layer.head_count, h)
            else:
                add(f"{attn}.a_proj.weight", layer.head_count, h)
                add(f"{attn}.b_proj.weight", layer.head_count, h)
            for part in "qkv":
                add(f"{attn}.{part}_conv1d.weight", h, 1, 4)
            if is_kimi:
                add(f"{attn}.f_proj.1.weight", h, DECAY_RANK)
                add(f"{attn}.dt_bias", h)
            else:
                add(f"{attn}.A_log", layer.head_count)
                add(f"{attn}.dt_bias", layer.head_count)
            add(f"{attn}.o_proj.weight", h, h)
            if is_kimi:
                add(f"{mlp}.canon_conv1d.weight", h, 1, 4)
            add(f"{mlp}.up_proj.weight", inner, h)
            add(f"{mlp}.down_proj.weight", h, inner)
        add("decoder.weight", self.symbol_count, self.output_size)
        add("decoder.bias", self.symbol_count)
        if self.copy_head_size is not None:
            add("copy_head.k_proj.weight", self.copy_head_size, self.output_size)
            add("copy_head.q_proj.weight", self.copy_head_size, self.output_size)
            for part in ("write", "gate"):
                add(f"copy_head.{part}.weight", 1, self.output_size)
            for part in ("write", "gate"):
                add(f"copy_head.{part}.bias", 1)
            add("copy_head.scale", 1)
        if self.pointer_head is not None:
            # They read z and its trace.
            width = 2 * self.output_size
            for part in "kq":
                add(f"pointer_head.{part}_proj.weight", self.pointer_head.key_size, width)
            parts = ("gate", "follow", "recency", "match", "told")
            for part in parts:
                add(f"pointer_head.{part}.weight", 1, width)
            for part in parts:
                add(f"pointer_head.{part}.bias", 1)
            add("pointer_head.scale", 1)
            add("pointer_head.sharpness", 1)
            add("pointer_head.told_logits", self.symbol_count)
            add(RUN_WEIGHTS, RUN_BUCKETS)
        return result

    @property
    def parameter_count(self) -> int:
        """Number of values, those that are not trained included."""
        return sum(prod(shape) for _, shape in self.tensors())
