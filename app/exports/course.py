"""The course of a training: what held from which step on, through changes and forks. Rule: pure arithmetic.

The rates are those of `ml.schedule`, so that whoever repeats a training is told from where its schedule goes
on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ml.config import FORK_FIELDS, TrainConfig
from ml.entries import Change
from ml.schedule import Schedule

UNTRAINED_FIELDS = ("name", "device")  # a fork may change them too, and its numbers stay the same


@dataclass(frozen=True, slots=True)
class Leg:
    """A job on the way to another: the config it began with, and what was changed in it, by step.

    `first_step`: 1, or for a fork the step after its checkpoint; `sets_rate`: the fork's learning rate
    counts, whatever the schedule had made of it; `is_evaluated`: its parent evaluated before that checkpoint.
    """

    job_id: str
    config: TrainConfig
    changes: Sequence[Change] = ()
    first_step: int = 1
    sets_rate: bool = False
    is_evaluated: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """What holds from `step` on: `values`, of which the schedule's `rate` is that of epoch `since`.

    `words` say what is new. `is_fork`: another job goes on here; where not `is_evaluated`, it is the fork
    that evaluates the epoch that ended with the step before.
    """

    step: int
    words: str
    values: dict[str, Any]
    is_fork: bool = False
    is_evaluated: bool = True


def course(legs: Sequence[Leg], steps_per_epoch: int) -> list[Turn]:
    """The turns of a training, ascending; `legs` are a job's forebears, oldest first, and the job itself."""
    turns: list[Turn] = []
    for turn in _turns(legs, steps_per_epoch):
        if len(turns) > 1 and turns[-1].step == turn.step and not turn.is_fork:  # several fields at once
            before = turns.pop()
            words = "; ".join(filter(None, (before.words, turn.words)))
            turn = Turn(turn.step, words, turn.values, before.is_fork, before.is_evaluated)
        turns.append(turn)
    return turns


def _turns(legs: Sequence[Leg], steps_per_epoch: int) -> Iterator[Turn]:
    config = legs[0].config
    schedule = Schedule(config)
    yield Turn(1, "", _values(config, schedule))
    for leg, following in zip(legs, [*legs[1:], None], strict=True):
        if leg is not legs[0]:
            words = _differences(config, leg.config)
            config = leg.config
            epoch = _epoch_of(leg.first_step, steps_per_epoch)
            schedule.change(config, epoch)
            if leg.sets_rate:
                schedule.anchor(config.learning_rate, epoch)
            words = f"the fork {leg.job_id} goes on with {words or 'the same config'}"
            yield Turn(leg.first_step, words, _values(config, schedule), True, leg.is_evaluated)
        for change in leg.changes:
            if following is not None and change.step >= following.first_step:
                break  # what comes later was no part of the checkpoint, or the fork's config has it
            epoch = _epoch_of(change.step, steps_per_epoch)
            config = config.model_copy(update={change.field: change.after})
            schedule.change(config, epoch)
            if change.field == "learning_rate":
                schedule.anchor(config.learning_rate, epoch)
            words = f"{change.field} {change.before!r} -> {change.after!r}"
            yield Turn(change.step, words, _values(config, schedule))


def _epoch_of(step: int, steps_per_epoch: int) -> int:
    return (step - 1) // steps_per_epoch + 1


def _values(config: TrainConfig, schedule: Schedule) -> dict[str, Any]:
    fields = [field for field in FORK_FIELDS if field not in (*UNTRAINED_FIELDS, "learning_rate")]
    values = {field: getattr(config, field) for field in fields}
    return {**values, "rate": schedule.anchor_rate, "since": schedule.anchor_epoch}


def _differences(before: TrainConfig, after: TrainConfig) -> str:
    return ", ".join(
        f"{field} {getattr(after, field)!r}"
        for field in FORK_FIELDS
        if field not in UNTRAINED_FIELDS and getattr(before, field) != getattr(after, field)
    )
