"""`layers`: how every layer does: activations, dead and saturated units, gradients, weights, updates.

Measured on the first samples of the training order in evaluation mode; gradients are those of the mean
loss, asked of autograd for these samples alone, so neither a `.grad` nor a buffer changes.

Content: `samples`; `update_of` (see `ml.snapshots.updates`); `layers`, a row for each convolution and
fully connected layer in order: `name`; `mean` and `deviation` of its outputs, after the activation where
one follows; `activation` (relu, tanh, sigmoid or null); `dead`: share of ReLU units that are zero for
every sample, a channel of a convolution being one unit; `saturated`: share of tanh outputs beyond ±0.99,
of sigmoid outputs within 0.005 of 0 or 1; `gradient_norm` and `weight_norm` of its weights and biases
together (Euclidean); `update_ratio`: the norm of an update over that of the weights. What does not apply
is null.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ml.batches import Batch
from ml.columns import JsonNumber
from ml.entries import Snapshot
from ml.evaluate import Score, evaluating
from ml.optim import mean_loss
from ml.snapshots.fixed_sample import fixed_sample
from ml.snapshots.pace import is_chosen
from ml.snapshots.rounding import rounded
from ml.snapshots.taker import Scene, Taker
from ml.snapshots.updates import updates_of

SAMPLES = 128
LEAST = 16
SECONDS = 0.04  # of a forward pass; backward takes twice that again
SATURATED = 0.99  # of the way to ±1
ACTIVATIONS: dict[type[nn.Module], str] = {nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid"}


@dataclass(slots=True)
class Layer:
    """A layer with weights, what came out of it, and the activation that followed."""

    name: str
    module: nn.Module
    outputs: Tensor
    activation: str | None = None


def dead_share(outputs: Tensor) -> Tensor:
    """Share of units (dimension 1 of `outputs`) that are zero for every sample and at every place."""
    return (outputs.unsqueeze(-1).flatten(2) == 0).all(2).all(0).double().mean()


def saturated_share(outputs: Tensor, activation: str) -> Tensor:
    """Share of the tanh or sigmoid `outputs` that are beyond 0.99 of the way to their limits."""
    values = outputs if activation == "tanh" else 2 * outputs - 1
    return (values.abs() > SATURATED).double().mean()


def observed(module: nn.Module, inputs: Tensor) -> tuple[Tensor, list[Layer]]:
    """The outputs of `module` and what came out of each of its layers on the way, in that order."""
    layers: list[Layer] = []

    def note(name: str, part: nn.Module) -> object:
        def hook(_: nn.Module, __: object, outputs: Tensor) -> None:
            if isinstance(part, nn.Conv2d | nn.Linear):
                layers.append(Layer(name, part, outputs.detach()))
            elif layers and layers[-1].activation is None:
                layers[-1].outputs, layers[-1].activation = outputs.detach(), ACTIVATIONS[type(part)]

        return part.register_forward_hook(hook)

    watched = [
        note(name, part)
        for name, part in module.named_modules()
        if isinstance(part, nn.Conv2d | nn.Linear) or type(part) in ACTIVATIONS
    ]
    try:
        return module(inputs), layers
    finally:
        for handle in watched:
            handle.remove()  # type: ignore[attr-defined]


def _figures(layer: Layer) -> list[Tensor]:
    outputs = layer.outputs.float()
    nothing = torch.full((), torch.nan, dtype=torch.float64, device=outputs.device)
    is_relu, bends = layer.activation == "relu", layer.activation in ("tanh", "sigmoid")
    return [
        outputs.mean().double(),
        outputs.std(correction=0).double(),
        dead_share(outputs) if is_relu else nothing,
        saturated_share(outputs, layer.activation or "") if bends else nothing,
    ]


def _norm(tensors: Sequence[Tensor]) -> Tensor:
    return torch.stack([tensor.double().square().sum() for tensor in tensors]).sum().sqrt()


class Layers(Taker):
    """Takes `layers` after an epoch."""

    def __init__(self, scene: Scene) -> None:
        samples = fixed_sample(scene, SAMPLES, LEAST, SECONDS)
        batches = list(scene.batches.evaluation(samples))
        self._batch = Batch(
            torch.cat([batch.inputs for batch in batches]), torch.cat([batch.targets for batch in batches])
        )

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """One forward and one backward pass over the fixed sample."""
        if not is_chosen(scene.learner):
            return
        module, batch = scene.learner.module, self._batch
        with evaluating(module):
            with scene.precision:
                answers, layers = observed(module, batch.inputs)
                loss = mean_loss(scene.config, answers, batch.targets)
            if not layers or not loss.requires_grad:
                return
            parameters = [parameter for layer in layers for parameter in layer.module.parameters()]
            found = dict(zip(parameters, torch.autograd.grad(loss, parameters), strict=True))
        with torch.no_grad():
            source, updates = updates_of(scene.learner, found)
            rows = []
            for layer in layers:
                own = list(layer.module.parameters())
                weight = _norm(own)
                changed = [updates[parameter] for parameter in own if parameter in updates]
                ratio = _norm(changed) / weight if changed else torch.full_like(weight, torch.nan)
                rows.append(
                    torch.stack([*_figures(layer), _norm([found[part] for part in own]), weight, ratio])
                )
            figures = torch.stack(rows).tolist()  # the only wait for the device
        yield scene.json_snapshot(
            "layers",
            {
                "samples": len(batch.targets),
                "update_of": source,
                "layers": [_row(layer, row) for layer, row in zip(layers, figures, strict=True)],
            },
        )


COLUMNS = ("mean", "deviation", "dead", "saturated", "gradient_norm", "weight_norm", "update_ratio")


def _row(layer: Layer, figures: list[float]) -> dict[str, JsonNumber | str | None]:
    row: dict[str, JsonNumber | str | None] = {"name": layer.name, "activation": layer.activation}
    for name, value in zip(COLUMNS, figures, strict=True):
        absent = name in ("dead", "saturated", "update_ratio") and value != value
        row[name] = None if absent else rounded(value)
    return row
