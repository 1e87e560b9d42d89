"""Snapshots: announced in the log, kept beside it, taken without touching what is learned."""

import orjson
import pytest
import torch

from app.jobs.progress import Progress
from app.store import jobs as job_rows
from app.store import snapshots
from app.store.database import reading, writing
from app.store.log import append, lines, read
from ml.config import TrainConfig
from ml.control import NoControl
from ml.datasets.registry import describe
from ml.entries import INLINE_BYTES, Metrics, Snapshot, Status
from ml.plan import plan
from ml.snapshots import observer
from ml.snapshots.taker import Taker
from ml.train import train


@pytest.fixture
def job_id(engine, tmp_path):
    config = TrainConfig()
    with writing(engine) as connection:
        made = job_rows.create(
            connection, config, Progress(plan(config, describe("circles", tmp_path))).to_json()
        )
        append(connection, made, 1, lines(Status("starting")))
    return made


def logged(engine, job_id, *new):
    with writing(engine) as connection:
        append(connection, job_id, 1, [line for entry in new for line in lines(entry)])
    with reading(engine) as connection:
        return [orjson.loads(entry.text) for entry in read(connection, job_id, 0, -1, ["snapshot"])]


def test_a_snapshot_is_announced_and_its_content_kept(engine, job_id):
    (entry,) = logged(engine, job_id, Snapshot("boundary", 7, 1, "application/octet-stream", b"\x00\xff"))
    assert entry["url"] == f"/api/jobs/{job_id}/snapshots/{entry['seq']}"
    assert (entry["kind"], entry["step"], entry["epoch"], entry["bytes"]) == ("boundary", 7, 1, 2)
    assert "data" not in entry
    with reading(engine) as connection:
        assert snapshots.content(connection, job_id, entry["seq"]) == (
            "application/octet-stream",
            b"\x00\xff",
        )
        assert snapshots.content(connection, job_id, entry["seq"] + 1) is None


def test_only_short_json_travels_in_the_entry(engine, job_id):
    short, long = orjson.dumps([1, 2]), orjson.dumps("x" * INLINE_BYTES)
    found = logged(
        engine, job_id, *(Snapshot("norms", 1, 1, "application/json", content) for content in (short, long))
    )
    assert found[0]["data"] == [1, 2]
    with reading(engine) as connection:
        contents = [snapshots.content(connection, job_id, entry["seq"]) for entry in found]
    assert contents == [("application/json", short), ("application/json", long)]
    assert "data" not in found[1]
    assert found[1]["bytes"] == len(long)


def test_contents_go_with_their_job(engine, job_id):
    (entry,) = logged(engine, job_id, Snapshot("norms", 1, 1, "application/json", b"[]"))
    with writing(engine) as connection:
        job_rows.remove(connection, job_id)
    with reading(engine) as connection:
        assert snapshots.content(connection, job_id, entry["seq"]) is None


class Both(Taker):
    def between_steps(self, scene):
        yield scene.json_snapshot("between", scene.learner.position.step)

    def after_epoch(self, scene, scores):
        yield scene.json_snapshot("after", sorted(scores))


def losses(entries):
    return torch.cat(
        [
            torch.from_numpy(entry.columns["loss"])
            for entry in entries
            if isinstance(entry, Metrics) and entry.split == "train"
        ]
    )


def test_looking_changes_no_curve(tmp_path, monkeypatch):
    config = TrainConfig(epochs=3, batch_size=20)
    unseen = list(train(config, NoControl(), tmp_path))
    monkeypatch.setattr(observer, "TAKERS", (lambda scene: Both(), lambda scene: None))
    seen = list(train(config, NoControl(), tmp_path))
    taken = [entry for entry in seen if isinstance(entry, Snapshot)]
    epochs = [entry.epoch for entry in taken if entry.kind == "after"]
    assert epochs[0] == 0
    assert epochs[-1] == 3
    assert all(entry.content == b'["test","validation"]' for entry in taken if entry.kind == "after")
    assert torch.equal(losses(unseen), losses(seen))
