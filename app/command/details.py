"""One job in full, for people. Rule: what is not there is left out; what is a default is not said."""

from collections.abc import Iterator
from typing import Any

import typer

from app.command.table import percent, progress_words, size_words, status_words
from ml.config import TrainConfig

LABEL_WIDTH = 13


def show_job(job: dict[str, Any], checkpoints: dict[str, Any]) -> None:
    """Label and text, line by line."""
    typer.echo(job["name"])
    for label, text in (*_lines(job), *_checkpoints(checkpoints)):
        for at, line in enumerate(text.splitlines() or [""]):
            typer.echo(f"{'' if at else label:<{LABEL_WIDTH}}{line}".rstrip())


def _lines(job: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "id", job["id"]
    progress = progress_words(job)
    steps = f"step {job['step']} of {job['total_steps']}" if progress else ""
    left = f"about {job['eta_seconds']:.0f} s left" if job["eta_seconds"] is not None else ""
    yield "status", " · ".join(filter(None, [status_words(job), progress, steps, left]))
    if job["reason"]:
        yield "reason", job["reason"].replace("_", " ")
    if job["error"]:
        yield "message", job["error"]
    yield "config", _differences(job["config"])
    adjusted = _adjusted(job["original_config"], job["config"])
    if adjusted:
        yield "changed", adjusted
    if job["forked_from"]:
        yield "forked from", f"{job['forked_from']['job_id']} at step {job['forked_from']['step']}"
    if job["best"]:
        best = job["best"]
        test = f"; test {_scores(best['test'])}" if best["test"] else ""
        yield "best", f"epoch {best['epoch']}, step {best['step']}: validation {_scores(best)}{test}"
    for at, (split, scores) in enumerate((name, each) for name, each in job["latest"].items() if each):
        yield "" if at else "latest", f"{split} {_scores(scores)}"
    if job["device"]:
        threads = f", {job['threads']} threads" if job["device"] == "cpu" and job["threads"] else ""
        yield "device", f"{job['device']}{threads}, attempt {job['attempt']}"
    for label, key in (("created", "created_at"), ("started", "started_at"), ("finished", "finished_at")):
        if job[key]:
            yield label, job[key]
    if job["tags"]:
        yield "tags", ", ".join(job["tags"])
    if job["notes"]:
        yield "notes", job["notes"]


def _scores(scores: dict[str, Any]) -> str:
    accuracy, loss = scores["accuracy"], scores["loss"]
    shown = f"{loss:.4f}" if isinstance(loss, float | int) else str(loss)  # NaN and Infinity come by name
    return f"accuracy {percent(accuracy) if isinstance(accuracy, float | int) else accuracy}, loss {shown}"


def _differences(config: dict[str, Any]) -> str:
    defaults = TrainConfig().model_dump()
    always = ("dataset", "architecture")
    lines = [
        f"{field} = {_shown(value)}"
        for field, value in config.items()
        if field != "name" and (field in always or value != defaults.get(field))
    ]
    return "\n".join([*lines, "and defaults"])


def _adjusted(before: dict[str, Any], after: dict[str, Any]) -> str:
    return "\n".join(
        f"{field}: {_shown(before.get(field))} → {_shown(value)}"
        for field, value in after.items()
        if field != "name" and value != before.get(field)
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(str, value)) + "]"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _checkpoints(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kept = found["checkpoints"]
    if kept:
        steps = ", ".join(f"step {each['step']}{' (best)' if each['is_best'] else ''}" for each in kept)
        yield "checkpoints", f"{steps}; {size_words(found['bytes'])}"
