"""The database is created, kept, or refused untouched."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.store.attempts import RESTARTS
from app.store.migrate import WrongDatabase, bring_up_to_date
from app.store.schema import metadata
from tests.keep_release import DATA
from tests.store import new_job, new_store, row_of, url_in


def test_migrations_make_exactly_the_schema(tmp_path):
    engine = new_store(tmp_path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_current_database_costs_no_alembic(tmp_path):
    bring_up_to_date(url_in(tmp_path))
    code = (
        "import sys; from app.store.migrate import bring_up_to_date;"
        f"bring_up_to_date({url_in(tmp_path)!r}); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_newer_database_is_refused_and_not_touched(tmp_path):
    bring_up_to_date(url_in(tmp_path))
    path = tmp_path / "livetrain.db"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(WrongDatabase, match="newer Livetrain"):
        bring_up_to_date(url_in(tmp_path))
    assert path.read_bytes() == before


def test_jobs_of_the_first_version_start_again_by_themselves_only_where_they_had_not_begun(tmp_path):
    with closing(sqlite3.connect(tmp_path / "livetrain.db")) as connection:
        connection.executescript((DATA / "schema_0001.sql").read_text())
    bring_up_to_date(url_in(tmp_path))
    with closing(sqlite3.connect(tmp_path / "livetrain.db")) as connection:
        found = set(connection.execute("SELECT status = 'queued', restarts_left FROM jobs"))
    assert found == {(1, RESTARTS), (0, 0)}


def test_another_programs_database_is_refused(tmp_path):
    connection = sqlite3.connect(tmp_path / "livetrain.db")
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(WrongDatabase, match="another program"):
        bring_up_to_date(url_in(tmp_path))


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "livetrain.db").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(WrongDatabase, match="can read"):
        bring_up_to_date(url_in(tmp_path))


def test_a_journal_without_its_database_is_left_for_the_one_it_belongs_to(tmp_path):
    engine = new_store(tmp_path)
    job_id = new_job(engine)
    path = tmp_path / "livetrain.db"
    path.rename(tmp_path / "elsewhere")  # and its journal stays, for somebody has it open
    with pytest.raises(WrongDatabase, match="put the database back"):
        bring_up_to_date(url_in(tmp_path))
    assert not path.exists()
    (tmp_path / "elsewhere").rename(path)
    bring_up_to_date(url_in(tmp_path))
    assert row_of(engine, job_id).status == "queued"
    engine.dispose()
