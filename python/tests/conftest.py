"""Small corpora, and models and shards that the built charchat makes of them.

The executable is $CHARCHAT, or that of the checkout; what needs it is skipped where there is none.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

BUILT = Path(__file__).parents[2] / ".build/release/charchat"
SHAPE = [
    "--layers", "2", "--hidden", "32", "--copy-head", "8", "--pointer-head", "8", "--batch", "4",
    "--window", "48",
]
CELLS = ["lstm", "gru", "gated-delta", "kda"]

torch.set_num_threads(1)


class Charchat:
    """The executable, with a home of its own."""

    def __init__(self, program: str, home: Path) -> None:
        self.program, self.home = program, home

    def run(self, *arguments: object, input: str = "", status: int = 0) -> str:
        environment = {**os.environ, "CHARCHAT_HOME": str(self.home / "home"), "CHARCHAT_LANG": "en"}
        done = subprocess.run(
            [self.program, *map(str, arguments)], input=input, text=True, env=environment,
            capture_output=True,
        )
        assert done.returncode == status, done
        return done.stdout


@pytest.fixture(scope="session")
def charchat(tmp_path_factory: pytest.TempPathFactory) -> Charchat:
    program = os.environ.get("CHARCHAT", str(BUILT))
    if not os.access(program, os.X_OK):
        pytest.skip("charchat is not built")
    return Charchat(program, tmp_path_factory.mktemp("charchat"))


@pytest.fixture(scope="session")
def talk(charchat: Charchat) -> Path:
    """Dialogues in English and Korean, with emoji."""
    names = ["Mina", "Jun", "민지", "서연", "Ada"]
    likes = ["tea", "rice", "김치", "music 🎵", "chess"]
    lines = []
    for number in range(60):
        name, like = names[number % 5], likes[number * 7 % 5 - number % 3]
        lines.append(f"I am {name} and like {like}.\tHello {name}! {like} is nice 😀.")
        lines.append(f"안녕, {name}! {number}\t반가워요, {like} 좋아해요?")
    path = charchat.home / "talk.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def shards(charchat: Charchat, talk: Path) -> Callable[[str], Path]:
    """The folder of shards for a cell."""
    made: dict[str, Path] = {}

    def make(cell: str) -> Path:
        if cell not in made:
            made[cell] = charchat.home / f"shards-{cell}"
            charchat.run("corpus", "write", talk, "-o", made[cell], "--cell", cell, *SHAPE)
        return made[cell]

    return make


def lines(text: str) -> list[dict[str, Any]]:
    """JSON Lines."""
    return [json.loads(line) for line in text.splitlines()]
