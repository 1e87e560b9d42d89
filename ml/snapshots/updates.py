"""How far a step moves each parameter. Rule: read off what the optimizer keeps, nothing is remembered here.

With momentum or Adam the optimizer's own state tells the last update exactly. Plain SGD keeps nothing:
there it is the update that the given gradients would make.
"""

from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import Tensor, nn

from ml.learner import Learner

Source = Literal["the last step", "these samples"]


def updates_of(
    learner: Learner, gradients: Mapping[nn.Parameter, Tensor]
) -> tuple[Source, dict[nn.Parameter, Tensor]]:
    """Of each parameter of `gradients` (of the mean loss) what one step takes away, and what that rests on.

    Before a first step an optimizer that keeps a state has none: no updates then. `loss_reduction: sum`
    scales the gradients by the batch.
    """
    optimizer, config = learner.optimizer, learner.config
    group = optimizer.param_groups[0]
    rate = float(group["lr"])
    if config.optimizer == "sgd" and not group["momentum"]:
        scale = learner.planned.batch_size if config.loss_reduction == "sum" else 1
        decay = float(group["weight_decay"])
        return "these samples", {
            parameter: rate * (gradient * scale + decay * parameter.detach())
            for parameter, gradient in gradients.items()
        }
    found = {}
    for parameter in gradients:
        state = optimizer.state.get(parameter, {})
        if config.optimizer == "sgd" and state.get("momentum_buffer") is not None:
            found[parameter] = rate * state["momentum_buffer"]
        elif "exp_avg" in state:
            found[parameter] = rate * _adam_direction(state, group)
    return "the last step", found


def _adam_direction(state: Mapping[str, Tensor], group: Mapping[str, Any]) -> Tensor:
    """m / (sqrt(v) + epsilon), both corrected for their start (Kingma and Ba 2015, algorithm 1)."""
    first, second = group["betas"]
    steps = state["step"].to(state["exp_avg"].device)
    mean = state["exp_avg"] / (1 - first**steps)
    spread = (state["exp_avg_sq"] / (1 - second**steps)).sqrt()
    return torch.div(mean, spread + group["eps"])
