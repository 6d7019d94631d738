"""The folder that `charchat corpus write` makes: training windows, and what they are trained with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from .alphabet import Alphabet
from .configuration import ModelConfiguration
from .errors import CharchatError
from .files import not_whole, system_error
from .model_file import ModelFile, stable_json

# The version of corpus.json that is read.
VERSION = 1
MANIFEST = "corpus.json"
_NAMES = ["inputs", "targets", "weights", "resets"]


@dataclass
class Window:
    """`batch` lanes of `time` symbols, [lanes, time] each; see charchat's TrainingWindow."""

    inputs: Tensor  # int64
    targets: Tensor  # int64
    weights: Tensor  # float32: what a prediction counts
    resets: Tensor  # bool: where the state is set to zero before the input is read
    counts: Tensor  # bool: where a character is counted with the target

    def lanes(self, range_: range) -> Window:
        part = slice(range_.start, range_.stop)
        return Window(
            self.inputs[part], self.targets[part], self.weights[part], self.resets[part],
            self.counts[part],
        )


@dataclass(frozen=True)
class Settings:
    """How charchat would train on these windows; see its TrainingOptions."""

    seed: int
    batchSize: int
    windowLength: int
    optimizer: str
    peakLearningRate: float
    warmupSteps: int
    weightDecay: float
    beta1: float
    beta2HalfLife: float
    clip: float
    dropout: float
    evaluations: int
    patience: int
    userWeight: float = 0.2


class Shard:
    """One file of windows, opened when it is first read."""

    def __init__(self, folder: Path, entry: dict[str, Any], symbols: int) -> None:
        self.path = folder / str(entry["file"])
        self.windows, self.time, self.batch = entry["windows"], entry["time"], entry["batch"]
        self._symbols = symbols
        self._file: Any = None
        self._names = _NAMES

    def open(self) -> None:
        """Raises unless the file is whole and has the shape that corpus.json gives it."""
        if self._file is not None:
            return
        shape = [self.windows, self.time, self.batch]
        try:
            file = safe_open(str(self.path), framework="pt")
            found = {name: file.get_slice(name).get_shape() for name in file.keys()}
        except OSError as error:
            raise system_error("read", self.path, error) from None
        except (SafetensorError, ValueError, RuntimeError) as error:
            raise not_whole(self.path, error) from None
        # Shards of before symbols were told from characters have no counts: each symbol is one.
        self._names = [*_NAMES, "counts"] if "counts" in found else _NAMES
        for name in self._names:
            if found.get(name) != shape:
                raise CharchatError(
                    f"{self.path} is not the shard that {MANIFEST} tells of: {name} has shape"
                    f" {found.get(name)}, expected {shape}; write the corpus anew"
                )
        self._file = file

    def window(self, index: int) -> Window:
        self.open()
        try:
            part = {
                name: self._file.get_slice(name)[index].T.contiguous()
                for name in self._names
            }
        except (SafetensorError, OSError, RuntimeError) as error:
            raise not_whole(self.path, error) from None
        inputs, targets = part["inputs"].to(torch.int64), part["targets"].to(torch.int64)
        if int(torch.maximum(inputs, targets).max()) >= self._symbols:
            raise CharchatError(
                f"{self.path} holds a symbol that is not in the alphabet of {self._symbols};"
                " write the corpus anew"
            )
        counts = part["counts"] if "counts" in part else torch.ones_like(part["resets"])
        return Window(
            inputs, targets, part["weights"], part["resets"].to(torch.bool), counts.to(torch.bool)
        )


class ShardFolder:
    """What `charchat corpus write` wrote."""

    def __init__(self, path: Path | str) -> None:
        """Raises CharchatError unless everything is there, whole and of one corpus."""
        self.path = Path(path)
        place = self.path / MANIFEST
        try:
            manifest = json.loads(place.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CharchatError(
                f"{path} has no {MANIFEST}; give a folder that 'charchat corpus write' made"
            ) from None
        except OSError as error:
            raise system_error("read", place, error) from None
        except ValueError:
            raise CharchatError(f"{place} cannot be read; write the corpus anew") from None
        version = manifest.get("version") if isinstance(manifest, dict) else None
        if version != VERSION:
            raise CharchatError(
                f"{place} has version {version}, version {VERSION} can be read; write the corpus"
                " anew, or take the charchat_torch that belongs to that charchat"
            )
        try:
            self.alphabet = Alphabet(manifest["alphabet"])
            self.configuration = ModelConfiguration.from_json(manifest["architecture"])
            given = manifest["settings"]
            self.settings = Settings(
                **{name: given[name] for name in Settings.__dataclass_fields__ if name in given}
            )
            self.corpus_format = str(manifest["corpusFormat"])
            self.corpus: list[str] = manifest["corpus"]
            self.corpus_hash = str(manifest["corpusHash"])
            # Under its old name in folders of before symbols were told from characters.
            self.symbols_per_epoch: int | None = manifest.get(
                "symbolsPerEpoch", manifest.get("charactersPerEpoch")
            )
            self.keeps_last = bool(manifest["keepsLast"])
            self._model = str(manifest["model"])
            symbols = len(self.alphabet)
            # What two folders share that hold the same windows, but for their number.
            parts = [manifest[key] for key in ("alphabet", "corpusHash", "settings", "keepsLast")]
            told = stable_json([*parts, manifest.get("validation")])
            self.fingerprint = hashlib.sha256(told.encode()).hexdigest()
            self.shards = [Shard(self.path, entry, symbols) for entry in manifest["shards"]]
            held = manifest.get("validation")
            self.validation = None if held is None else Shard(self.path, held, symbols)
        except (KeyError, TypeError, ValueError) as error:
            raise CharchatError(
                f"{place} cannot be used: {str(error).strip(chr(39))} is missing or wrong; write"
                " the corpus anew"
            ) from None
        shape = (self.settings.windowLength, self.settings.batchSize)
        if not self.shards or any((s.time, s.batch) != shape for s in self.shards):
            raise CharchatError(f"{place} tells of no windows, or of unequal ones")
        if len(self.alphabet) != self.configuration.symbol_count:
            raise CharchatError(
                f"{place}: its alphabet has {len(self.alphabet)} symbols, its network"
                f" {self.configuration.symbol_count}; write the corpus anew"
            )
        for shard in self.shards + ([self.validation] if self.validation else []):
            shard.open()

    @property
    def window_count(self) -> int:
        return sum(shard.windows for shard in self.shards)

    def window(self, index: int) -> Window:
        """Window `index`; after the last one the first comes again, which begins afresh in every lane."""
        index %= self.window_count
        for shard in self.shards:
            if index < shard.windows:
                return shard.window(index)
            index -= shard.windows
        raise AssertionError("an index below the number of windows")

    def begin(self, path: Path | str | None = None) -> ModelFile:
        """The weights to begin with, or those of another model of the same alphabet."""
        model = ModelFile.load(path or self.path / self._model)
        name = path or self.path / self._model
        if model.alphabet != self.alphabet:
            raise CharchatError(
                f"{name} has another alphabet than the shards in {self.path}; write the corpus"
                " with --from that model"
            )
        if model.corpus_format != self.corpus_format:
            raise CharchatError(
                f"{name} was taught {model.corpus_format}, and {self.path} holds"
                f" {self.corpus_format}; give a model of the same"
            )
        if path is None and model.configuration != self.configuration:
            raise CharchatError(f"{name} has another shape than {MANIFEST} tells of")
        return model
