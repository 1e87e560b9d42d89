"""A study's report: question, answer, table, plots on one page. Rule: derived from its jobs, never kept."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from app.exports.page import render
from app.exports.repeat import Address, curl
from app.exports.study_charts import CURVES, curves, gains, heights, per_value
from app.exports.study_words import columns, common, question, tally, verdict
from app.jobs.rows import rows_of
from app.store.jobs import JobRow
from app.store.studies import StudyRow
from app.studies.results import Outcomes
from app.studies.view import full
from ml.config import TrainConfig
from ml.naming import titles


def study_report(
    connection: Connection, row: StudyRow, jobs: Sequence[JobRow], outcomes: Outcomes, address: Address
) -> str:
    """The page of the study as it stands."""
    study = full(connection, row, jobs, outcomes)
    definition, split = study["definition"], study["table"]["judged_by"]
    first = [(each["label"], each["jobs"][0]) for each in study["table"]["rows"] if each["jobs"]]
    lines = [(label, rows_of(connection, job_id, split)[0].columns) for label, job_id in first[:CURVES]]
    is_ladder = row.kind == "ladder"
    defaults = TrainConfig().model_dump(mode="json")
    base = {field: value for field, value in definition["base"].items() if value != defaults[field]}
    varies = {"rungs": definition["rungs"]} if is_ladder else {"axes": definition["axes"]}
    asked = {"kind": row.kind, "name": row.name, "base": base, **varies, "seeds": definition["seeds"]}
    return render(
        "study.html.jinja",
        study=study,
        question=question(row, definition),
        common=common(definition),
        verdict=verdict(study),
        tally=tally(study),
        first_column="rung" if is_ladder else titles(definition["axes"]),
        columns=columns(study),
        split=split,
        is_ladder=is_ladder,
        plots=_plots(study),
        curves=[(metric, curves(metric, split, lines)) for metric in ("accuracy", "loss")],
        labels=[label for label, _ in lines],
        left=len(first) - len(lines),
        repeat=curl(address, "/studies", asked),
        needs_token=address.needs_token,
    )


def _plots(study: dict[str, Any]) -> list[tuple[str, Markup | None]]:
    if study["kind"] == "ladder":
        gained = "What each rung gains, percentage points"
        return [("Test accuracy per rung", heights(study)), (gained, gains(study))]
    return [(f"{metric.capitalize()} per value", per_value(study, metric)) for metric in ("accuracy", "loss")]
