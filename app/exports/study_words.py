"""A study in words: its question, its answer, its table. Rule: the page says the same (static/js/studies)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.exports.page import share
from app.store.studies import StudyRow
from ml.config import TrainConfig
from ml.naming import part, titles
from ml.ready_studies import READY
from ml.studies import changes_of
from ml.writing import number, percent, took

Column = tuple[str, Callable[[Mapping[str, Any]], str]]
Row = Mapping[str, Any]


def question(row: StudyRow, definition: Mapping[str, Any]) -> str:
    """What the study asks: a ready-made one in its own words, another by what varies."""
    for ready in READY:
        if ready.title == row.name and list(ready.axes or ()) == list(definition["axes"]):
            return ready.question
    if row.kind == "ladder":
        return "What does each step of regularization gain over the one it stands on?"
    varies = titles(definition["axes"])
    return f"What is the best choice of {varies[0].lower()}{varies[1:]}?"


def common(definition: Mapping[str, Any]) -> str:
    """What all its jobs have in common, where it is not the default, and how often each is repeated."""
    defaults = TrainConfig().model_dump()
    base = definition["base"]
    always = ("dataset", "architecture", "epochs")
    varies = {*definition["axes"], *(field for rung in definition["rungs"] for field in changes_of(rung))}
    shown = [
        part(field, base[field]) if field != "dataset" else str(base[field])
        for field in TrainConfig.model_fields
        if field in base
        and field not in ("name", "seed", *varies)
        and (field in always or base[field] != defaults[field])
    ]
    repeated = len(definition["seeds"])
    return " · ".join([*shown, f"{repeated} repetition{'' if repeated == 1 else 's'}"])


def verdict(study: Mapping[str, Any]) -> str:
    """The answer so far, in sentences; empty where there is none."""
    rows, split = study["table"]["rows"], study["table"]["judged_by"]
    is_done = study["status"] == "completed"
    best = next((row for row in rows if row["is_best"]), None)
    words = []
    if best is not None:
        accuracy = share(best["scores"][split]["last"]["accuracy"]["median"])
        so_far = "" if is_done else " so far"
        words.append(f"Best{so_far}: {best['label']}, with {accuracy} on the {split} set.")
        near = ", ".join(row["label"] for row in _within_scatter(best, rows, split))
        words += [f"Within the scatter of its repetitions, so not told apart: {near}."] if near else []
    elif is_done and sum(bool(row["counted"]) for row in rows) > 1:
        words.append("No single best one: the first are equal.")
    lost = [row["label"] for row in rows if row["has_diverged"]]
    return " ".join([*words, f"Diverged: {', '.join(lost)}."] if lost else words)


def _within_scatter(best: Row, rows: Sequence[Row], split: str) -> list[Row]:
    """Those whose median the worst repetition of `best` does not reach."""
    values = [value for value in best["scores"][split]["last"]["accuracy"]["values"] if _is_number(value)]
    if len(values) < 2:
        return []
    measures = [(row, _score(row, split, "last", "accuracy")) for row in rows]
    return [
        row
        for row, measure in measures
        if row is not best and not row["has_diverged"] and measure and measure["median"] >= min(values)
    ]


def tally(study: Mapping[str, Any]) -> str:
    """How far it is: `4 of 7 trainings complete · 1 failed`."""
    statuses, count = study["statuses"], study["job_count"]
    words = [f"{statuses.get('completed', 0)} of {count} training{'' if count == 1 else 's'} complete"]
    others = ("failed", "stopped", "interrupted", "paused", "running", "queued")
    words += [f"{statuses[status]} {status}" for status in others if statuses.get(status)]
    return " · ".join(words + ([f"{study['deleted']} deleted"] if study["deleted"] else []))


def columns(study: Mapping[str, Any]) -> list[Column]:
    """The table's columns after the first, each with what a row says in it."""
    split, seeds = study["table"]["judged_by"], len(study["definition"]["seeds"])
    found: list[Column] = [("complete", lambda row: f"{row['counted']} of {seeds}")]
    if study["kind"] == "ladder":
        found += [
            ("test accuracy", lambda row: _spread(_score(row, "test", "last", "accuracy"))),
            ("gain", lambda row: _points(row["gain"]["accuracy"]) if row["gain"] else "–"),
        ]
    else:
        found += [
            (f"{split} accuracy", lambda row: _middle(_score(row, split, "last", "accuracy"), share)),
            (f"{split} loss", lambda row: _middle(_score(row, split, "last", "loss"), _number)),
        ]
        if split == "validation":
            test = ("test accuracy", lambda row: _middle(_score(row, "test", "last", "accuracy"), share))
            found.append(test)
    return [
        *found,
        ("train − test", lambda row: _middle(row["train_test_gap"], _points)),
        ("an epoch", lambda row: _middle(row["seconds_per_epoch"], _seconds)),
    ]


def _score(row: Row, split: str, moment: str, metric: str) -> Mapping[str, Any] | None:
    scores = row["scores"][split]
    return scores[moment][metric] if scores else None


def _middle(measure: Mapping[str, Any] | None, write: Callable[[Any], str]) -> str:
    return "–" if measure is None else write(measure["median"])


def _spread(measure: Mapping[str, Any] | None) -> str:
    if measure is None:
        return "–"
    deviation = measure["deviation"]
    return share(measure["mean"]) + ("" if deviation is None else f" ± {percent(deviation)}")


def _points(value: Any) -> str:
    """A difference of two shares."""
    if not isinstance(value, float | int):
        return "–"
    return f"{'−' if value < 0 else '+'}{100 * abs(value):.1f} points"


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int)


def _number(value: Any) -> str:
    return number(value) if isinstance(value, float | int) else str(value)


def _seconds(value: Any) -> str:
    return took(value) if isinstance(value, float | int) else "–"
