"""Trains a model on shards as charchat does: the same windows, schedule, clipping, evaluations and stops."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

from . import kernels
from .checkpoint import Checkpoint
from .configuration import ModelConfiguration
from .errors import CharchatError
from .group import Group, to_cpu
from .layers import State
from .model import CharacterModel
from .optimizer import Optimizer, OptimizerSettings
from .progress import Progress
from .resets import Resets
from .shards import ShardFolder, Window


@dataclass(frozen=True)
class Options:
    """What may be chosen for a run; the rest stands in the shards' settings."""

    steps: int | None = None
    minutes: float | None = None
    peak_learning_rate: float = 3e-3
    optimizer: str = "adamw"
    precision: str = "float32"
    dropout: float = 0.0
    # Parts that the lanes of a process are worked on in, one after another.
    accumulate: int = 1
    evaluations: int = 8
    patience: int = 4
    checkpoint_seconds: float = 60.0
    checkpoint_steps: int | None = None


# Called on the first process: an evaluation, with whether its weights are the best so far.
OnEvaluation = Callable[[Progress], None]
# Called on the first process.
OnCheckpoint = Callable[[Checkpoint], None]


class Trainer:
    """One process's part of a run. Every process makes the same calls."""

    def __init__(
        self, folder: ShardFolder, configuration: ModelConfiguration, begin: dict[str, Tensor],
        begin_name: str, options: Options, group: Group, rule: kernels.Rule = kernels.plain,
    ) -> None:
        """`begin` are the weights to begin with, `begin_name` what tells them from others."""
        settings = folder.settings
        self.folder, self.options, self.group = folder, options, group
        batch = settings.batchSize
        if batch % group.size:
            raise CharchatError(
                f"{group.size} processes cannot share {batch} sequences evenly; take a number that"
                f" divides {batch}, or write the corpus with another --batch"
            )
        self.lanes = group.part(batch)
        if len(self.lanes) % options.accumulate:
            raise CharchatError(
                f"{len(self.lanes)} sequences of a process cannot be worked on in {options.accumulate}"
                " equal parts; give another --accumulate"
            )
        self.configuration = configuration
        self.model = CharacterModel(configuration).to(group.device)
        self.model.load_tensors(begin)
        self.model.use_kernels(rule)
        self.network: nn.Module = self.model
        if group.size > 1:
            ids = [group.device.index] if group.device.type == "cuda" else None
            self.network = DistributedDataParallel(self.model, device_ids=ids)
        self.per_step = batch * settings.windowLength
        self.optimizer = Optimizer(
            self.model.named_tensors(),
            OptimizerSettings.of(
                settings.beta1, settings.beta2HalfLife, self.per_step, settings.weightDecay
            ),
            options.optimizer == "muon", options.precision == "bfloat16",
        )
        self.state = self.model.fresh_state(len(self.lanes))
        self.progress = Progress()
        self.last_evaluation: Progress | None = None
        self.best = {n: p.detach().clone() for n, p in self.model.named_tensors().items()}
        self.best_loss: float | None = None
        # Of this run; None where it went on and found no better one.
        self.best_step: int | None = None
        self.since_best = 0
        # Nats a symbol, and what the targets since the last evaluation weighed: a loss a character is that
        # a symbol times their ratio.
        self.loss_sum, self.loss_count = 0.0, 0
        self.symbol_weight, self.character_weight = 0.0, 0.0
        self.identity: dict[str, Any] = {
            "architecture": configuration.to_json(),
            "begin": begin_name,
            "corpus": folder.fingerprint,
            "seed": settings.seed,
            "batch": batch,
            "window": settings.windowLength,
            "learning rate": options.peak_learning_rate,
            "optimizer": options.optimizer,
            "precision": options.precision,
            "dropout": options.dropout,
        }
        self._earlier_seconds, self._earlier_characters = 0.0, 0
        self._evaluation_seconds = 0.0
        self._start = time.monotonic()

    # The run

    def run(
        self, on_evaluation: OnEvaluation, on_checkpoint: OnCheckpoint,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> str:
        """Runs to the end of the budget; returns why it ended: budget, early or interrupted.

        Raises CharchatError when the loss is no number or far above that of guessing.
        """
        options, progress = self.options, self.progress
        settings = self.folder.settings
        guessing = math.log(self.configuration.symbol_count)
        least = settings.warmupSteps
        warmup = max(1, min(least, least if options.steps is None else options.steps // 10))
        last_checkpoint = self._seconds()
        elapsed, stops = self.group.sum([self._clock(), 0.0])
        end = "budget"
        while True:
            progress.elapsed_seconds = elapsed
            progress.fraction = self._fraction(progress.step, elapsed)
            if progress.fraction >= 1:
                break
            last = self.last_evaluation
            if (
                progress.step > 0 and (last is None or last.step != progress.step)
                and progress.fraction >= self._next_evaluation()
            ):
                self._evaluate(on_evaluation)
                elapsed, stops = self.group.sum([self._clock(), float(should_stop())])
                if stops:
                    end = "interrupted"
                    break
                if self.since_best >= options.patience:
                    end = "early"
                    break
                continue
            warm = min(1.0, (progress.step + 1) / warmup)
            rate = options.peak_learning_rate * warm * (1 - progress.fraction)
            window = self.folder.window(progress.step)
            loss = self._step(window, rate)
            loss, elapsed, stops, due = self.group.sum(
                [loss, self._clock(), float(should_stop()), self._is_due(last_checkpoint)]
            )
            progress.step += 1
            if not math.isfinite(loss) or (progress.step >= 200 and loss >= 3 * guessing):
                raise CharchatError(
                    f"the loss became {loss} at step {progress.step}: training stopped and what"
                    " was written before is kept; try a lower --learning-rate"
                )
            progress.symbols = (progress.symbols or 0) + self.per_step
            progress.characters += int(window.counts.sum())
            weights = window.weights.double()
            self.symbol_weight += float(weights.sum())
            self.character_weight += float(weights[window.counts].sum())
            self.loss_sum += loss
            self.loss_count += 1
            if stops:
                end = "interrupted"
                break
            if due:
                last_checkpoint = self._seconds()
                self._checkpoint(on_checkpoint)
        if progress.step == 0:
            raise CharchatError("the budget is too short for a single step; give more time")
        if end == "budget" and (
            self.last_evaluation is None or self.last_evaluation.step != progress.step
        ):
            self._evaluate(on_evaluation)
        self._summarize()
        self._checkpoint(on_checkpoint)
        return end

    def _seconds(self) -> float:
        return self._earlier_seconds + time.monotonic() - self._start

    def _clock(self) -> float:
        """The first process's clock is that of all."""
        return self._seconds() if self.group.is_first else 0.0

    def _is_due(self, last: float) -> float:
        options = self.options
        if options.checkpoint_steps is not None:
            due = (self.progress.step + 1) % options.checkpoint_steps == 0
        else:
            due = self._seconds() - last > options.checkpoint_seconds
        return float(due and self.group.is_first)

    def _fraction(self, step: int, seconds: float) -> float:
        if self.options.steps is not None:
            return step / self.options.steps
        return min(1.0, seconds / (60 * (self.options.minutes or 1)))

    def _next_evaluation(self) -> float:
        """The part of the budget at which the next evaluation is due."""
        count, passed = float(self.options.evaluations), 0.0
        last = self.last_evaluation
        if last is not None:
            fraction = self._fraction(last.step, last.elapsed_seconds)
            passed = math.floor(fraction * count)
            # The product is rounded; what decides is the quotient.
            if passed / count > fraction:
                passed -= 1
            if (passed + 1) / count <= fraction:
                passed += 1
        return (passed + 1) / count

    # A step

    def _step(self, window: Window, rate: float) -> float:
        """Trains on one window of all processes; returns this process's part of the mean loss."""
        total = float(window.weights.double().sum())
        if total <= 0:
            # Nothing to learn, yet a step: resumed runs count alike.
            self.optimizer.step += 1
            return 0.0
        for parameter in self.model.parameters():
            parameter.grad = None
        loss = torch.zeros((), dtype=torch.float64, device=self.group.device)
        parts = self.options.accumulate
        size = len(self.lanes) // parts
        states: list[list[State]] = []
        for part in range(parts):
            own = range(part * size, (part + 1) * size)
            lanes = range(self.lanes.start + own.start, self.lanes.start + own.stop)
            known = [tuple(t[own.start : own.stop] for t in layer) for layer in self.state]
            holds_back = self.group.size > 1 and part < parts - 1
            with self.network.no_sync() if holds_back else nullcontext():  # type: ignore[operator]
                summed, after = self._loss(window.lanes(lanes), known, self._generator(part))
                # DistributedDataParallel takes the mean over processes where the sum is meant.
                (summed * (self.group.size / total)).backward()
            loss += summed.detach()
            states.append(after)
        self.state = [
            tuple(torch.cat(tensors) for tensors in zip(*layers)) for layers in zip(*states)
        ]
        norm = float(self.optimizer.gradient_norm())
        if not math.isfinite(norm):
            return math.nan
        clip = self.folder.settings.clip
        self.optimizer.update(rate, clip / norm if norm > clip else 1.0)
        return float(loss) / total

    def _loss(
        self, window: Window, state: list[State], generator: torch.Generator | None
    ) -> tuple[Tensor, list[State]]:
        """Σ weight · loss in nats, and the state after the window."""
        device = self.group.device
        with torch.autocast(
            device.type, torch.bfloat16, enabled=self.options.precision == "bfloat16"
        ):
            logits, after = self.network(
                window.inputs.to(device), Resets.of(window.resets, device), state,
                self.options.dropout if generator is not None else 0.0, generator,
            )
        nats = F.cross_entropy(
            logits.flatten(0, 1), window.targets.to(device).flatten(), reduction="none"
        )
        return (nats.double() * window.weights.to(device).flatten()).sum(), after

    def _generator(self, part: int) -> torch.Generator | None:
        """Masks follow from the seed, the step and who draws, so that nothing of them is kept."""
        if self.options.dropout <= 0:
            return None
        drawer = self.group.rank * self.options.accumulate + part
        seed = (self.folder.settings.seed * 1_000_003 + self.progress.step) * 65_537 + drawer
        return torch.Generator(self.group.device).manual_seed(seed % (1 << 63))

    # Evaluation

    @torch.no_grad()
    def validation_loss(self) -> float:
        """Weighted mean loss over the held-out windows, nats per character; not a number without any."""
        shard = self.folder.validation
        losses, characters = 0.0, 0.0
        if shard is not None:
            lanes = self.group.part(shard.batch)
            if len(lanes):
                state = self.model.fresh_state(len(lanes))
                network, self.network = self.network, self.model
                for index in range(shard.windows):
                    window = shard.window(index).lanes(lanes)
                    loss, state = self._loss(window, state, None)
                    losses += float(loss)
                    characters += float(window.weights.double()[window.counts].sum())
                self.network = network
        losses, characters = self.group.sum([losses, characters])
        return losses / characters if characters > 0 else math.nan

    def _validation_symbols_per_character(self) -> float:
        """Of what the model is judged by; 1 without any."""
        shard = self.folder.validation
        windows = [] if shard is None else [shard.window(index) for index in range(shard.windows)]
        symbols = sum(float(window.weights.double().sum()) for window in windows)
        characters = sum(float(window.weights.double()[window.counts].sum()) for window in windows)
        return symbols / characters if characters > 0 else 1.0

    def _summarize(self) -> None:
        progress, now = self.progress, self._seconds()
        progress.elapsed_seconds = now
        if self.loss_count:
            weighed = self.character_weight > 0
            rate = self.symbol_weight / self.character_weight if weighed else 1.0
            progress.train_loss = self.loss_sum / self.loss_count * rate
        busy = now - self._earlier_seconds - self._evaluation_seconds
        progress.characters_per_second = (
            progress.characters - self._earlier_characters
        ) / max(1e-9, busy)

    def _evaluate(self, on_evaluation: OnEvaluation) -> None:
        progress, before = self.progress, self._seconds()
        loss = self.validation_loss()
        self._evaluation_seconds += self._seconds() - before
        self._summarize()
        self.loss_sum, self.loss_count = 0.0, 0
        self.symbol_weight, self.character_weight = 0.0, 0.0
        progress.validation_loss = loss if math.isfinite(loss) else None
        progress.is_best = math.isfinite(loss) and (
            self.folder.keeps_last or self.best_loss is None or loss < self.best_loss
        )
        if progress.is_best:
            self.best_loss = loss
            self.best_step = progress.step
            self.best = {n: p.detach().clone() for n, p in self.model.named_tensors().items()}
            self.since_best = 0
        else:
            self.since_best += 1
        # All processes decide by one clock.
        progress.elapsed_seconds = self.group.sum([self._clock()])[0]
        self.last_evaluation = replace(progress)
        if self.group.is_first:
            on_evaluation(progress)

    @property
    def result(self) -> dict[str, Tensor]:
        """The weights with the lowest validation loss, or the last ones where there was no evaluation."""
        if self.best_loss is None:
            return {n: p.detach() for n, p in self.model.named_tensors().items()}
        return self.best

    # Stopping and going on

    def _checkpoint(self, on_checkpoint: OnCheckpoint) -> None:
        """Collects every process's lanes on the first one, which keeps them."""
        states = self.group.gather(to_cpu(self.state))
        if not self.group.is_first:
            return
        lanes = [tuple(torch.cat(parts) for parts in zip(*layers)) for layers in zip(*states)]
        parameters = {n: p.detach() for n, p in self.model.named_tensors().items()}
        on_checkpoint(
            Checkpoint(
                self.identity, replace(self.progress), self.last_evaluation, self.best_loss,
                self.since_best, self.loss_sum, self.loss_count, self.optimizer.step, parameters,
                self.optimizer.first, self.optimizer.second, self.best, lanes,
                self.symbol_weight, self.character_weight,
            )
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Goes on where `checkpoint`, which was required and checked, was taken."""
        device = self.group.device
        self.model.load_tensors(checkpoint.parameters)
        self.optimizer.step = checkpoint.optimizer_step
        for own, kept in (
            (self.optimizer.first, checkpoint.first), (self.optimizer.second, checkpoint.second)
        ):
            for name, tensor in own.items():
                tensor.copy_(kept[name])
        part = slice(self.lanes.start, self.lanes.stop)
        self.state = [
            tuple(tensor[part].to(device) for tensor in layer) for layer in checkpoint.lane_states
        ]
        self.progress = checkpoint.progress
        self.last_evaluation = checkpoint.last_evaluation
        self.best_loss = checkpoint.best_loss
        if self.progress.symbols is None:
            rate = self._validation_symbols_per_character()
            for told in (self.progress, self.last_evaluation):
                if told is not None:
                    told.put_in_characters(rate)
            self.best_loss = None if self.best_loss is None else self.best_loss * rate
        self.best = {name: tensor.to(device) for name, tensor in checkpoint.best.items()}
        self.since_best = checkpoint.evaluations_since_best
        self.loss_sum, self.loss_count = checkpoint.loss_sum, checkpoint.loss_count
        self.symbol_weight = checkpoint.symbol_weight
        self.character_weight = checkpoint.character_weight
        self._earlier_seconds = checkpoint.progress.elapsed_seconds
        self._earlier_characters = self.progress.characters
