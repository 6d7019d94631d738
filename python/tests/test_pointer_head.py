"""The pointer head over windows is the step by step one; its file comes back."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from charchat_torch import (
    Alphabet, CharacterModel, LayerConfiguration, ModelConfiguration, ModelFile,
    PointerHeadConfiguration, Resets,
)
from charchat_torch.configuration import RUN_BUCKETS
from charchat_torch.initialization import initialize
from charchat_torch.pointer_head import PointerHead, buckets

SYMBOLS, WIDTH = 11, 16


def drawn(reach: int) -> PointerHead:
    """A head whose values say something."""
    head = PointerHead(PointerHeadConfiguration(6, reach), WIDTH, SYMBOLS)
    generator = torch.Generator().manual_seed(reach)
    with torch.no_grad():
        for parameter in head.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.3)
        # Of some lines the sum is above 8, of others below.
        head.run_weights.copy_(torch.rand(RUN_BUCKETS, generator=generator) * 6)
    return head


def given(lanes: int, time: int) -> tuple[Tensor, Tensor]:
    """z and symbols; few of these and the marks among them, so that much is met again."""
    generator = torch.Generator().manual_seed(time)
    z = torch.randn(lanes, time, WIDTH, generator=generator)
    return z, torch.tensor([0, 1, 2, 5, 8, 5])[torch.randint(6, (lanes, time), generator=generator)]


def begins(lanes: int, time: int, *places: tuple[int, int]) -> Tensor:
    result = torch.zeros(lanes, time, dtype=torch.bool)
    for lane, step in places:
        result[lane, step] = True
    return result


def bucket(run: list[int]) -> int:
    """Of three symbols."""
    hashed = 0
    for symbol in run:
        hashed = (hashed + symbol) * 2_654_435_761 % 2**32
    return hashed >> 22


class Lines:
    """What each line has in common with the last one, over lists that only grow."""

    def __init__(self, run_weights: list[float]) -> None:
        self.run_weights = run_weights
        self.votes: list[float] = []
        self.matches: list[float] = []
        self.best = 0.0

    def take(self, symbols: list[int], seen: range) -> None:
        self.votes.append(0.0)
        self.matches.append(0.0)
        run = symbols[-3:]
        met = [j for j in seen[:-1] if j >= 2 and symbols[j - 2 : j + 1] == run]
        for j in met:
            self.votes[j] += self.run_weights[bucket(run)]
        if symbols[-1] > 2:
            return
        lines: list[list[int]] = [[]]
        for j in seen[:-1]:
            lines[-1].append(j)
            if symbols[j] <= 2:
                lines.append([])
        # Without the line that has just ended.
        sums = [(line, sum(self.votes[j] for j in line)) for line in lines[:-1]]
        most = max([0.0, *(votes for _, votes in sums)])
        self.matches = [0.0] * len(symbols)
        for line, votes in sums:
            for j in line:
                self.matches[j] = votes / (most + 1)
        self.best = min(most, 8.0)
        self.votes = [0.0] * len(symbols)


def naive(weights: dict[str, Tensor], reach: int, z: Tensor, inputs: Tensor, resets: Tensor) -> Tensor:
    """The definition for one lane, over lists that only grow, in the precision that is given."""

    def unit(x: Tensor) -> Tensor:
        return x / (x.square().sum() + 1e-6).sqrt()

    def number(name: str, now: Tensor) -> Tensor:
        return weights[f"{name}.weight"][0] @ now + weights[f"{name}.bias"][0]

    amount, sharpness = (8 * F.softplus(weights[name][0]) for name in ("scale", "sharpness"))
    added = []
    symbols: list[int] = []
    half_lives = [8 * 16 ** (channel / (WIDTH - 1)) for channel in range(WIDTH)]
    decays = torch.tensor([0.5 ** (1 / steps) for steps in half_lives], dtype=z.dtype)
    for x, output, begin in zip(inputs.tolist(), z, resets.tolist()):
        if begin or not added:
            symbols, keys, stood, lines = [], [], [], Lines(weights["run_weights"].tolist())
            trace = torch.zeros_like(output)
            key = torch.zeros_like(weights["k_proj.weight"][:, 0])
        trace = decays * trace + (1 - decays**2).sqrt() * output
        now = torch.cat([output, trace])
        before, stood_before = list(symbols), stood
        symbols.append(x)
        keys.append(key)
        key = unit(weights["k_proj.weight"] @ now)
        query = unit(weights["q_proj.weight"] @ now)
        follow = torch.sigmoid(number("follow", now))
        recency = F.softplus(number("recency", now))
        seen = range(max(0, len(symbols) - reach), len(symbols))
        lines.take(symbols, seen)
        match = number("match", now)
        scores = [
            sharpness * (query @ keys[j])
            - recency * torch.log(torch.tensor(len(symbols) - j, dtype=z.dtype))
            + match * lines.matches[j]
            for j in seen
        ]
        stood = [torch.zeros_like(follow)] * len(symbols)
        for j, share in zip(seen, torch.stack(scores).softmax(0)):
            stood[j] = (1 - follow) * share
            if j > 0 and before[j - 1] == x:
                stood[j] = stood[j] + follow * stood_before[j - 1]
        read = torch.stack([
            torch.stack([stood[j] * (symbols[j] == symbol) for j in seen]).sum()
            for symbol in range(SYMBOLS)
        ])
        told = lines.best * torch.sigmoid(number("told", now)) * weights["told_logits"]
        added.append(amount * torch.sigmoid(number("gate", now)) * read + told)
    return torch.stack(added)


@pytest.mark.parametrize("reach", [1, 5, 64, 200])
def test_a_window_computes_what_steps_do(reach: int) -> None:
    head = drawn(reach)
    z, inputs = given(2, 70)
    resets = begins(2, 70, (0, 0), (0, 31), (0, 32), (1, 66))
    leaf = z.clone().requires_grad_()
    added, _ = head(leaf, inputs, Resets.of(resets), head.fresh_state(2, torch.device("cpu")))
    weight = torch.randn(added.shape, generator=torch.Generator().manual_seed(1))
    (added * weight).sum().backward()

    weights = {n: p.detach().double().requires_grad_() for n, p in head.named_parameters()}
    twin = z.double().requires_grad_()
    expected = torch.stack(
        [naive(weights, reach, twin[lane], inputs[lane], resets[lane]) for lane in range(2)]
    )
    (expected * weight).sum().backward()
    torch.testing.assert_close(added, expected.float(), rtol=1e-4, atol=1e-4)
    assert head.run_weights.grad is None
    trained = [(p, weights[n]) for n, p in head.named_parameters() if p.requires_grad]
    assert len(trained) == len(weights) - 1
    found = [(leaf, twin), *trained]
    for ours, theirs in found:
        # With a reach of one there is nothing to choose from.
        assert ours.grad is not None
        wanted = torch.zeros_like(theirs) if theirs.grad is None else theirs.grad
        torch.testing.assert_close(ours.grad, wanted.float(), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("reach", [5, 64, 200])
@torch.no_grad()
def test_windows_go_on_and_nothing_is_known_beyond_a_reset(reach: int) -> None:
    head = drawn(reach)
    fresh = head.fresh_state(2, torch.device("cpu"))
    z, inputs = given(2, 170)
    resets = begins(2, 170, (0, 40), (0, 100), (0, 101), (1, 131))
    whole, last = head(z, inputs, Resets.of(resets), fresh)
    state, parts = fresh, []
    for start, end in [(0, 1), (1, 40), (40, 101), (101, 170)]:
        added, state = head(
            z[:, start:end], inputs[:, start:end], Resets.of(resets[:, start:end]), state
        )
        parts.append(added)
    torch.testing.assert_close(torch.cat(parts, 1), whole, rtol=1e-4, atol=1e-4)
    for one, other in zip(state, last):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)
    for lane, start, end in [(0, 40, 100), (0, 101, 170), (1, 131, 170)]:
        alone, _ = head(
            z[lane : lane + 1, start:end], inputs[lane : lane + 1, start:end],
            Resets.of(begins(1, end - start, (0, 0))), head.fresh_state(1, torch.device("cpu")),
        )
        torch.testing.assert_close(alone[0], whole[lane, start:end], rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_a_trace_keeps_what_was_said_and_a_reset_makes_it_zero() -> None:
    head = drawn(5)
    z, inputs = given(2, 9)
    fresh = head.fresh_state(2, torch.device("cpu"))
    assert fresh[5].shape == (2, WIDTH) and not fresh[5].any()
    _, state = head(z[:, :1], inputs[:, :1], Resets.of(begins(2, 1)), fresh)
    first = state[5]
    _, state = head(0 * z[:, 1:], inputs[:, 1:], Resets.of(begins(2, 8, (1, 3))), state)
    # The first channel halves in 8 symbols, the last in 128.
    torch.testing.assert_close(state[5][0, 0], first[0, 0] / 2)
    torch.testing.assert_close(state[5][0, -1], first[0, -1] * 0.5 ** (8 / 128))
    assert not state[5][1].any()


@pytest.mark.parametrize("reach", [1, 7, 40, 200])
@torch.no_grad()
def test_what_lines_have_in_common(reach: int) -> None:
    head = drawn(reach)
    z, inputs = given(2, 150)
    resets = begins(2, 150, (0, 0), (0, 70), (1, 71), (1, 140))
    state = head.fresh_state(2, torch.device("cpu"))
    symbols: list[list[int]] = [[], []]
    run_weights = head.run_weights.tolist()
    lines = [Lines(run_weights), Lines(run_weights)]
    for t in range(150):
        now = slice(t, t + 1)
        _, state = head(z[:, now], inputs[:, now], Resets.of(resets[:, now]), state)
        for lane in range(2):
            if resets[lane, t]:
                symbols[lane], lines[lane] = [], Lines(run_weights)
            symbols[lane].append(int(inputs[lane, t]))
            count = len(symbols[lane])
            lines[lane].take(symbols[lane], range(max(0, count - reach), count))
            for found, known in ((state[7], lines[lane].votes), (state[8], lines[lane].matches)):
                row = torch.tensor(([0.0] * reach + known)[-reach:])
                torch.testing.assert_close(found[lane], row)
            assert abs(state[9][lane].item() - lines[lane].best) < 1e-5


@pytest.mark.parametrize("weight", [0.5, 20.0])
@torch.no_grad()
def test_a_question_finds_the_line_it_speaks_of(weight: float) -> None:
    head = drawn(40)
    head.run_weights[bucket([4, 5, 6])] = weight
    # Marks 0, 1, 2; the question shares 3, 4, 5, 6 with the first line and nothing with the second.
    told = [0, 3, 4, 5, 6, 7, 1, 8, 2, 0, 9, 10, 9, 1, 8, 2]
    inputs = torch.tensor([[*told, 0, 4, 5, 6, 1, 8]])
    z, _ = given(1, inputs.shape[1])
    _, state = head(z, inputs, Resets.of(begins(*inputs.shape)), head.fresh_state(1, z.device))
    expected = torch.zeros(40)
    first = 40 - inputs.shape[1]
    # The vote of (4, 5, 6), at most 8, over itself and one.
    vote = min(weight, 8.0)
    expected[first + 1 : first + 7] = vote / (vote + 1)
    torch.testing.assert_close(state[8][0], expected)
    assert state[9].item() == min(weight, 8)


def test_a_run_has_its_bucket() -> None:
    assert bucket([0, 0, 1]) == 632
    # Some products are above 2^63.
    symbols = torch.randint(65_536, (2, 100), generator=torch.Generator().manual_seed(1))
    for row, found in zip(symbols.tolist(), buckets(symbols).tolist()):
        assert found == [bucket([0, 0, *row][i : i + 3]) for i in range(100)]


@torch.no_grad()
def test_what_was_expected_and_comes_moves_the_pointer_on() -> None:
    head = drawn(32)
    head.follow.bias.fill_(40)
    head.gate.bias.fill_(40)
    z, _ = given(1, 10)
    inputs = torch.tensor([[3, 4, 5, 6, 7, 8]])
    _, state = head(z[:, :6], inputs, Resets.of(begins(1, 6)), head.fresh_state(1, z.device))
    # Set down on the 5, three before the newest.
    weights = F.one_hot(torch.tensor([28]), 32).float()
    added, state = head(
        z[:, 6:9], torch.tensor([[5, 6, 7]]), Resets.of(begins(1, 3)),
        (*state[:2], weights, *state[3:]),
    )
    assert added.argmax(-1).tolist() == [[6, 7, 8]] and state[2][0, 28] > 0.999
    _, state = head(z[:, 9:], torch.tensor([[3]]), Resets.of(begins(1, 1)), state)
    assert state[2][0, 28] < 0.001


CONFIGURATION = ModelConfiguration(
    20, WIDTH, (LayerConfiguration("kda", WIDTH, 2, 24),), 5, PointerHeadConfiguration(6, 30)
)


@torch.no_grad()
def test_a_file_comes_back_with_its_pointer_head(tmp_path: Path) -> None:
    shape, alphabet = CONFIGURATION, Alphabet([97])
    file = ModelFile(shape, alphabet, "text", initialize(shape, 1))
    assert list(file.tensors) == [name for name, _ in shape.tensors()]
    q, k = (file.tensors[f"pointer_head.{part}_proj.weight"] for part in "qk")
    assert torch.equal(q, k) and q.abs().max() <= WIDTH**-0.5
    for part in ("k_proj", "gate", "follow", "recency", "match", "told"):
        weight = file.tensors[f"pointer_head.{part}.weight"]
        assert weight[:, :WIDTH].any() and not weight[:, WIDTH:].any()
    assert file.tensors["pointer_head.match.bias"].item() == 4
    assert not file.tensors["pointer_head.told_logits"].any()
    assert file.tensors["pointer_head.sharpness"].item() == 1
    assert torch.equal(file.tensors["pointer_head.run_weights"], torch.ones(RUN_BUCKETS))
    file.tensors["pointer_head.run_weights"] = torch.rand(RUN_BUCKETS)
    digest = file.save(tmp_path / "model")
    again = ModelFile.load(tmp_path / "model")
    assert again.configuration == shape and again.hash == digest and again.version == 3
    model = CharacterModel(again.configuration)
    model.load_tensors(again.tensors)
    assert list(model.named_tensors()) == list(file.tensors)
    assert model.pointer_head is not None and torch.equal(
        model.pointer_head.run_weights, file.tensors["pointer_head.run_weights"]
    )
    for heads, version in (((5, None), 2), ((None, None), 1)):
        other = replace(shape, copy_head_size=heads[0], pointer_head=heads[1])
        assert ModelFile(other, alphabet, "text", {}).version == version
        assert ModelConfiguration.from_json(other.to_json()) == other


@pytest.mark.parametrize("size, reach", [(0, 9), (9, 0), (1 << 17, 1), (1, 1 << 17), (1 << 13, 1 << 13)])
def test_shapes_that_cannot_be(size: int, reach: int) -> None:
    shape = replace(CONFIGURATION, pointer_head=PointerHeadConfiguration(size, reach))
    with pytest.raises(ValueError, match="pointer head"):
        ModelConfiguration.from_json(shape.to_json())
