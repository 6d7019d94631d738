"""AdamW and Muon with charchat's equations and settings.

AdamW (Kingma and Ba 2015; Loshchilov and Hutter 2019), its second decay given by a half-life in characters. Muon
(Jordan et al. 2024) for the inner matrices of delta layers: momentum whose direction is made orthogonal, at
AdamW's size (Liu et al. 2025).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

EPSILON = 1e-8
MUON_MOMENTUM = 0.95
MUON_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
MUON_ITERATIONS = 5


@dataclass(frozen=True)
class OptimizerSettings:
    beta1: float
    beta2: float
    weight_decay: float

    @classmethod
    def of(
        cls, beta1: float, half_life: float, characters_per_step: int, weight_decay: float
    ) -> OptimizerSettings:
        """β₂ = 0.5^(characters a step / half-life), at most 0.9999."""
        return cls(beta1, min(0.9999, 0.5 ** (characters_per_step / half_life)), weight_decay)


def is_muons(name: str, shape: torch.Size) -> bool:
    """The projections and feed-forward matrices of delta layers; not the thin ones that make decays."""
    return (
        len(shape) == 2 and name.startswith("layers.") and shape[0] >= 16 and ".f_proj." not in name
    )


class Optimizer:
    """Moves the parameters of a model that are trained. Its state is `step` and two moments by tensor name."""

    def __init__(
        self, parameters: dict[str, nn.Parameter], settings: OptimizerSettings, uses_muon: bool,
        half_products: bool = False,
    ) -> None:
        self.parameters = {name: p for name, p in parameters.items() if p.requires_grad}
        self.settings = settings
        self.uses_muon = uses_muon
        # Products in bfloat16, as those of the model.
        self.half_products = half_products
        self.step = 0
        self.first = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        self.second = {
            name: torch.zeros_like(p) for name, p in self.parameters.items()
            if not self._muons(name, p)
        }

    def _muons(self, name: str, parameter: Tensor) -> bool:
        return self.uses_muon and is_muons(name, parameter.shape)

    def gradient_norm(self) -> Tensor:
        """The length of the whole gradient, summed in 64-bit floats."""
        squares = [
            p.grad.double().square().sum() for p in self.parameters.values() if p.grad is not None
        ]
        return torch.stack(squares).sum().sqrt()

    @torch.no_grad()
    def update(self, rate: float, scale: float) -> None:
        """One step down the gradient times `scale`, which clips it."""
        self.step += 1
        for name, parameter in self.parameters.items():
            if parameter.grad is None:
                continue
            if self._muons(name, parameter):
                self._muon(parameter, self.first[name], scale, rate)
            else:
                self._adamw(parameter, self.first[name], self.second[name], scale, rate)

    def _adamw(self, p: Tensor, m: Tensor, v: Tensor, scale: float, rate: float) -> None:
        assert p.grad is not None
        settings = self.settings
        g = p.grad * scale
        m.mul_(settings.beta1).add_(g, alpha=1 - settings.beta1)
        v.mul_(settings.beta2).addcmul_(g, g, value=1 - settings.beta2)
        correction1 = 1 - settings.beta1**self.step
        correction2 = 1 - settings.beta2**self.step
        p.mul_(1 - rate * settings.weight_decay)
        p.addcdiv_(m, (v / correction2).sqrt_().add_(EPSILON), value=-rate / correction1)

    def _muon(self, p: Tensor, m: Tensor, scale: float, rate: float) -> None:
        assert p.grad is not None
        g = p.grad * ((1 - MUON_MOMENTUM) * scale)
        m.mul_(MUON_MOMENTUM).add_(g)
        x = orthogonal(m * MUON_MOMENTUM + g, self.half_products)
        size = 0.2 * max(p.shape) ** 0.5
        p.mul_(1 - rate * self.settings.weight_decay).add_(x, alpha=-rate * size)


def orthogonal(u: Tensor, half_products: bool = False) -> Tensor:
    """u with all its singular values made about one (five steps of Newton and Schulz)."""
    a, b, c = MUON_COEFFICIENTS

    def product(left: Tensor, right: Tensor) -> Tensor:
        if half_products:
            return (left.bfloat16() @ right.bfloat16()).float()
        return left @ right

    x = u / (u.double().square().sum().sqrt().float() + 1e-12)
    # The product X Xᵀ is over the longer side.
    is_tall = x.shape[0] > x.shape[1]
    x = x.mT if is_tall else x
    for _ in range(MUON_ITERATIONS):
        gram = product(x, x.mT)
        x = a * x + product(b * gram + c * product(gram, gram), x)
    return x.mT if is_tall else x
