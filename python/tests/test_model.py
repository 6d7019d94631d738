"""Layers over windows: resets and the state between windows, without charchat."""

import pytest
import torch

from charchat_torch import (
    CharacterModel, LayerConfiguration, ModelConfiguration, PointerHeadConfiguration, Resets,
)
from charchat_torch.configuration import RUN_WEIGHTS
from charchat_torch.initialization import initialize
from charchat_torch.optimizer import Optimizer, OptimizerSettings

STACKS = {
    "lstm": [LayerConfiguration("lstm", 6), LayerConfiguration("lstm", 5)],
    "gru": [LayerConfiguration("gru", 6)],
    "gated-delta": [LayerConfiguration("gated-delta", 16, 2, 24)] * 2,
    "kda": [LayerConfiguration("kda", 16, 2, 24)] * 2,
    "mixed": [
        LayerConfiguration("lstm", 16), LayerConfiguration("gated-delta", 16, 1, 24),
        LayerConfiguration("gru", 7),
    ],
}


def model(stack: str, pointer_head: PointerHeadConfiguration | None = None) -> CharacterModel:
    configuration = ModelConfiguration(11, 16, tuple(STACKS[stack]), 5, pointer_head)
    configuration.validate()
    result = CharacterModel(configuration)
    generator = torch.Generator().manual_seed(3)
    tensors = {
        name: torch.randn(shape, generator=generator) * 0.3
        for name, shape in configuration.tensors()
    }
    if pointer_head is not None:
        tensors[RUN_WEIGHTS].abs_()
    result.load_tensors(tensors)
    return result


@pytest.mark.parametrize("stack", STACKS)
@torch.no_grad()
def test_a_reset_is_a_fresh_state_and_windows_go_on(stack: str) -> None:
    network = model(stack, PointerHeadConfiguration(4, 30))
    inputs = torch.randint(11, (2, 90), generator=torch.Generator().manual_seed(1))
    resets = torch.zeros(2, 90, dtype=torch.bool)
    resets[0, [0, 41, 43]] = True
    resets[1, [17, 60]] = True
    whole, _ = network(inputs, Resets.of(resets), network.fresh_state(2))

    state, parts = network.fresh_state(2), []
    for start, end in [(0, 42), (42, 44), (44, 60), (60, 90)]:
        logits, state = network(inputs[:, start:end], Resets.of(resets[:, start:end]), state)
        parts.append(logits)
    torch.testing.assert_close(torch.cat(parts, 1), whole, rtol=1e-4, atol=1e-4)

    for lane, start, end in [(0, 0, 41), (0, 41, 43), (0, 43, 90), (1, 0, 17), (1, 17, 60), (1, 60, 90)]:
        alone, _ = network(
            inputs[lane : lane + 1, start:end],
            Resets.of(torch.zeros(1, end - start, dtype=torch.bool)), network.fresh_state(1),
        )
        torch.testing.assert_close(alone[0], whole[lane, start:end], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("stack", STACKS)
def test_every_value_of_a_file_but_the_run_weights_is_trained(stack: str) -> None:
    network = model(stack, PointerHeadConfiguration(4, 25))
    names = [name for name, _ in network.configuration.tensors()]
    assert list(network.named_tensors()) == names
    assert sum(p.numel() for p in network.parameters()) == network.configuration.parameter_count
    # Lines that have something in common: marks and few other symbols.
    inputs = torch.randint(5, (1, 40), generator=torch.Generator().manual_seed(1))
    logits, _ = network(
        inputs, Resets.of(torch.zeros(1, 40, dtype=torch.bool)), network.fresh_state(1)
    )
    logits.square().sum().backward()
    for name, parameter in network.named_tensors().items():
        if name == RUN_WEIGHTS:
            assert parameter.grad is None
            continue
        assert parameter.grad is not None and parameter.grad.abs().max() > 0, name
    before = {name: value.detach().clone() for name, value in network.named_tensors().items()}
    optimizer = Optimizer(network.named_tensors(), OptimizerSettings(0.9, 0.99, 0.1), True)
    assert optimizer.first.keys() == before.keys() - {RUN_WEIGHTS}
    optimizer.update(0.01, 1.0)
    for name, parameter in network.named_tensors().items():
        assert torch.equal(parameter, before[name]) == (name == RUN_WEIGHTS), name


def test_fresh_values_are_drawn_as_charchat_draws_them() -> None:
    values = initialize(ModelConfiguration(11, 16, tuple(STACKS["kda"]), 5), 1)
    assert values.keys() == initialize(ModelConfiguration(11, 16, tuple(STACKS["kda"]), 5), 2).keys()
    for part in ("proj", "conv1d"):
        q, k = (values[f"layers.1.attn.{x}_{part}.weight"] for x in "qk")
        assert torch.equal(q, k) and q.abs().max() > 0
    assert torch.equal(values["copy_head.q_proj.weight"], values["copy_head.k_proj.weight"])
    forgets = torch.nn.functional.softplus(values["layers.0.attn.dt_bias"].double())
    half_lives = torch.log(torch.tensor(2.0)) / forgets
    torch.testing.assert_close(half_lives[[0, 7]].float(), torch.tensor([8.0, 20_000.0]), rtol=1e-3, atol=0.1)
    assert values["layers.0.attn.o_proj.weight"].abs().max() == 0
