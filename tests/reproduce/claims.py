"""What the practical says, held against what came out. Rule: each claim shows its figures, kept or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import pstdev
from typing import Any

from tests.reproduce.driving import Driver

TOO_CLOSE = 0.01  # two of the 200 points that circles are tested on
STEADY_EPOCHS = 10  # the last ones, of which the change from epoch to epoch is taken


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the practical, the figures here, and whether they agree."""

    says: str
    found: str
    holds: bool | None  # None: too close to tell


def share(value: float) -> str:
    """An accuracy in per cent."""
    return f"{value * 100:.1f} %"


def points(difference: float) -> str:
    """A difference of accuracies in points of a per cent."""
    text = f"{difference * 100:+.1f}"
    return text if float(text) else "0.0"


def accuracy(row: dict[str, Any] | None) -> float | None:
    """Mean over the seeds of the mean of the last three test evaluations."""
    return _number(row, "accuracy", "mean")


def _number(row: dict[str, Any] | None, what: str, how: str) -> float | None:
    scores = row["scores"]["test"] if row else None
    found = scores["last"][what] if scores else None
    return None if found is None else float(found[how])


def _median_accuracy(row: dict[str, Any] | None) -> float | None:
    return _number(row, "accuracy", "median")


def claims(part_id: str, study: dict[str, Any], driver: Driver) -> list[Claim]:
    """The claims about a part that can be judged with what has finished."""
    rows = study["table"]["rows"]
    if part_id in ("ladder", "long", "siblings"):
        by_rung = {row["rung"]: row for row in rows}
        found = _siblings(by_rung) if part_id == "siblings" else _ladder(by_rung, driver)
    else:
        field = next(iter(study["definition"]["axes"]))
        by_value = {str(row["values"][field]): row for row in rows}
        found = {"learning-rate": _rates, "batch-size": _batches, "hidden-size": _sizes}.get(
            part_id, lambda _rows: iter(())
        )(by_value)
    return list(found)


def _rates(rows: dict[str, dict[str, Any]]) -> Iterator[Claim]:
    scores = {rate: _median_accuracy(rows.get(rate)) for rate in ("0.0001", "0.001", "0.01", "0.1", "1.0")}
    known = {rate: value for rate, value in scores.items() if value is not None}
    shown = ", ".join(f"{rate}: {share(value)}" for rate, value in known.items())
    if len(known) < len(scores):
        return
    yield Claim("0.01 is the best learning rate", shown, max(known, key=known.__getitem__) == "0.01")
    yield Claim("0.1 is worse than 0.01", shown, known["0.1"] < known["0.01"])
    worst = min(known, key=known.__getitem__)
    loss = rows["1.0"]["diverged_loss"]
    ended = f"; its loss ended at {float(loss['median']):.3g}" if loss else ""
    yield Claim("1 diverges and is the worst", f"worst: {worst}{ended}", worst == "1.0" and bool(loss))
    losses = {rate: _number(rows[rate], "loss", "median") or 0.0 for rate in ("0.0001", "0.001", "0.01")}
    told = ", ".join(f"{rate}: {loss:.3f}" for rate, loss in losses.items())
    falls = losses["0.0001"] > losses["0.001"] > losses["0.01"]
    yield Claim("0.001 and 0.0001 are too slow", f"test loss {told}", falls)


def _batches(rows: dict[str, dict[str, Any]]) -> Iterator[Claim]:
    seconds = {
        size: row["seconds_per_epoch"]["median"] for size, row in rows.items() if row["seconds_per_epoch"]
    }
    if len(seconds) == len(rows) > 1:
        told = ", ".join(f"{size}: {value:.4f} s" for size, value in seconds.items())
        yield Claim("batch size 1 costs far more time per epoch", told, max(seconds, key=seconds.get) == "1")
    scores = {size: _median_accuracy(row) for size, row in rows.items()}
    known = {size: value for size, value in scores.items() if value is not None}
    if len(known) == len(rows) > 1:
        told = ", ".join(f"{size}: {share(value)}" for size, value in known.items())
        first, second = sorted(known.values(), reverse=True)[:2]
        is_best = max(known, key=known.__getitem__) == "100"
        too_close = "100" in known and first - second < TOO_CLOSE and first - known["100"] < TOO_CLOSE
        yield Claim("a batch size near 100 is best", told, None if too_close else is_best)


def _sizes(rows: dict[str, dict[str, Any]]) -> Iterator[Claim]:
    one, large = _median_accuracy(rows.get("[1]")), _median_accuracy(rows.get("[100]"))
    ten = _median_accuracy(rows.get("[10]"))
    if one is not None:
        yield Claim("1 hidden unit stalls", share(one), one < 0.7)
    if ten is not None and large is not None:
        told = f"10: {share(ten)}, 100: {share(large)}"
        yield Claim("10 hidden units stall visibly beside larger ones", told, ten < large)


def _ladder(rows: dict[str, dict[str, Any]], driver: Driver) -> Iterator[Claim]:
    baseline = rows.get("baseline")
    if baseline and baseline["counted"]:
        yield from _baseline(baseline, driver)
    for rung, what in (
        ("standardization", "standardization gains"),
        ("augmentation", "augmentation gains most"),
        ("schedule", "the schedule reaches 80–84 %"),
    ):
        row = rows.get(rung)
        score = accuracy(row)
        if row is None or score is None:
            continue
        gain = row["gain"]["accuracy"] if row["gain"] else None
        told = share(score) + ("" if gain is None else f", {points(gain)} points")
        if rung == "schedule":
            yield Claim(what, told, 0.80 <= score <= 0.84)
        elif gain is not None:
            yield Claim(what, told, gain > 0)
    yield from _steadiness(rows, driver)


def _baseline(row: dict[str, Any], driver: Driver) -> Iterator[Claim]:
    columns = driver.evaluations(row["jobs"][0])
    accuracies, losses = columns["accuracy"], columns["loss"]
    yield Claim("about 10 % before training", share(accuracies[0]), 0.07 <= accuracies[0] <= 0.13)
    told = share(accuracies[1])
    yield Claim("25–29 % after the first epoch of the baseline", told, 0.25 <= accuracies[1] <= 0.29)
    lowest = min(range(1, len(losses)), key=losses.__getitem__)
    told = f"least test loss {losses[lowest]:.2f} in epoch {lowest}, {losses[-1]:.2f} at the end"
    if row["train"]["accuracy"]:
        told += f"; training accuracy {share(row['train']['accuracy']['mean'])}"
    rises = lowest < len(losses) - 1 and losses[-1] > 1.1 * losses[lowest]
    yield Claim("the baseline over-fits: its test loss rises from about epoch 20 on", told, rises)
    score = accuracy(row)
    if score is not None and len(losses) > 40:
        yield Claim("the baseline ends at 72.7 %", share(score), abs(score - 0.727) <= 0.02)


def _steadiness(rows: dict[str, dict[str, Any]], driver: Driver) -> Iterator[Claim]:
    wavers = {}
    for rung in ("augmentation", "schedule"):
        if rung not in rows or not rows[rung]["counted"]:
            return
        last = driver.evaluations(rows[rung]["jobs"][0])["accuracy"][-STEADY_EPOCHS:]
        wavers[rung] = pstdev([after - before for before, after in pairwise(last)])
    told = ", ".join(f"{rung}: ± {waver * 100:.1f} points an epoch" for rung, waver in wavers.items())
    yield Claim(
        "the schedule makes the curve visibly steadier", told, wavers["schedule"] < wavers["augmentation"]
    )


def _siblings(rows: dict[str, dict[str, Any]]) -> Iterator[Claim]:
    reference = accuracy(rows.get("schedule"))
    for rung, says, low, high in (
        ("dropout_0.25", "dropout 0.25 is about equal to the reference", -0.02, 0.02),
        ("dropout_0.5", "dropout 0.5 is about equal to the reference", -0.02, 0.02),
        ("dropout_0.75", "dropout 0.75 is worse", -1.0, -0.0),
    ):
        score = accuracy(rows.get(rung))
        if score is not None and reference is not None:
            told = f"{share(score)}, {points(score - reference)} points"
            yield Claim(says, told, low <= score - reference <= high)
