"""Promises 17 to 24: the practical's experiments come out as they should."""

import math
import time
from typing import Any

from ml.checkpoint_files import Name
from ml.mosaics import recovery
from ml.trained import load_trained
from tests.accept.report import Report
from tests.product import Product, eventually

STUDY_SECONDS = 60
ANSWER_SECONDS = 30  # a worker reads the pictures first
JOBS_DONE = {"completed", "stopped", "failed", "interrupted"}


def _number(value: float | str | None) -> float:
    return math.inf if value is None or isinstance(value, str) else value


def run_study(product: Product, study_id: str) -> tuple[dict[str, Any], float]:
    """The ready-made study of this name, run to its end through the API; and the seconds it took."""
    ready = product.http.get("/api/studies/ready-made").json()["studies"]
    definition = next(study["definition"] for study in ready if study["id"] == study_id)
    began = time.monotonic()
    answer = product.http.post("/api/studies", json=definition)
    assert answer.status_code == 201, answer.text
    made = answer.json()

    def ended() -> dict[str, Any] | None:
        study: dict[str, Any] = product.http.get(f"/api/studies/{made['id']}").json()
        rows = study["table"]["rows"]
        counts = [row["statuses"].get(status, 0) for row in rows for status in JOBS_DONE]
        return study if sum(counts) == len(made["job_ids"]) else None

    study = eventually(ended, 5 * STUDY_SECONDS, f"study {study_id} to end", every=0.5)
    assert study is not None
    return study, time.monotonic() - began


def _by_value(study: dict[str, Any], field: str) -> dict[Any, dict[str, Any]]:
    def key(value: Any) -> Any:
        return value[0] if isinstance(value, list) else value

    return {key(row["values"][field]): row for row in study["table"]["rows"]}


def _accuracy(row: dict[str, Any]) -> float:
    scores = row["scores"]["test"]
    return 0.0 if scores is None else float(scores["last"]["accuracy"]["median"])


def _loss(row: dict[str, Any]) -> float:
    scores = row["scores"]["test"]
    return math.inf if scores is None else _number(scores["last"]["loss"]["median"])


def sweeps(report: Report, product: Product) -> None:
    """Learning rate, hidden size, batch size on circles with the summed gradient, medians of three seeds."""
    study, seconds = run_study(product, "learning-rate")
    report.at_most("learning rates: seconds of the study", seconds, STUDY_SECONDS, " s")
    rates = _by_value(study, "learning_rate")
    shown = ", ".join(
        f"{rate:g} → {_accuracy(row):.2f} (loss {_loss(row):.3g})" for rate, row in rates.items()
    )
    best = [rate for rate, row in rates.items() if row["is_best"]]
    report.line("best learning rate", f"{best[0]:g} of {shown}", "0.01", best == [0.01])
    report.holds(".1 is worse than .01", _accuracy(rates[0.1]) < _accuracy(rates[0.01]))
    report.holds("1 is the worst, by loss", _loss(rates[1.0]) == max(map(_loss, rates.values())))
    small = {rate: row for rate, row in rates.items() if rate <= 0.01}
    report.holds(
        ".0001 is the slowest of those that converge, by loss",
        _loss(rates[0.0001]) == max(map(_loss, small.values())),
    )

    study, seconds = run_study(product, "hidden-size")
    report.at_most("hidden sizes: seconds of the study", seconds, STUDY_SECONDS, " s")
    sizes = _by_value(study, "hidden_sizes")
    shown = ", ".join(f"{size} → {_accuracy(row):.2f}" for size, row in sizes.items())
    report.line("one hidden unit", shown, "< 0.7", _accuracy(sizes[1]) < 0.7)

    study, seconds = run_study(product, "batch-size")
    report.at_most("batch sizes: seconds of the study", seconds, STUDY_SECONDS, " s")
    batches = _by_value(study, "batch_size")
    costs = {size: float(row["seconds_per_epoch"]["median"]) for size, row in batches.items()}
    shown = ", ".join(f"{size} → {cost * 1000:.1f} ms" for size, cost in costs.items())
    report.line("seconds an epoch", shown, "batch 1 costs the most", costs[1] == max(costs.values()))


def class_maps(report: Report, product: Product, config: dict[str, Any]) -> None:
    """A job's class maps of mosaics recover the tiles about as often as its network knows single pictures."""
    job = product.wait(product.create(**config)["id"], seconds=900)
    saved = product.http.get(f"/api/jobs/{job['id']}/checkpoints").json()["checkpoints"][-1]
    trained = load_trained(product.data_directory, job["id"], Name(saved["step"], saved["attempt"]))
    found = recovery(trained)
    report.line(
        f"{config['dataset']}: tiles recovered of {found.pictures}",
        f"{found.in_mosaics:.3f}, alone {found.alone:.3f}",
        "at least alone − 0.05",
        found.in_mosaics >= found.alone - 0.05,
    )
    answered = eventually(lambda: _drawn(product, job["id"]), ANSWER_SECONDS, "a class map", every=1)
    report.line("the API draws one", str(answered), "200", answered == 200)


def _drawn(product: Product, job_id: str) -> int | None:
    """The status of a request for a class map; none while the API says to ask again."""
    answer = product.http.post(f"/api/jobs/{job_id}/class-map", json={"tiles": 4}, timeout=60)
    return None if "Retry-After" in answer.headers else answer.status_code
