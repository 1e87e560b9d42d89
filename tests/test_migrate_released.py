"""Databases of released versions, with data in them: upgraded, served unchanged, and trained on.

A release whose schema is a new one adds its files by `python -m tests.keep_release`; nothing changes here.
"""

import json
import re
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.store.database import open_database
from app.store.migrate import REVISIONS, bring_up_to_date
from app.store.schema import metadata
from tests.keep_release import DATA, answers
from tests.product import Product
from tests.serving import client_on
from tests.store import url_in

RELEASED = sorted(DATA.glob("schema_*.sql"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request, tmp_path):
    """A data folder as that release left it, and what its API said then."""
    folder = tmp_path / "data"
    folder.mkdir()
    connection = sqlite3.connect(folder / "livetrain.db")
    connection.executescript(request.param.read_text())
    connection.close()
    return folder, json.loads(request.param.with_suffix(".json").read_text())


def test_every_released_schema_is_kept():
    kept = [path.stem.removeprefix("schema_") for path in RELEASED]
    assert kept[: len(REVISIONS) - 1] == list(REVISIONS[:-1]), "run tests.keep_release with the released code"
    for path in RELEASED:
        (version,) = re.findall(r"INSERT INTO \"alembic_version\" VALUES\('(\w+)'\)", path.read_text())
        assert path.stem == f"schema_{version}"


def test_a_released_database_gets_exactly_the_schema_and_stays_whole(released):
    folder, _ = released
    bring_up_to_date(url_in(folder))
    engine = open_database(url_in(folder))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


def test_jobs_logs_and_csv_of_a_released_database_are_served_unchanged(released):
    folder, expected = released
    with client_on(folder) as client:
        found = answers(client)
        assert client.get(f"/api/jobs/{expected['deleted']}").status_code == 404
        for job in expected["jobs"]:
            rows = client.get(f"/api/jobs/{job['id']}/metrics?split=train").json()["total_points"]
            before = job["forked_from"]["step"] if job["forked_from"] else 0
            assert rows == job["step"] - before
    assert found["logs"] == expected["logs"]
    assert found["csv"] == expected["csv"]
    # a later version may say more of a job, and has defaults for new fields of its config
    assert [
        _as_far_as(job, found_job) for job, found_job in zip(expected["jobs"], found["jobs"], strict=True)
    ] == (expected["jobs"])


def _as_far_as(expected, found):
    """`found` without the fields that `expected` does not have, at every depth."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {name: _as_far_as(value, found.get(name)) for name, value in expected.items()}
    return found


def test_training_goes_on_with_a_released_database(released):
    folder, expected = released
    (queued,) = [job["id"] for job in expected["jobs"] if job["status"] == "queued"]
    with Product(folder) as product:
        new = product.create(epochs=1)["id"]
        assert product.wait(queued)["status"] == "completed"
        assert product.wait(new)["status"] == "completed"
        kept = [job for job in expected["jobs"] if job["id"] != queued]
        assert {job["id"]: product.job(job["id"])["status"] for job in kept} == {
            job["id"]: job["status"] for job in kept
        }
