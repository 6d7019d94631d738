"""charchat's model files, read and written so that nothing is lost and charchat takes them back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from .alphabet import Alphabet
from .configuration import ModelConfiguration
from .errors import CharchatError
from .files import read_safetensors, write_safetensors

# The newest version of the format that is read; see charchat's ModelFile.
VERSION = 3


def stable_json(value: Any) -> str:
    """JSON as charchat spells it: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass
class ModelFile:
    """What a model file holds. `tensors` are 32-bit floats by charchat's names."""

    configuration: ModelConfiguration
    alphabet: Alphabet
    corpus_format: str
    tensors: dict[str, torch.Tensor]
    # How it was trained, as charchat's TrainingRecord; None for a model built by hand.
    training: dict[str, Any] | None = None
    # Metadata that is not the model's own, handed on as it was.
    other_metadata: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The oldest version of the format that can hold it."""
        if self.configuration.pointer_head is not None:
            return 3
        return 1 if self.configuration.copy_head_size is None else 2

    @property
    def hash(self) -> str:
        """SHA-256 over configuration, alphabet and format (JSON, a zero byte) and the values."""
        identity = {
            "alphabet": self.alphabet.scalars,
            "architecture": self.configuration.to_json(),
            "corpusFormat": self.corpus_format,
        }
        digest = hashlib.sha256(stable_json(identity).encode() + b"\0")
        for name, _ in self.configuration.tensors():
            values = self.tensors[name].detach().to("cpu", torch.float32).contiguous()
            digest.update(values.numpy().astype("<f4").tobytes())
        return digest.hexdigest()

    def rounded_to_bfloat16(self) -> ModelFile:
        """The model with every value rounded to the nearest bfloat16: a file of half the size."""
        tensors = {n: t.to(torch.bfloat16).to(torch.float32) for n, t in self.tensors.items()}
        return ModelFile(
            self.configuration, self.alphabet, self.corpus_format, tensors, self.training,
            self.other_metadata,
        )

    @classmethod
    def load(cls, path: Path | str) -> ModelFile:
        """Reads a model and checks that its values are those its hash names."""
        metadata, tensors = read_safetensors(path)

        def wrong(what: str) -> CharchatError:
            return CharchatError(f"{path} cannot be used as a model: {what}")

        if "charchat" not in metadata:
            raise wrong("its metadata lacks charchat, the version of the format")
        if metadata["charchat"] not in [str(number + 1) for number in range(VERSION)]:
            raise wrong(
                f"it has format version {metadata['charchat']!r}, versions 1 to {VERSION} can be"
                " read; take a newer charchat_torch"
            )

        def decode(key: str) -> Any:
            if key not in metadata:
                raise wrong(f"its metadata lacks {key}")
            try:
                return json.loads(metadata[key])
            except ValueError:
                raise wrong(f"its {key} cannot be read") from None

        try:
            configuration = ModelConfiguration.from_json(decode("architecture"))
            alphabet = Alphabet(decode("alphabet"))
        except ValueError as error:
            raise wrong(str(error)) from None
        if len(alphabet) != configuration.symbol_count:
            raise wrong(
                f"its alphabet has {len(alphabet)} symbols, its network"
                f" {configuration.symbol_count}"
            )
        corpus_format = metadata.get("corpus_format", "")
        if corpus_format not in ("text", "dialogue"):
            raise wrong("its corpus format is unknown")
        own: dict[str, torch.Tensor] = {}
        for name, shape in configuration.tensors():
            if name not in tensors:
                raise wrong(f"it has no tensor {name}")
            tensor = tensors[name]
            if tuple(tensor.shape) != shape:
                raise wrong(f"tensor {name} has shape {list(tensor.shape)}, expected {list(shape)}")
            if tensor.dtype not in (torch.float32, torch.bfloat16):
                raise wrong(f"tensor {name} holds neither 32-bit floats nor bfloat16")
            own[name] = tensor.to(torch.float32)
            if not bool(own[name].isfinite().all()):
                raise wrong("a value is not a finite number")
        known = {"charchat", "architecture", "alphabet", "corpus_format", "hash", "training"}
        model = cls(
            configuration, alphabet, corpus_format, own,
            decode("training") if "training" in metadata else None,
            {key: value for key, value in metadata.items() if key not in known},
        )
        if model.hash != metadata.get("hash"):
            raise wrong("its values are not those its hash names; it was damaged or edited")
        return model

    def save(self, path: Path | str) -> str:
        """Writes the model in one step and returns its hash. bfloat16 where that loses nothing."""
        digest = self.hash
        metadata = dict(self.other_metadata)
        metadata["charchat"] = str(self.version)
        metadata["architecture"] = stable_json(self.configuration.to_json())
        metadata["alphabet"] = stable_json(self.alphabet.scalars)
        metadata["corpus_format"] = self.corpus_format
        metadata["hash"] = digest
        if self.training is not None:
            metadata["training"] = stable_json(self.training)
        tensors = {}
        for name, _ in self.configuration.tensors():
            tensor = self.tensors[name].detach().to("cpu", torch.float32).contiguous()
            is_half = bool((tensor.view(torch.int32) & 0xFFFF == 0).all())
            tensors[name] = tensor.to(torch.bfloat16) if is_half else tensor
        write_safetensors(path, tensors, metadata)
        return digest


def refuse_to_replace(path: Path | str) -> None:
    """Raises where something other than a charchat model is at `path`, or it cannot be written."""
    target = Path(path)
    if target.is_dir():
        raise CharchatError(f"{path} is a folder; name a file to write the model to")
    if not target.parent.is_dir():
        raise CharchatError(f"cannot write {path}: there is no folder {target.parent}")
    if target.exists() and target.stat().st_size > 0:
        try:
            is_model = "charchat" in read_safetensors(target)[0]
        except CharchatError:
            is_model = False
        if not is_model:
            raise CharchatError(
                f"{path} is not a model, and this run would write over it; choose another name"
                " with -o"
            )
