"""Are the gradients by hand right? Compared with autograd and with central differences while it trains.

Rule: the same weights, the same fixed batch, on the CPU; nothing of it reaches the training.
"""

from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ml.batches import Batch
from ml.config import TrainConfig
from ml.entries import Snapshot
from ml.evaluate import Score
from ml.models import by_hand
from ml.models.by_hand import NAMES, SYMBOLS, Weights
from ml.optim import mean_loss
from ml.seeds import permutation
from ml.snapshots.pace import is_last
from ml.snapshots.taker import Scene, Taker

SAMPLES = 16
SECONDS = 1.0  # between two checks at first, growing with the time that the training takes
GROWTH = 0.02
LARGEST = 500_000  # parameters; more are not checked: central differences would take longer than a look may
MOST_ENTRIES = 64  # of a parameter that are compared with central differences
WORK = 50_000_000  # multiply-adds of all central differences of a check; fewer entries in larger networks

FLOAT32_BOUND = 1e-5
FLOAT64_BOUND = 1e-10
# (L(w + s) - L(w - s)) / 2s misses the slope by about s^2/6 L''' and by the rounding of L, eps L / s. With
# eps = 2.2e-16 both are least near s = 1e-5, about 1e-11 of a slope around 1: two numbers that agree in six
# digits are all that can be asked for of slopes down to 1e-4.
STEP = 1e-5
DIFFERENCES_BOUND = 1e-6
ROUNDINGS = 4  # what few roundings may make of a number: that many times its type's epsilon


def relative_error(one: Tensor, other: Tensor) -> float:
    """max|a - b| / max(|a|, |b|) over all entries; 0 where both are 0."""
    largest = max(one.abs().max().item(), other.abs().max().item())
    return (one - other).abs().max().item() / largest if largest else 0.0


def central_differences(
    config: TrainConfig, weights: Weights, batch: Batch, entries: tuple[Tensor, ...]
) -> tuple[Tensor, ...]:
    """The slope of the batch's loss along each of the chosen `entries` (flat indices) of every parameter.

    float64: (L(w + s) - L(w - s)) / 2s with s = STEP, moving one number of a copy at a time.
    """
    copies = Weights(*(weight.clone() for weight in weights))

    def loss() -> float:
        found = by_hand.losses(config.loss, by_hand.forward(copies, batch.inputs).scores, batch.targets)
        return (found.sum() if config.loss_reduction == "sum" else found.mean()).item()

    slopes = []
    for copy, chosen in zip(copies, entries, strict=True):
        flat = copy.view(-1)
        found = []
        for entry in chosen.tolist():
            kept = flat[entry].item()
            flat[entry] = kept + STEP
            above = loss()
            flat[entry] = kept - STEP
            found.append((above - loss()) / (2 * STEP))
            flat[entry] = kept
        slopes.append(torch.tensor(found, dtype=copy.dtype))
    return tuple(slopes)


def _autograd(config: TrainConfig, module: nn.Module, weights: Weights, batch: Batch) -> tuple[Tensor, ...]:
    """What automatic differentiation makes of the very module that trains, with `weights` in place of its
    own."""
    leaves = {name: weight.clone().requires_grad_() for name, weight in zip(NAMES, weights, strict=True)}
    with torch.enable_grad():
        loss = mean_loss(config, functional_call(module, leaves, (batch.inputs,)), batch.targets)
        if config.loss_reduction == "sum":
            loss = loss * len(batch.targets)
        return torch.autograd.grad(loss, list(leaves.values()))


def _by_hand(config: TrainConfig, weights: Weights, batch: Batch) -> tuple[Weights, Weights, float]:
    """The gradient; the size of it were every output wrong by 1; and the size of the loss's own parts.

    y^ - y is a difference of numbers up to 1, so it is right to epsilon, however small: the second says what
    that means for each parameter, where a network is so sure that its gradient nearly vanishes.
    """
    size = len(batch.targets)
    factor = 1.0 if config.loss_reduction == "sum" else 1 / size
    found, passed = by_hand.gradients(weights, config.loss, batch.inputs, batch.targets, factor)
    wrong_by_one = torch.full_like(passed.scores, factor)
    magnitudes = Weights(*(weight.abs() for weight in weights))
    sizes = by_hand.backward(magnitudes, batch.inputs.abs(), passed.hidden.abs(), wrong_by_one)
    return found, sizes, factor * size * max(1.0, passed.scores.abs().max().item())


@torch.no_grad()
def check(
    config: TrainConfig, module: nn.Module, batch: Batch, entries: tuple[Tensor, ...]
) -> dict[str, Any] | None:
    """Relative errors per parameter: in float32 and float64 against autograd, in float64 against central
    differences of `entries`. None when the loss or a gradient is not finite.

    The verdict is `ok` within all three bounds; `rounding` where a gradient is so small that its own type
    cannot hold the digits compared, and the difference is no more than rounding; else `wrong`.
    """
    own = by_hand.weights_of(module)
    single = Weights(*(weight.detach().to("cpu", torch.float32) for weight in own))
    double = Weights(*(weight.double() for weight in single))
    wide = Batch(batch.inputs.double(), batch.targets)
    found, sizes, loss_size = _by_hand(config, double, wide)
    if not all(bool(part.isfinite().all()) for part in found):
        return None
    narrow = _by_hand(config, single, batch)[0]
    slopes = central_differences(config, double, wide, entries)
    columns = {
        "float32": (narrow, _autograd(config, module, single, batch)),
        "float64": (found, _autograd(config, module, double, wide)),
        "differences": (
            tuple(part.reshape(-1)[chosen] for part, chosen in zip(found, entries, strict=True)),
            slopes,
        ),
    }
    bounds = {"float32": FLOAT32_BOUND, "float64": FLOAT64_BOUND, "differences": DIFFERENCES_BOUND}
    parameters = []
    for i, (name, symbol) in enumerate(zip(NAMES, SYMBOLS, strict=True)):
        size = sizes[i].max().item()
        resolved = {
            "float32": ROUNDINGS * torch.finfo(torch.float32).eps * size,
            "float64": ROUNDINGS * torch.finfo(torch.float64).eps * size,
            "differences": ROUNDINGS * torch.finfo(torch.float64).eps * loss_size / STEP + STEP**2 * size,
        }
        errors, verdict = {}, "ok"
        for column, (one, other) in columns.items():
            errors[column] = relative_error(one[i], other[i])
            if errors[column] > bounds[column]:
                within = (one[i] - other[i]).abs().max().item() <= resolved[column]
                verdict = "rounding" if within and verdict != "wrong" else "wrong"
        parameters.append(
            {
                "symbol": symbol,
                "name": name,
                "shape": list(found[i].shape),
                "largest": found[i].abs().max().item(),
                "compared": len(entries[i]),
                **errors,
                "verdict": verdict,
            }
        )
    return {"samples": len(batch.targets), "bounds": bounds, "parameters": parameters}


class GradientCheck(Taker):
    """Checks the first training samples' gradient: before the first step, at the end, and now and then."""

    def __init__(self, scene: Scene) -> None:
        train = scene.batches.train
        first = torch.arange(min(SAMPLES, len(train)), device=train.targets.device)
        seen = next(scene.batches.evaluation(train.take(first)))
        self._batch = Batch(seen.inputs.cpu(), seen.targets.cpu())
        weights = by_hand.weights_of(scene.learner.module)
        total = sum(weight.numel() for weight in weights)
        most = max(4, min(MOST_ENTRIES, WORK // (8 * len(first) * total)))
        self._entries = tuple(
            permutation(weight.numel(), "gradient_check", 0, i)[:most].sort().values
            for i, weight in enumerate(weights)
        )
        self._began = self._due = perf_counter()

    def between_steps(self, scene: Scene) -> Iterator[Snapshot]:
        """Not more often than once a second, and rarer in long trainings."""
        if perf_counter() >= self._due:
            yield from self._checked(scene)

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """The untrained network and the finished one are always checked."""
        is_end = scene.learner.position.epoch == 0 or is_last(scene.learner)
        if is_end or perf_counter() >= self._due:
            yield from self._checked(scene)

    def _checked(self, scene: Scene) -> Iterator[Snapshot]:
        found = check(scene.config, scene.learner.module, self._batch, self._entries)
        now = perf_counter()
        self._due = now + max(SECONDS, GROWTH * (now - self._began))
        if found is not None:
            yield scene.json_snapshot("gradient_check", found)


def gradient_check(scene: Scene) -> Taker | None:
    """The taker of a training with gradients by hand, unless its network is very large."""
    if scene.config.gradients != "by_hand":
        return None
    total = sum(parameter.numel() for parameter in scene.learner.module.parameters())
    return GradientCheck(scene) if total <= LARGEST else None
