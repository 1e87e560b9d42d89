"""Bringing a database to this version's tables. Rule: a newer version's file is refused and not touched."""

import fcntl
import sqlite3
from pathlib import Path

from app.store.database import database_path

REVISIONS = (
    "0001",
    "0002",
    "0003",
)  # oldest first; the last one is what this version of the program works with


class WrongDatabase(Exception):  # noqa: N818 - it names what was found
    """The file cannot be used by this version; the message says what to do."""


def revision_of(path: Path) -> str | None:
    """The revision of the tables in the file; None where there are none. Raises WrongDatabase."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
    try:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
    except sqlite3.DatabaseError as error:
        raise WrongDatabase(f"{path} is not a database Livetrain can read ({error}).") from error
    finally:
        connection.close()
    if tables:
        raise WrongDatabase(
            f"{path} is a database of another program; give LIVETRAIN_DATA_DIR another folder."
        )
    return None


def _is_current(path: Path) -> bool:
    version = revision_of(path)
    if version is not None and version not in REVISIONS:
        raise WrongDatabase(
            f"{path} was written by a newer Livetrain (version {version}; this one knows {REVISIONS[-1]}). "
            "It was not touched; install the newer Livetrain or choose another LIVETRAIN_DATA_DIR."
        )
    return version == REVISIONS[-1]


def _refuse_a_lone_journal(path: Path) -> None:
    """A journal alone belongs to a database that was moved: a new one beside it would take it over."""
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and not path.exists():
        raise WrongDatabase(
            f"{path} is not there, but its journal {journal.name} is: put the database back. If it is gone "
            f"for good, remove {journal.name} and {path.name}-shm to begin anew."
        )


def bring_up_to_date(url: str) -> None:
    """Create or upgrade the tables behind `url`. Raises WrongDatabase for a file that is not ours."""
    path = database_path(url)
    _refuse_a_lone_journal(path)
    if _is_current(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a server and a supervisor may start at the same moment
        if not _is_current(path):
            _upgrade(url)


def _upgrade(url: str) -> None:
    from alembic import command  # 0.3 s that only a first start or an upgrade pays
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, REVISIONS[-1])
