"""Backup and restore of the whole product while it trains."""

import sqlite3
import subprocess
from contextlib import closing

import numpy as np

from app.jobs.folds import surviving
from tests.product import LIVETRAIN, Product, eventually


def command(*words, folder):
    done = subprocess.run(
        [LIVETRAIN, *map(str, words), "--data-dir", str(folder)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done


def logs(database):
    """Every job's log, by seq."""
    found = {}
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for job_id, seq, text in connection.execute(
            "SELECT job_id, seq, text FROM entries ORDER BY job_id, seq"
        ):
            found.setdefault(job_id, {})[seq] = text
    return found


def test_a_backup_under_load_is_restored_and_trains_on(own_product: Product, tmp_path):
    product = own_product
    done = product.create(dataset="digits", epochs=2)["id"]
    product.wait(done, "completed")
    training = product.create(hidden_sizes=[16], batch_size=20, epochs=1_000_000)["id"]
    waiting = product.create(epochs=1)["id"]
    eventually(
        lambda: product.http.get(f"/api/jobs/{training}/checkpoints").json()["checkpoints"],
        60,
        "a checkpoint",
    )
    file, target = tmp_path / "kept.tar.gz", tmp_path / "restored"
    before = product.job(training)["step"]
    said = command("backup", file, folder=product.data_directory)
    assert "3 jobs" in said.stdout
    eventually(lambda: product.job(training)["step"] > before, 20, "further steps")
    product.http.post(f"/api/jobs/{training}/stop")
    product.wait(training, "stopped")
    command("restore", file, folder=target)

    original, restored = logs(product.data_directory / "livetrain.db"), logs(target / "livetrain.db")
    assert restored[done] == original[done]
    assert restored[waiting] == {1: original[waiting][1]}
    assert list(restored[training]) == list(range(1, len(restored[training]) + 1))
    assert restored[training].items() <= original[training].items()
    product.end()

    with Product(target) as again:
        again.ready()
        assert again.job(done)["status"] == "completed"
        assert again.http.get(f"/api/jobs/{done}/metrics.csv").text.count("train,") == again.job(done)["step"]
        job = again.wait(training, "interrupted", seconds=60)
        assert (job["reason"], job["step"] >= before) == ("worker_lost", True)
        saved = again.http.get(f"/api/jobs/{training}/checkpoints").json()["checkpoints"]
        assert saved, "the backup holds what it goes on from"
        again.http.post(f"/api/jobs/{training}/resume")
        again.wait(waiting, "completed")
        eventually(lambda: again.job(training)["step"] > job["step"] + 100, 60, "steps of the next attempt")
        assert again.job(training)["attempt"] == 2
        again.http.post(f"/api/jobs/{training}/stop")
        again.wait(training, "stopped")
        texts = list(logs(target / "livetrain.db")[training].values())
        assert any(f'"type":"rewind","to_step":{saved[-1]["step"]}' in text for text in texts)
        steps = np.concatenate([e.columns["step"] for e, _ in surviving(texts) if e.split == "train"])
        assert np.array_equal(steps, np.arange(1, len(steps) + 1)), "every step once, in order"
