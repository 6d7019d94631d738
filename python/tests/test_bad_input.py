"""What cannot be used is told in one line, and nothing is written over."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Charchat

from charchat_torch import ModelFile
from charchat_torch.group import Group
from charchat_torch.train import main

STEPS = ["--steps", "2", "--evaluations", "1"]


@pytest.fixture
def folder(shards: Callable[[str], Path], tmp_path: Path) -> Path:
    """Shards that may be damaged."""
    return Path(shutil.copytree(shards("gru"), tmp_path / "shards"))


def edit(folder: Path, **values: object) -> None:
    path = folder / "corpus.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, *arguments: object) -> str:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert main([*map(str, arguments), *STEPS]) == 1
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 1, told
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    return told.err


@pytest.mark.parametrize("name", ["train-00000.safetensors", "validation.safetensors", "begin.safetensors"])
def test_files_that_were_cut_short(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = folder / name
    whole = path.read_bytes()
    for size in (0, 7, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert "cut short" in refused(capsys, tmp_path, folder, "-o", tmp_path / "m")
    path.unlink()
    assert "no such file" in refused(capsys, tmp_path, folder, "-o", tmp_path / "m").lower()


def test_a_folder_of_another_version_or_none(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder, version=2)
    assert "has version 2, version 1 can be read" in refused(capsys, tmp_path, folder, "-o", tmp_path / "m")
    edit(folder, version=1, settings={})
    assert "missing" in refused(capsys, tmp_path, folder, "-o", tmp_path / "m")
    (folder / "corpus.json").write_text("{")
    assert "cannot be read" in refused(capsys, tmp_path, folder, "-o", tmp_path / "m")
    (folder / "corpus.json").unlink()
    assert "corpus write" in refused(capsys, tmp_path, folder, "-o", tmp_path / "m")


def test_an_alphabet_that_differs(
    charchat: Charchat, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.tsv"
    other.write_text("abc\txyz\n" * 9)
    model = tmp_path / "other"
    charchat.run("train", other, "-o", model, "--cell", "gru", "--hidden", 8, "--steps", 1,
                 "--batch", 1, "--window", 8)
    told = refused(capsys, tmp_path, folder, "-o", tmp_path / "m", "--from", model)
    assert "another alphabet" in told
    edit(folder, alphabet=[97, 98])
    assert "symbols" in refused(capsys, tmp_path, folder, "-o", tmp_path / "m")


def test_processes_and_parts_that_do_not_divide_the_batch(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = refused(capsys, tmp_path, folder, "-o", tmp_path / "m", "--accumulate", 3)
    assert "4 sequences" in told
    alone = Group.__init__

    def as_one_of_three(self: Group, device: str = "auto") -> None:
        alone(self, device)
        self.size = 3

    monkeypatch.setattr(Group, "__init__", as_one_of_three)
    told = refused(capsys, tmp_path, folder, "-o", tmp_path / "m")
    assert "3 processes cannot share 4 sequences evenly" in told


def test_a_checkpoint_of_another_run(
    folder: Path, shards: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from charchat_torch import train

    output = tmp_path / "m"
    monkeypatch.setattr(train.Signals, "should_stop", lambda _: True)
    assert main([str(folder), "-o", str(output), *STEPS]) == 130
    monkeypatch.undo()
    assert (tmp_path / "m.checkpoint").exists()
    resume = (folder, "-o", output, "--resume")
    assert "another shape" in refused(capsys, tmp_path, shards("kda"), *resume[1:])
    assert "learning rate 0.004" in refused(capsys, tmp_path, *resume, "--learning-rate", 0.001)
    edit(folder, corpusHash="0")
    assert "other shards" in refused(capsys, tmp_path, *resume)
    kept = tmp_path / "m.checkpoint"
    kept.write_bytes(kept.read_bytes()[:-5])
    assert "cut short" in refused(capsys, tmp_path, *resume)
    shutil.copy(folder / "begin.safetensors", kept)
    assert "no checkpoint" in refused(capsys, tmp_path, *resume)


def test_outputs_that_are_something_else(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    assert "is not a model" in refused(capsys, tmp_path, folder, "-o", notes)
    assert "is a folder" in refused(capsys, tmp_path, folder, "-o", tmp_path)
    assert "no folder" in refused(capsys, tmp_path, folder, "-o", tmp_path / "no" / "m")
    begin = folder / "begin.safetensors"
    assert "what this run reads" in refused(capsys, tmp_path, folder, "-o", begin)


def test_models_that_were_edited(shards: Callable[[str], Path], tmp_path: Path) -> None:
    data = bytearray((shards("gru") / "begin.safetensors").read_bytes())
    data[-1] ^= 1
    path = tmp_path / "edited"
    path.write_bytes(data)
    with pytest.raises(Exception, match="not those its hash names"):
        ModelFile.load(path)
