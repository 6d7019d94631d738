"""Runs that are stopped, shared out and resumed come to the same weights."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import lines

from charchat_torch import ModelFile, train
from charchat_torch.configuration import RUN_WEIGHTS

TWENTY = ["--steps", "20", "--evaluations", "20", "--patience", "20", "--json"]


def single(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert train.main(arguments) == 0
    return lines(capsys.readouterr().out)


def torchrun(arguments: list[str]) -> list[dict[str, Any]]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "torch.distributed.run", "--nnodes", "1", "--nproc-per-node", "2",
               "--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0"]
    done = subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return lines(done.stdout)


@pytest.mark.slow
def test_two_processes_are_one_and_a_killed_worker_loses_nothing(
    shards: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(shards("kda"))
    alone = single([folder, "-o", str(tmp_path / "one"), *TWENTY], capsys)
    worker = str(Path(__file__).parent / "dying_worker.py")
    both = torchrun([worker, str(tmp_path), folder, "-o", str(tmp_path / "two"), *TWENTY])
    assert len(alone) == len(both) == 21
    for one, two in zip(alone, both):
        assert abs(one["train_loss"] - two["train_loss"]) < 1e-5
        assert abs(one["validation_loss"] - two["validation_loss"]) < 1e-5

    marker = tmp_path / "killed"
    torchrun([
        "--max-restarts", "3", worker, str(marker), folder, "-o", str(tmp_path / "three"), *TWENTY,
        "--checkpoint-steps", "5", "--resume",
    ])
    assert marker.exists() and not (tmp_path / "three.checkpoint").exists()
    assert ModelFile.load(tmp_path / "three").hash == both[-1]["model"]


@pytest.mark.parametrize("more", [[], ["--precision", "bfloat16", "--dropout", "0.2"]])
def test_an_interrupted_run_goes_on_to_the_same_weights(
    shards: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, more: list[str],
) -> None:
    folder = str(shards("gated-delta"))
    budget = ["--steps", "9", "--evaluations", "3", "--json", *more]
    whole = single([folder, "-o", str(tmp_path / "whole"), *budget], capsys)
    asked = iter(range(100))
    monkeypatch.setattr(train.Signals, "should_stop", lambda _: next(asked) >= 4)
    parted = [folder, "-o", str(tmp_path / "parted"), *budget, "--resume"]
    assert train.main(parted) == 130
    told = capsys.readouterr()
    assert "the training begins" in told.err and "--resume goes on" in told.err
    monkeypatch.setattr(train.Signals, "should_stop", lambda _: False)
    rest = single(parted, capsys)
    assert rest[-1]["model"] == whole[-1]["model"]
    assert [line["train_loss"] for line in rest] == [line["train_loss"] for line in whole][-len(rest) :]


def test_parts_of_a_batch_add_up(
    shards: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    budget = ["--steps", "4", "--evaluations", "4", "--json"]
    folder = str(shards("lstm"))
    whole = single([folder, "-o", str(tmp_path / "a"), *budget], capsys)
    parts = single([folder, "-o", str(tmp_path / "b"), *budget, "--accumulate", "4"], capsys)
    for one, other in zip(whole, parts):
        assert abs(one["train_loss"] - other["train_loss"]) < 1e-5


def test_another_shape_begins_anew_and_the_record_tells_of_it_all(
    shards: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, first = str(shards("kda")), tmp_path / "first"
    assert train.main([folder, "-o", str(first), "--steps", "2", "--hidden", "48", "--layers", "3"]) == 0
    assert "kda, 3 × 48, copy head 8, pointer head 8" in capsys.readouterr().out
    model = ModelFile.load(first)
    assert model.training is not None and model.training["steps"] == 2
    counted = ModelFile.load(Path(folder) / "begin.safetensors").tensors[RUN_WEIGHTS]
    assert torch.equal(model.tensors[RUN_WEIGHTS], counted)
    second = tmp_path / "second"
    assert train.main(
        [folder, "-o", str(second), "--steps", "3", "--from", str(first), "--compact"]
    ) == 0
    again = ModelFile.load(second)
    assert again.configuration == model.configuration
    assert again.training is not None and again.training["steps"] == 5
    assert all(torch.equal(t, t.bfloat16().float()) for t in again.tensors.values())
    assert torch.equal(again.tensors[RUN_WEIGHTS], counted.bfloat16().float())
    assert second.stat().st_size < 0.6 * first.stat().st_size
