"""Log, metrics and CSV over HTTP."""

import csv
import io
import math
from datetime import datetime

import numpy as np
import pytest

from ml.columns import decode
from ml.entries import Note, Rewind, Status
from tests.serving import client_on
from tests.store import FakeWorker, metrics, new_job


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


@pytest.fixture
def worker(engine):
    return FakeWorker(engine, new_job(engine))


def test_log_pages_hold_every_entry_in_order(client, worker):
    for number in range(10):
        worker.write(Note("info", str(number)))
    found, after = [], 0
    while True:
        page = client.get(f"/api/jobs/{worker.job_id}/log?after={after}&limit=4").json()
        found += page["entries"]
        after = found[-1]["seq"]
        assert page["last_seq"] == 13
        if not page["more"]:
            break
    assert [entry["seq"] for entry in found] == list(range(1, 14))
    assert {"seq", "at", "type", "attempt"} <= set(found[0])


def test_log_columns_are_plain_or_typed(client, worker):
    losses = [0.1, math.nan, math.inf, -math.inf]
    worker.write(metrics("train", range(1, 5), losses))
    address = f"/api/jobs/{worker.job_id}/log?types=metrics"
    (plain,) = client.get(address).json()["entries"]
    (typed,) = client.get(f"{address}&encoding=typed").json()["entries"]
    assert plain["columns"]["loss"] == [float(np.float32(0.1)), "NaN", "Infinity", "-Infinity"]
    assert plain["columns"]["step"] == [1, 2, 3, 4]
    assert set(plain["columns"]) == {"step", "epoch", "loss", "accuracy", "learning_rate", "train_seconds"}
    assert typed["columns"]["learning_rate"] == {"constant": 0.1, "count": 4, "dtype": "f8"}
    assert np.array_equal(decode(typed["columns"]["loss"]), np.float32(losses), equal_nan=True)


def test_the_last_seq_is_the_logs_own_whatever_was_asked_for(client, worker):
    for number in range(10):
        worker.write(Note("info", str(number)))
    address = f"/api/jobs/{worker.job_id}/log"
    for query in ("", "?limit=2", "?types=status", "?types=metrics", "?after=12", "?after=500"):
        assert client.get(address + query).json()["last_seq"] == 13, query


def test_metrics_since_an_answer_continue_it_through_rewinds(client, worker):
    """What a reader keeps who only asks for increments is what one answer from the beginning holds."""
    address = f"/api/jobs/{worker.job_id}/metrics?split=test"
    kept: dict[str, list[float]] = {"step": [], "loss": []}
    after = 0

    def follow() -> dict[str, object]:
        nonlocal after
        more = client.get(f"{address}&after={after}").json()
        if more["rewound_to"] is not None:
            for name in ("loss", "step"):
                pairs = zip(kept[name], kept["step"], strict=True)
                kept[name] = [value for value, step in pairs if step <= more["rewound_to"]]
        for name in kept:
            kept[name] += more["columns"][name]
        after = more["last_seq"]
        whole = client.get(address).json()
        assert kept == {name: whole["columns"][name] for name in kept}
        return more

    worker.write(metrics("test", [9], [0.5]), metrics("test", [18], [0.25]), metrics("train", [19], [9.0]))
    assert follow()["rewound_to"] is None, "there is nothing to drop yet"
    assert follow()["total_points"] == 0
    worker.write(metrics("test", [27], [1.0]), Rewind(18), metrics("test", [27], [2.0]))
    more = follow()
    assert (more["rewound_to"], more["columns"]["step"]) == (18, [27])
    worker.write(Rewind(20), metrics("test", [36], [3.0]), Rewind(9), metrics("test", [18], [4.0]))
    assert follow()["rewound_to"] == 9
    worker.write(Rewind(-1), metrics("test", [0], [5.0]))
    assert follow()["rewound_to"] == -1
    assert kept["loss"] == [5.0]


def test_unknown_types_and_jobs_are_refused(client, worker):
    assert client.get(f"/api/jobs/{worker.job_id}/log?types=metric").status_code == 422
    assert client.get(f"/api/jobs/{worker.job_id}/log?after=-1").status_code == 422
    assert client.get(f"/api/jobs/{worker.job_id}/metrics?split=all").status_code == 422
    assert client.get("/api/jobs/nobody/log").status_code == 404
    assert client.get("/api/jobs/nobody/metrics").status_code == 404


def test_metrics_of_a_short_job_are_complete(client, worker):
    worker.steps(1, 20)
    worker.write(metrics("test", [9], [0.5]))
    found = client.get(f"/api/jobs/{worker.job_id}/metrics").json()
    assert found["columns"]["step"] == list(range(1, 21))
    assert (found["total_points"], found["sampled"], found["last_seq"]) == (20, False, 5)
    test = client.get(f"/api/jobs/{worker.job_id}/metrics?split=test").json()
    assert test["columns"] == {"step": [9], "epoch": [1], "loss": [0.5], "accuracy": [0.5]}
    empty = client.get(f"/api/jobs/{worker.job_id}/metrics?split=validation").json()
    assert empty["columns"] == {"step": [], "epoch": [], "loss": [], "accuracy": []}


def test_metrics_are_sampled_within_a_range_of_steps(client, worker):
    noise = np.random.default_rng(0).random(5000)
    noise[[1234, 3000]] = [50, math.nan]
    worker.write(metrics("train", range(1, 5001), noise))
    address = f"/api/jobs/{worker.job_id}/metrics?max_points=100"
    found = client.get(address).json()
    assert found["sampled"]
    assert found["total_points"] == 5000
    assert len(found["columns"]["step"]) < 250
    assert {1, 1235, 3001, 5000} <= set(found["columns"]["step"])
    assert "NaN" in found["columns"]["loss"]
    part = client.get(f"{address}&from_step=100&to_step=150&encoding=typed").json()
    assert decode(part["columns"]["step"]).tolist() == list(range(100, 151))


def test_averaged_metrics_are_means_of_whole_ranges_of_steps(client, worker):
    worker.steps(1, 10)
    address = f"/api/jobs/{worker.job_id}/metrics?average_over=4"
    found = client.get(address).json()
    assert found["columns"]["step"] == [4, 8, 10]
    assert found["columns"]["rows"] == [4, 4, 2]
    means = [np.mean([1, 1 / 2, 1 / 3, 1 / 4]), 0.1586, 0.1056]
    assert found["columns"]["loss"] == pytest.approx(means, abs=1e-4)
    assert found["columns"]["train_seconds"] == pytest.approx([0.04, 0.08, 0.1])
    worker.steps(11, 13)
    more = client.get(f"{address}&after={found['last_seq']}").json()
    assert more["columns"]["step"] == [12, 13], "ranges lie where they lay, whatever was read before"
    assert more["columns"]["rows"] == [2, 1]
    assert "rows" not in client.get(f"/api/jobs/{worker.job_id}/metrics").json()["columns"]
    typed = client.get(f"{address}&encoding=typed").json()["columns"]
    assert decode(typed["rows"]).tolist() == [4, 4, 4, 1]
    assert client.get(f"/api/jobs/{worker.job_id}/metrics?average_over=0").status_code == 422


def test_rows_tell_when_they_were_made_on_request(client, worker):
    worker.steps(1, 5)
    worker.steps(6, 9)
    worker.write(metrics("test", [9], [0.5]))
    address = f"/api/jobs/{worker.job_id}"
    entries = client.get(f"{address}/log?types=metrics").json()["entries"]
    written = [datetime.fromisoformat(entry["at"]).timestamp() for entry in entries]
    found = client.get(f"{address}/metrics?at=true").json()["columns"]
    wanted = [written[0] - 0.01 * back for back in (4, 3, 2, 1, 0)]
    wanted += [max(wanted[-1], written[1] - 0.01 * back) for back in (3, 2, 1, 0)]
    assert found["at"] == pytest.approx(wanted, abs=1e-6)
    assert client.get(f"{address}/metrics?split=test&at=true").json()["columns"]["at"] == [written[2]]
    assert "at" not in client.get(f"{address}/metrics").json()["columns"]
    empty = client.get(f"{address}/metrics?split=validation&at=true").json()["columns"]
    assert empty["at"] == []


def test_csv_holds_every_row_and_empty_fields(client, worker):
    worker.steps(1, 3000)
    worker.write(metrics("validation", [3000], [math.nan], [0.25]))
    response = client.get(f"/api/jobs/{worker.job_id}/metrics.csv")
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 3001
    assert list(rows[0]) == ["split", "step", "epoch", "loss", "accuracy", "learning_rate", "train_seconds"]
    assert [int(row["step"]) for row in rows[:-1]] == list(range(1, 3001))
    assert float(rows[2]["loss"]) == float(np.float32(1 / 3))
    assert rows[-1] == {
        "split": "validation", "step": "3000", "epoch": "334", "loss": "NaN", "accuracy": "0.25",
        "learning_rate": "", "train_seconds": "",
    }  # fmt: skip


def test_metrics_and_csv_are_folds_after_rewinds_but_the_log_is_raw(client, worker):
    worker.steps(1, 9)
    worker.write(Rewind(to_step=5))
    worker.write(metrics("train", range(6, 8), [7.0, 7.0]), Status("completed"))
    address = f"/api/jobs/{worker.job_id}"
    assert client.get(f"{address}/metrics").json()["columns"]["step"] == [1, 2, 3, 4, 5, 6, 7]
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}/metrics.csv").text)))
    assert [row["step"] for row in rows] == list("1234567")
    raw = client.get(f"{address}/log?types=metrics,rewind").json()["entries"]
    assert [entry["type"] for entry in raw] == ["metrics", "rewind", "metrics"]
    assert client.get(address).json()["step"] == 7


def test_csv_rows_are_in_the_same_order_whenever_they_were_flushed(client, engine):
    jobs = [FakeWorker(engine, new_job(engine)) for _ in range(2)]
    often, rarely = jobs
    for epoch in (0, 1, 2):
        if epoch:
            often.steps(9 * epoch - 8, 9 * epoch)
        often.write(metrics("test", [9 * epoch], [0.5]), metrics("validation", [9 * epoch], [0.5]))
    rarely.steps(1, 18)
    for split in ("validation", "test"):
        rarely.write(metrics(split, [0, 9, 18], [0.5] * 3))
    first, second = (client.get(f"/api/jobs/{job.job_id}/metrics.csv").text for job in jobs)
    assert first == second
    found = [tuple(line.split(",")[:2]) for line in first.splitlines()[1:]]
    by_step = [("validation", "0"), ("test", "0")]
    for step in range(1, 19):
        splits = ("train", "validation", "test") if step in (9, 18) else ("train",)
        by_step += [(split, str(step)) for split in splits]
    assert found == by_step
