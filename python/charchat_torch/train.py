"""Trains on a folder of shards: python -m charchat_torch.train DIR -o model.safetensors

With several processes: torchrun --nproc-per-node 8 -m charchat_torch.train DIR -o model.safetensors
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from . import kernels
from .checkpoint import Checkpoint
from .configuration import CELLS, RUN_WEIGHTS, LayerConfiguration, ModelConfiguration
from .errors import CharchatError
from .group import Group
from .initialization import initialize
from .model_file import ModelFile, refuse_to_replace
from .progress import Progress
from .shards import ShardFolder
from .trainer import Options, Trainer


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(
        prog="python -m charchat_torch.train",
        description="Train a charchat model on shards that 'charchat corpus write' made.",
        epilog="The best weights are in MODEL, which charchat chats with. Ctrl-C stops and keeps"
        " everything; the same command with --resume goes on.",
    )
    add = result.add_argument
    add("shards", metavar="DIR", help="the folder that 'charchat corpus write' made")
    add("-o", "--output", metavar="MODEL", required=True, help="the model file to write")
    budget = result.add_mutually_exclusive_group()
    budget.add_argument("--steps", type=_count, metavar="N", help="train for so many steps")
    budget.add_argument("--epochs", type=_positive, metavar="N",
                        help="train for so many passes over the corpus; default: 1")
    budget.add_argument("--minutes", type=_positive, metavar="M", help="train for so long")
    add("--from", dest="begin", metavar="MODEL",
        help="begin with this model of the same alphabet, not with the shards' own weights")
    add("--cell", choices=CELLS, help="begin anew with another cell")
    add("--layers", type=_count, metavar="N", help="begin anew with so many layers")
    add("--hidden", type=_count, metavar="N", help="begin anew with layers of this width")
    add("--heads", type=_count, metavar="N",
        help="heads of a delta layer below the last, which has one")
    add("--learning-rate", type=_positive, metavar="RATE", help="highest learning rate")
    add("--optimizer", choices=("adamw", "muon"), help="of the inner matrices of delta layers")
    add("--dropout", type=float, metavar="P", help="part of the layers' outputs left out at random")
    add("--precision", choices=("float32", "bfloat16"),
        help="of matrix products; default: bfloat16 on CUDA, float32 elsewhere")
    add("--accumulate", type=_count, default=1, metavar="N",
        help="work on a process's sequences in N parts, one after another: less memory, the same step")
    add("--evaluations", type=_count, metavar="N", help="evaluations over the whole run")
    add("--patience", type=_count, metavar="N", help="evaluations without progress before it stops")
    add("--checkpoint-steps", type=_count, metavar="N",
        help="keep the run after each N steps; default: once a minute")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto", help="default: cuda if there")
    add("--kernels", choices=("auto", "plain", "fla"), default="auto",
        help="of the delta rule: flash-linear-attention's or PyTorch's own operations")
    add("--threads", type=_count, metavar="N", help="threads a process on the CPU")
    add("--compact", action="store_true", help="round the finished weights to bfloat16")
    add("--resume", action="store_true", help="go on with an interrupted run")
    add("--json", action="store_true", help="one JSON object a line, as 'charchat train --json'")
    return result


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def shape(arguments: argparse.Namespace, given: ModelConfiguration) -> ModelConfiguration:
    """The shards' own shape, or another that was asked for, with charchat's division into heads."""
    asked = (arguments.cell, arguments.layers, arguments.hidden, arguments.heads)
    if all(value is None for value in asked):
        return given
    first = given.layers[0]
    cell = arguments.cell or first.cell
    width = arguments.hidden or first.hidden_size
    count = arguments.layers or len(given.layers)
    residual = cell in ("gated-delta", "kda")
    divisors = [heads for heads in range(1, min(width, 64) + 1) if width % heads == 0]
    heads = arguments.heads or min(divisors, key=lambda n: abs(n - max(1.0, width / 48)))
    result = replace(
        given,
        embedding_size=width if residual else max(16, min(128, width // 4)),
        layers=tuple(
            LayerConfiguration(
                cell, width, heads if residual and index < count - 1 else 1,
                2 * width if residual else 0,
            )
            for index in range(count)
        ),
    )
    try:
        result.validate()
    except ValueError as error:
        raise CharchatError(f"this model shape cannot be: {error}") from None
    return result


class Signals:
    """Ctrl-C and SIGTERM end a run after its step; a second one ends the process."""

    def __init__(self) -> None:
        self.number = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._take)

    def _take(self, number: int, _: FrameType | None) -> None:
        if self.number:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.number = number

    def should_stop(self) -> bool:
        return self.number != 0


def record(
    folder: ShardFolder, options: Options, progress: Progress, best: float | None,
    earlier: dict[str, Any] | None,
) -> dict[str, Any]:
    """What charchat's `inspect` tells of the training; steps and characters go on from an earlier one."""
    before = earlier or {}
    symbols = progress.symbols or 0
    characters = before.get("characters", 0)
    if "symbols" not in before and symbols:
        # What counted symbols under the name of characters is put in characters at the rate of this run.
        characters = round(characters * progress.characters / symbols)
    result: dict[str, Any] = {
        "corpus": folder.corpus,
        "corpusHash": folder.corpus_hash,
        "seed": folder.settings.seed,
        "steps": before.get("steps", 0) + progress.step,
        "characters": characters + progress.characters,
        "symbols": before.get("symbols", before.get("characters", 0)) + symbols,
        "seconds": before.get("seconds", 0) + progress.elapsed_seconds,
        "peakLearningRate": options.peak_learning_rate,
        "batchSize": folder.settings.batchSize,
        "windowLength": folder.settings.windowLength,
    }
    if best is not None:
        result["validationLoss"] = best
    if options.dropout > 0:
        result["dropout"] = options.dropout
    return result


def run(arguments: argparse.Namespace, group: Group) -> int:
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    folder = ShardFolder(arguments.shards)
    settings = folder.settings
    configuration = shape(arguments, folder.configuration)
    is_new = configuration != folder.configuration
    if is_new and arguments.begin:
        raise CharchatError(
            "--from takes the model's shape: leave out --cell, --layers, --hidden and --heads"
        )
    begin = folder.begin(arguments.begin)
    if arguments.begin:
        configuration = begin.configuration
    if is_new:
        tensors = initialize(configuration, settings.seed)
        if RUN_WEIGHTS in begin.tensors:
            # Counted over the corpus, not drawn.
            tensors[RUN_WEIGHTS] = begin.tensors[RUN_WEIGHTS]
        begin = replace(begin, configuration=configuration, training=None, tensors=tensors)
    output = Path(arguments.output)
    checkpoint_path = output.with_name(output.name + ".checkpoint")
    inputs = [folder.path / "begin.safetensors"] + ([Path(arguments.begin)] if arguments.begin else [])
    if any(output.exists() and path.exists() and output.samefile(path) for path in inputs):
        raise CharchatError(f"{output} is what this run reads: name another file with -o")
    if group.is_first:
        refuse_to_replace(output)
    steps = arguments.steps
    if arguments.epochs or (steps is None and arguments.minutes is None):
        if folder.symbols_per_epoch is None:
            if arguments.epochs:
                raise CharchatError("lessons have no end, so no epochs: give --steps or --minutes")
            steps = folder.window_count
        else:
            whole = (arguments.epochs or 1) * folder.symbols_per_epoch
            steps = max(1, math.ceil(whole / (settings.batchSize * settings.windowLength)))
    is_cuda = group.device.type == "cuda"
    options = Options(
        steps=steps,
        minutes=arguments.minutes,
        peak_learning_rate=arguments.learning_rate or settings.peakLearningRate,
        optimizer=arguments.optimizer or settings.optimizer,
        precision=arguments.precision or ("bfloat16" if is_cuda else "float32"),
        dropout=settings.dropout if arguments.dropout is None else arguments.dropout,
        accumulate=arguments.accumulate,
        evaluations=arguments.evaluations or settings.evaluations,
        patience=arguments.patience or settings.patience,
        checkpoint_steps=arguments.checkpoint_steps,
    )
    if not 0 <= options.dropout < 0.9:
        raise CharchatError("dropout must be at least 0 and less than 0.9")
    if options.peak_learning_rate >= 1:
        raise CharchatError("the learning rate must be between 0 and 1")

    sizes = [layer.hidden_size // layer.head_count for layer in configuration.layers if layer.is_residual]
    rule = kernels.choose(arguments.kernels, group.device, sizes)
    trainer = Trainer(folder, configuration, begin.tensors, begin.hash, options, group, rule)
    if arguments.resume:
        resume(trainer, checkpoint_path, group)
    if group.is_first and not arguments.json:
        copy, pointer = configuration.copy_head_size, configuration.pointer_head
        layer = configuration.layers[0]
        kernel = "" if rule is kernels.plain else ", fla's kernels"
        print(
            f"{layer.cell}, {len(configuration.layers)} × {layer.hidden_size}"
            f"{'' if copy is None else f', copy head {copy}'}"
            f"{'' if pointer is None else f', pointer head {pointer.key_size}'}"
            f", {configuration.parameter_count:,} parameters, {configuration.symbol_count} symbols,"
            f" {group.size} × {group.device.type}, {options.precision}{kernel}",
            flush=True,
        )
        if trainer.progress.step:
            print(f"Going on at step {trainer.progress.step}.", flush=True)

    def model() -> ModelFile:
        made = replace(
            begin, tensors=trainer.result,
            training=record(folder, options, trainer.progress, trainer.best_loss, begin.training),
        )
        return made.rounded_to_bfloat16() if arguments.compact else made

    def on_evaluation(progress: Progress) -> None:
        if progress.is_best:
            model().save(output)
        print(progress.json_line("evaluation") if arguments.json else progress.text_line(),
              flush=True)

    is_kept = False

    def on_checkpoint(kept: Checkpoint) -> None:
        nonlocal is_kept
        try:
            kept.save(checkpoint_path)
            is_kept = True
        except CharchatError as error:
            # A disk that has no room for it may yet have room for the model.
            is_kept = False
            print(f"The checkpoint was not written: {error}", file=sys.stderr)

    signals = Signals()
    end = trainer.run(on_evaluation, on_checkpoint, signals.should_stop)
    if not group.is_first:
        return 0 if end != "interrupted" else 130
    progress = trainer.progress
    if end == "interrupted":
        told = f"Saved in {checkpoint_path}; the same command with --resume goes on."
        print(f"Interrupted. {told if is_kept else 'It cannot go on from here.'}", file=sys.stderr)
        return 128 + (signals.number or signal.SIGINT)
    digest = model().save(output)
    checkpoint_path.unlink(missing_ok=True)
    if arguments.json:
        done = replace(progress, validation_loss=trainer.best_loss)
        print(
            done.json_line(
                "done", model=digest, end={"budget": "budget_used", "early": "early_stop"}[end],
                best_validation_loss=trainer.best_loss, best_step=trainer.best_step,
            ),
            flush=True,
        )
    else:
        if end == "early":
            print("Stopped early: the validation loss no longer falls.")
        best = trainer.best_loss
        told = "no evaluation" if best is None else f"{best:.4f} ({best / math.log(2):.3f} bits)"
        print(
            f"{output}: best validation loss {told}, {progress.characters:,} characters in"
            f" {progress.elapsed_seconds:.0f} s"
        )
    return 0


def resume(trainer: Trainer, path: Path, group: Group) -> None:
    """Goes on with the checkpoint that the first process finds; begins anew, saying so, where there is none."""
    found: Checkpoint | str | None = None
    if group.is_first and path.exists():
        try:
            found = Checkpoint.load(path)
            found.require(trainer.identity, path)
            found.check(trainer.configuration, path)
        except CharchatError as error:
            found = str(error)
    found = group.share(found)
    if isinstance(found, str):
        raise CharchatError(found)
    if found is not None:
        trainer.restore(found)
    elif group.is_first:
        print(f"There is no {path} to go on with: the training begins.", file=sys.stderr)


def main(given: list[str] | None = None) -> int:
    arguments = parser().parse_args(given)
    group: Group | None = None
    try:
        group = Group(arguments.device)
        return run(arguments, group)
    except CharchatError as error:
        # One line, not one a process.
        if group is None or group.is_first:
            print(f"charchat_torch: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who read the lines went away; what was written is whole.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    finally:
        if group is not None:
            group.close()


if __name__ == "__main__":
    sys.exit(main())
