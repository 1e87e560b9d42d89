"""A study's table: one row a rung or a combination of values, over its seeds. Rule: derived, never stored.

Measures count the jobs that completed, diverged ones included as long as their numbers stayed finite.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.studies.results import SPLITS, Outcome, Pair, Scores
from ml.columns import json_number
from ml.entries import Split
from ml.studies import RUNGS, Definition, Point, config_of

LOSS, ACCURACY = 0, 1
MOMENTS = ("final", "last", "best")
TOLD_APART = 6  # decimals of an accuracy: finer ones are its float32, not a sample more


@dataclass(frozen=True, slots=True)
class Tried:
    """A point of the study with the jobs there are of it, by seed; of `adjusted` ones a person changed
    something while they trained."""

    point: Point
    jobs: list[tuple[str, Outcome]]
    adjusted: int = 0


def measure(values: Iterable[float | None]) -> dict[str, Any] | None:
    """Mean, deviation over the seeds (of a sample, null for one) and median; None without a value."""
    found = [value for value in values if value is not None]
    if not found:
        return None
    is_finite = all(map(math.isfinite, found))
    known = [value if math.isfinite(value) else math.inf for value in found]  # NaN has no place in an order
    return {
        "mean": json_number(statistics.fmean(found) if is_finite else math.inf),
        "deviation": statistics.stdev(found) if is_finite and len(found) > 1 else None,
        "median": json_number(statistics.median(known)),
        "values": [json_number(value) for value in found],
    }


def _of(outcomes: Sequence[Outcome], read: Callable[[Outcome], float | None]) -> dict[str, Any] | None:
    return measure(read(outcome) for outcome in outcomes)


def _pair(outcome: Outcome, split: Split, moment: str) -> Pair | None:
    scores: Scores | None = outcome.scores[split]
    return None if scores is None else getattr(scores, moment)


def _score(outcomes: Sequence[Outcome], split: Split, moment: str) -> dict[str, Any]:
    def read(part: int) -> Callable[[Outcome], float | None]:
        return lambda outcome: None if (pair := _pair(outcome, split, moment)) is None else pair[part]

    return {"loss": _of(outcomes, read(LOSS)), "accuracy": _of(outcomes, read(ACCURACY))}


def _gap(outcome: Outcome) -> float | None:
    test = _pair(outcome, "test", "last")
    return None if test is None or outcome.train is None else outcome.train[ACCURACY] - test[ACCURACY]


def _seconds_an_epoch(outcome: Outcome) -> float | None:
    return outcome.times.compute / outcome.epochs if outcome.epochs else None


def row_of(tried: Tried) -> dict[str, Any]:
    """One row, before rows are compared."""
    outcomes = [outcome for _, outcome in tried.jobs]
    counted = [outcome for outcome in outcomes if outcome.counts]
    timed = [outcome for outcome in outcomes if outcome.counts or outcome.has_diverged]
    statuses: dict[str, int] = {}
    for outcome in outcomes:
        statuses[outcome.status] = statuses.get(outcome.status, 0) + 1
    diverged = sum(outcome.has_diverged for outcome in outcomes)
    return {
        "label": tried.point.label,
        "rung": tried.point.rung,
        "values": {} if tried.point.rung else tried.point.changes,
        "jobs": [job_id for job_id, _ in tried.jobs],
        "statuses": statuses,
        "counted": len(counted),
        "adjusted": tried.adjusted,
        "diverged": diverged,
        "has_diverged": bool(outcomes) and 2 * diverged >= len(outcomes),
        "scores": {
            split: {moment: _score(counted, split, moment) for moment in MOMENTS}
            if any(outcome.scores[split] for outcome in counted)
            else None
            for split in SPLITS
        },
        "diverged_loss": _of(
            [outcome for outcome in outcomes if outcome.has_diverged],
            lambda outcome: outcome.train[LOSS] if outcome.train else None,
        ),
        "train": {
            "loss": _of(counted, lambda outcome: outcome.train[LOSS] if outcome.train else None),
            "accuracy": _of(counted, lambda outcome: outcome.train[ACCURACY] if outcome.train else None),
        },
        "train_test_gap": _of(counted, _gap),
        "seconds_per_epoch": _of(timed, _seconds_an_epoch),
        "times": {
            name: _of(timed, lambda outcome, name=name: getattr(outcome.times, name))  # type: ignore[misc]
            for name in ("queue", "data", "compute", "evaluation")
        },
        "gain": None,
        "is_best": False,
    }


def _rank(row: dict[str, Any], split: Split, *, by_loss: bool) -> tuple[float, float] | None:
    """By the median accuracy of the last evaluations, then the lower loss; None when it cannot be ranked."""
    scores = row["scores"][split]
    if row["has_diverged"] or scores is None or scores["last"]["accuracy"] is None:
        return None
    loss = scores["last"]["loss"]["median"] if by_loss else 0.0
    accuracy = round(scores["last"]["accuracy"]["median"], TOLD_APART)
    return accuracy, -loss if isinstance(loss, float) else -math.inf


def _mark_best(rows: Sequence[dict[str, Any]], split: Split, *, by_loss: bool) -> None:
    """Mark the best row, where there is something to compare and no tie."""
    ranks = [_rank(row, split, by_loss=by_loss) for row in rows]
    known = sorted((rank for rank in ranks if rank is not None), reverse=True)
    if len(known) > 1 and known[0] != known[1]:
        rows[ranks.index(known[0])]["is_best"] = True


def table_of(definition: Definition, tried: Sequence[Tried]) -> dict[str, Any]:
    """The rows, what they were judged by, and which is the best so far."""
    rows = [row_of(each) for each in tried]
    configs = [config_of(definition, each.point, definition.seeds[0]) for each in tried]
    judged_by: Split = "validation" if any(config.validation_fraction for config in configs) else "test"
    _mark_best(rows, judged_by, by_loss="loss" not in definition.axes)  # two losses have two scales
    by_rung = {row["rung"]: row for row in rows}
    for row in rows:
        if definition.kind == "ladder":
            row["gain"] = _gain(row, by_rung)
    return {"judged_by": judged_by, "rows": rows}


def _gain(row: dict[str, Any], by_rung: dict[str | None, dict[str, Any]]) -> dict[str, Any] | None:
    """Test accuracy above the rung it stands on: the difference of the means over the seeds."""
    on = RUNGS[row["rung"]].on
    below = by_rung.get(on)
    if on is None or below is None or not row["scores"]["test"] or not below["scores"]["test"]:
        return None
    means = [one["scores"]["test"]["last"]["accuracy"]["mean"] for one in (row, below)]
    return {"on": on, "accuracy": means[0] - means[1]}
