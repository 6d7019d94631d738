"""Where a training stands, and the lines that tell of it: those of `charchat train`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any


@dataclass
class Progress:
    """A character is one as a reader counts it, as in charchat's TrainingProgress."""

    step: int = 0
    characters: int = 0
    # None in a checkpoint of before symbols were told from characters, whose characters are symbols.
    symbols: int | None = 0
    # Mean training loss since the last evaluation, nats per character.
    train_loss: float = 0.0
    validation_loss: float | None = None
    characters_per_second: float = 0.0
    elapsed_seconds: float = 0.0
    # The part of the budget that is used.
    fraction: float = 0.0
    is_best: bool = False

    def put_in_characters(self, symbols_per_character: float) -> None:
        """The figures of a checkpoint that counted symbols, by the character."""
        self.symbols = self.characters
        self.characters = round(self.characters / symbols_per_character)
        self.train_loss *= symbols_per_character
        if self.validation_loss is not None:
            self.validation_loss *= symbols_per_character
        self.characters_per_second /= symbols_per_character

    def json_line(self, event: str, **more: Any) -> str:
        """The line of `charchat train --json`."""
        line = {
            "event": event,
            "step": self.step,
            "characters": self.characters,
            "symbols": self.symbols,
            "train_loss": self.train_loss,
            "validation_loss": self.validation_loss,
            "characters_per_second": self.characters_per_second,
            "elapsed_seconds": self.elapsed_seconds,
            **more,
        }
        told = {
            key: value for key, value in line.items()
            if value is not None and not (isinstance(value, float) and not math.isfinite(value))
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"))

    def text_line(self) -> str:
        validation = "-" if self.validation_loss is None else _loss(self.validation_loss)
        return (
            f"{self.fraction * 100:3.0f} %  step {self.step}  training {_loss(self.train_loss)}"
            f"  validation {validation}  {int(self.characters_per_second):,} characters/s"
            f"{'' if self.is_best else '  (not better)'}"
        )


def _loss(nats: float) -> str:
    """Nats, and the same in bits."""
    return f"{nats:.4f} ({nats / math.log(2):.3f} bits)"
