"""Nats a character of a model on a text file, as `charchat evaluate text` counts them:

    python -m charchat_torch.evaluate MODEL FILE
"""

from __future__ import annotations

import json
import math
import sys
import unicodedata
from pathlib import Path

import torch
from torch.nn import functional as F

from .errors import CharchatError
from .files import system_error
from .model import CharacterModel
from .model_file import ModelFile
from .resets import Resets

# Symbols that are read at once.
STRETCH = 1024


@torch.no_grad()
def evaluate_text(file: ModelFile, text: str) -> dict[str, float]:
    """The state is carried from the first symbol to the last; the first is predicted from a line's start."""
    model = CharacterModel(file.configuration)
    model.load_tensors(file.tensors)
    text = unicodedata.normalize("NFC", text)
    if not text:
        raise CharchatError("there is no text to evaluate")
    symbols = torch.tensor(file.alphabet.encode("\n") + file.alphabet.encode(text))
    lead = len(file.alphabet.encode("\n")) - 1
    state = model.fresh_state(1)
    nats = 0.0
    for start in range(0, len(symbols) - 1, STRETCH):
        part = symbols[start : start + STRETCH + 1]
        resets = Resets.of(torch.zeros(1, len(part) - 1, dtype=torch.bool))
        logits, state = model(part[None, :-1], resets, state)
        losses = F.cross_entropy(logits[0].double(), part[1:], reduction="none")
        nats += float(losses[max(0, lead - start) :].sum())
    mean = nats / len(text)
    return {
        "characters": len(text), "nats_per_character": mean,
        "bits_per_character": mean / math.log(2), "perplexity": math.exp(mean),
    }


def main(given: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if given is None else given
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        file = ModelFile.load(arguments[0])
        try:
            text = Path(arguments[1]).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise system_error("read", arguments[1], error) from None
        except UnicodeDecodeError:
            raise CharchatError(f"{arguments[1]} is not UTF-8") from None
        print(json.dumps(evaluate_text(file, text), sort_keys=True))
        return 0
    except CharchatError as error:
        print(f"charchat_torch: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
