"""What a training changes as it goes on. Rule: what a checkpoint must keep is here, and nothing else is.

Random numbers are drawn anew for every step and epoch (`ml.seeds`), but for dropout, which draws from torch's
own generators: their states are kept too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

import torch
from torch import Tensor

from ml.best import WORST, rank
from ml.checkpoint import Checkpoint
from ml.columns import json_number
from ml.config import RUNNING_FIELDS, TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.entries import Change
from ml.evaluate import Score
from ml.models.build import build_module, refuse_unlike, with_dropout
from ml.optim import build_optimizer, set_group
from ml.patience import Patience
from ml.plan import network_input_shape, plan
from ml.schedule import Schedule


@dataclass(slots=True)
class Position:
    """How far the training is: `step_in_epoch` updates of `epoch` done, `step` in all.

    `is_evaluated`: the evaluation that follows the epoch (epoch 0: that before training) is done.
    """

    step: int = 0
    epoch: int = 0
    step_in_epoch: int = 0
    is_evaluated: bool = False


class Learner:
    """The network with its optimizer, schedule, patience and position in the training."""

    def __init__(self, config: TrainConfig, facts: DatasetFacts, device: torch.device) -> None:
        self.config = config
        self.planned = plan(config, facts)
        self.lengths = [(0, config.epochs)]  # after which step how many epochs were planned
        self.position = Position()
        self.train_seconds = 0.0
        self.schedule = Schedule(config)
        self.patience = Patience(config.early_stopping_patience)
        self._shape = network_input_shape(config, facts), len(facts.classes)
        self.module = build_module(config, *self._shape)
        self.module = self.module.to(device).to(memory_format=torch.channels_last)
        self._dropout = config.dropout  # that the module has
        self.optimizer = build_optimizer(config, self.module.parameters())
        self.best_rank = WORST
        self.rate = config.learning_rate  # of the next step
        self._device = device

    @property
    def _next_epoch(self) -> int:
        """The epoch of the next step."""
        return self.position.epoch + (self.position.step_in_epoch == self._steps_of_epoch)

    @property
    def _steps_of_epoch(self) -> int:
        return self.planned.steps_per_epoch if self.position.epoch else 0

    @property
    def epoch_is_done(self) -> bool:
        """Whether the position is at an epoch's end, before or after its evaluation."""
        return self.position.step_in_epoch == self._steps_of_epoch

    @property
    def is_to_evaluate(self) -> bool:
        """Whether the next thing to do is the evaluation after an epoch, or that before the first."""
        return self.epoch_is_done and not self.position.is_evaluated

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to train or to evaluate."""
        position = self.position
        return self.epoch_is_done and position.is_evaluated and position.epoch >= self.config.epochs

    def enter_epoch(self) -> int:
        """Go on in the epoch of the next step; returns its number."""
        if self.epoch_is_done:
            self.position.epoch, self.position.step_in_epoch = self._next_epoch, 0
        self._set_rate()
        return self.position.epoch

    def _set_rate(self) -> None:
        self.rate = self.schedule.rate(self._next_epoch)
        set_group(self.optimizer, lr=self.rate)

    def advance(self) -> None:
        """Note one update."""
        self.position.step += 1
        self.position.step_in_epoch += 1
        self.position.is_evaluated = False

    def judge(self, scores: dict[str, Score]) -> bool:
        """Note the scores after this epoch; whether it is the best one so far."""
        self.position.is_evaluated = True
        validation = scores.get("validation")
        if validation is None:
            return False
        if self.position.epoch:
            self.patience.note(self.position.epoch, validation.loss)
        found = rank(validation.accuracy, validation.loss)
        if not found > self.best_rank:
            return False
        self.best_rank = found
        return True

    def adjust(self, field: str, value: float | int) -> tuple[float | int, float | int]:
        """From the next step on `field` is `value`; returns what it was and what it is then.

        The learning rate was what the schedule makes of it for that step. `epochs` below the current one end
        after it.
        """
        before = (
            self.schedule.rate(self._next_epoch) if field == "learning_rate" else getattr(self.config, field)
        )
        if field == "epochs":
            value = max(int(value), self.position.epoch, 1)
        if value != before:
            self.use(self.config.model_copy(update={field: value}))
            if field == "epochs":
                self.lengths.append((self.position.step, int(value)))
            if field == "learning_rate":
                self.set_rate_by_hand(value)
        return before, value

    def recall(self, changes: Iterable[Change]) -> None:
        """Note which lengths were planned before this step, of all `changes` that were made."""
        found = [change for change in changes if change.field == "epochs"]
        past = [change for change in found if change.step <= self.position.step]
        self.lengths += [(change.step - 1, int(change.after)) for change in past]

    def set_rate_by_hand(self, rate: float) -> None:
        """Use `rate` from the next step on, whatever the config says; the schedule multiplies on."""
        self.schedule.anchor(rate, self._next_epoch)
        self._set_rate()

    def use(self, config: TrainConfig) -> None:
        """Go on with `config`, which differs only in what may differ in a fork."""
        self.schedule.change(config, self._next_epoch)
        if config.dropout != self._dropout:
            self.module = with_dropout(self.module, config, *self._shape)
            self._dropout = config.dropout
        self.config = config
        self.patience.epochs = config.early_stopping_patience
        self._set_rate()
        set_group(self.optimizer, weight_decay=config.weight_decay)
        if config.optimizer == "sgd":
            set_group(self.optimizer, momentum=config.momentum)

    def capture(self, train_seconds: float) -> Checkpoint:
        """A copy of this moment, on the CPU; `train_seconds` of training led to it."""
        position = self.position
        facts = {
            "config": self.config.model_dump(mode="json"),
            "step": position.step,
            "epoch": position.epoch,
            "step_in_epoch": position.step_in_epoch,
            "is_evaluated": position.is_evaluated,
            "train_seconds": train_seconds,
            "anchor_rate": self.schedule.anchor_rate,
            "anchor_epoch": self.schedule.anchor_epoch,
            "patience_epoch": self.patience.best_epoch,
            "patience_loss": json_number(self.patience.best_loss),
            "best_rank": [json_number(part) for part in self.best_rank],
        }
        weights = {name: _copied(tensor) for name, tensor in self.module.state_dict().items()}
        return Checkpoint(facts, weights, {**self._optimizer_state(), **self._random_state()})

    def restore(self, checkpoint: Checkpoint, *, as_fork: bool) -> None:
        """Go on from `checkpoint`: with the adjustments that it holds or, `as_fork`, with our own config."""
        facts = checkpoint.facts
        kept = TrainConfig.model_validate(facts["config"])
        own = self.config
        self.position = Position(
            facts["step"], facts["epoch"], facts["step_in_epoch"], bool(facts["is_evaluated"])
        )
        self.train_seconds = facts["train_seconds"]
        refuse_unlike(own.dataset, self.module, checkpoint.weights)
        self.module.load_state_dict(checkpoint.weights)  # copies in place: the memory format stays
        self.patience.best_epoch = facts["patience_epoch"]
        self.patience.best_loss = float(facts["patience_loss"])
        self.best_rank = (float(facts["best_rank"][0]), float(facts["best_rank"][1]))
        self.schedule.config = self.config = kept
        self.schedule.anchor_rate = facts["anchor_rate"]
        self.schedule.anchor_epoch = facts["anchor_epoch"]
        if own.optimizer == kept.optimizer:
            self._restore_optimizer(checkpoint.state)
        self._restore_random(checkpoint.state)
        if not as_fork:
            own = own.model_copy(update={field: getattr(kept, field) for field in RUNNING_FIELDS})
        self.use(own)
        if as_fork:
            self.best_rank = WORST  # its best is the best of its own log
            if self.patience.is_exhausted(self.position.epoch):
                self.patience.best_epoch, self.patience.best_loss = self.position.epoch, inf

    def _optimizer_state(self) -> dict[str, Tensor]:
        state = self.optimizer.state
        return {
            f"optimizer.{name}.{key}": _copied(value)
            for name, parameter in self.module.named_parameters()
            for key, value in state.get(parameter, {}).items()
            if isinstance(value, Tensor)
        }

    def _restore_optimizer(self, kept: dict[str, Tensor]) -> None:
        for name, parameter in self.module.named_parameters():
            prefix = f"optimizer.{name}."
            found: dict[str, Any] = {}
            for key, value in kept.items():
                if key.startswith(prefix):
                    # fused kernels walk weights and buffers side by side: other formats, wrong numbers
                    like = parameter if value.shape == parameter.shape else value.to(parameter.device)
                    found[key.removeprefix(prefix)] = torch.empty_like(like.detach()).copy_(value)
            if found:
                self.optimizer.state[parameter] = found

    def _random_state(self) -> dict[str, Tensor]:
        state = {"random.cpu": torch.get_rng_state()}
        if self._device.type == "cuda":
            state["random.cuda"] = torch.cuda.get_rng_state(self._device)
        return state

    def _restore_random(self, kept: dict[str, Tensor]) -> None:
        torch.set_rng_state(kept["random.cpu"])
        if self._device.type == "cuda" and "random.cuda" in kept:
            torch.cuda.set_rng_state(kept["random.cuda"], self._device)


def _copied(tensor: Tensor) -> Tensor:
    """`tensor` on the CPU, contiguous, and no longer shared."""
    return tensor.detach().to("cpu", copy=True).contiguous()
