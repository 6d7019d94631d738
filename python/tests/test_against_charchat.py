"""What charchat computes, and what is computed here on the same weights."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from conftest import CELLS, SHAPE, Charchat, lines
from torch.nn import functional as F

from charchat_torch import CharacterModel, ModelFile, PointerHeadConfiguration, Resets
from charchat_torch.configuration import RUN_WEIGHTS
from charchat_torch.evaluate import evaluate_text
from charchat_torch.files import read_safetensors
from charchat_torch.initialization import initialize
from charchat_torch.train import main

TEXT = "The quick brown fox. 안녕하세요, 반갑습니다! 😀🎵 한글: Mina, 민지. ünïcode, tea."


def begin(shards: Callable[[str], Path], cell: str) -> Path:
    return shards(cell) / "begin.safetensors"


@pytest.mark.parametrize("pointer_head", [None, PointerHeadConfiguration(8, 20)])
@pytest.mark.parametrize("cell", CELLS)
def test_logits_and_gradients_on_english_korean_and_emoji(
    charchat: Charchat, shards: Callable[[str], Path], cell: str,
    pointer_head: PointerHeadConfiguration | None, tmp_path: Path,
) -> None:
    file = ModelFile.load(begin(shards, cell))
    if pointer_head is not None:
        file.configuration = replace(file.configuration, pointer_head=pointer_head)
        file.tensors = {**initialize(file.configuration, 1), **file.tensors}
    # Moved away from its zeros, so that every part says something.
    generator = torch.Generator().manual_seed(1)
    for name, value in file.tensors.items():
        if not name.endswith(("A_log", "dt_bias")):
            value += 0.1 * torch.randn(value.shape, generator=generator)
    path = tmp_path / "moved.safetensors"
    file.save(path)
    theirs = json.loads(charchat.run("numbers", "-m", path, "--text", TEXT))
    assert file.alphabet.encode(TEXT) == theirs["symbols"]

    model = CharacterModel(file.configuration)
    model.load_tensors(file.tensors)
    symbols = torch.tensor(theirs["symbols"])[None]
    resets = Resets.of(torch.zeros(1, symbols.shape[1] - 1, dtype=torch.bool))
    logits, _ = model(symbols[:, :-1], resets, model.fresh_state(1))
    loss = F.cross_entropy(logits[0], symbols[0, 1:])
    loss.backward()
    assert (logits[0] - torch.tensor(theirs["logits"])).abs().max() < 1e-4
    assert abs(loss.item() - theirs["loss"]) < 1e-5
    for name, parameter in model.named_tensors().items():
        if not parameter.requires_grad:
            assert name == RUN_WEIGHTS
            continue
        given = torch.tensor(theirs["gradients"][name])
        assert parameter.grad is not None
        difference = (parameter.grad.flatten() - given).abs().max()
        assert difference <= 1e-3 * given.abs().max(), name


@pytest.mark.parametrize("cell", ["kda", "gru"])
def test_twenty_steps_have_the_same_losses(
    charchat: Charchat, shards: Callable[[str], Path], talk: Path, cell: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    budget = ["--steps", "20", "--evaluations", "20", "--patience", "20", "--precision", "float32"]
    theirs = lines(charchat.run(
        "train", talk, "-o", tmp_path / "theirs.safetensors", "--cell", cell, *SHAPE, *budget,
        "--threads", "1", "--json",
    ))
    output = tmp_path / "ours.safetensors"
    assert main([str(shards(cell)), "-o", str(output), *budget, "--json"]) == 0
    ours = lines(capsys.readouterr().out)
    assert [set(line) for line in ours] == [set(line) for line in theirs]
    assert len(ours) == 21 and [x["step"] for x in ours] == [x["step"] for x in theirs]
    for own, their in zip(ours, theirs):
        assert own["characters"] == their["characters"]
        assert abs(own["train_loss"] - their["train_loss"]) < 1e-4
        assert abs(own["validation_loss"] - their["validation_loss"]) < 1e-4

    # What was trained here chats, replays and verifies there, and is scored the same.
    inspected = json.loads(charchat.run("inspect", output, "--json"))
    assert ours[-1]["model"] in json.dumps(inspected)
    text = tmp_path / "text.txt"
    text.write_text(TEXT * 3, encoding="utf-8")
    there = json.loads(charchat.run("evaluate", "text", text, "-m", output, "--json"))
    here = evaluate_text(ModelFile.load(output), TEXT * 3)
    assert there["characters"] == here["characters"]
    assert abs(there["nats_per_character"] - here["nats_per_character"]) < 0.002
    session = f"torch-{cell}"
    said = charchat.run("chat", "-m", output, "-s", session, input="I am Mina.\n안녕\n")
    assert len(said.splitlines()) == 2
    transcript = charchat.home / "home" / "sessions" / f"{session}.jsonl"
    charchat.run("replay", transcript, "-m", output, "--verify")


def test_a_file_comes_back_with_nothing_lost(
    charchat: Charchat, talk: Path, tmp_path: Path
) -> None:
    for more in ([], ["--compact"]):
        path, again = tmp_path / "model.safetensors", tmp_path / "again.safetensors"
        charchat.run(
            "train", talk, "-o", path, "--cell", "kda", *SHAPE, "--steps", "2", "--threads", "1",
            "--dropout", "0.1", *more,
        )
        ModelFile.load(path).save(again)
        assert read_safetensors(path)[0] == read_safetensors(again)[0]
        assert abs(path.stat().st_size - again.stat().st_size) < 1000
        assert charchat.run("inspect", path, "--json") == charchat.run("inspect", again, "--json")
        first, second = ModelFile.load(path), ModelFile.load(again)
        assert first.hash == second.hash and first.training == second.training
        assert first.training is not None and first.training["dropout"] == 0.1
        for name, tensor in first.tensors.items():
            assert torch.equal(tensor, second.tensors[name])


@pytest.mark.parametrize("cell", CELLS)
def test_fresh_values_are_spread_as_those_of_charchat(shards: Callable[[str], Path], cell: str) -> None:
    file = ModelFile.load(begin(shards, cell))
    ours = initialize(file.configuration, 1)
    for name, value in file.tensors.items():
        if name == RUN_WEIGHTS:
            # Counted over the corpus there.
            assert (ours[name] == 1).all()
        elif name.endswith(("A_log", "dt_bias", "scale")):
            torch.testing.assert_close(ours[name], value, rtol=1e-4, atol=1e-4)
        elif value.numel() > 500:
            assert abs(ours[name].std() - value.std()) <= 0.15 * value.std() + 1e-9, name
