"""`livetrain restore FILE`: a backup into a data folder without a database.

Rule: everything is unpacked and checked beside first, and the database is moved into place last, so a data
folder is restored whole or stays empty. Jobs that trained become `interrupted` at the next start and go on.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import typer
from tqdm import tqdm

from app.command.table import count_words
from app.command.words import FAILED, refuse
from app.occupied import SERVER, SUPERVISOR, Occupied, hold
from app.settings import Settings
from app.store.database import database_path
from app.store.migrate import REVISIONS, WrongDatabase, revision_of
from app.upkeep import archive
from ml.datasets import own

WORKING = "restore.partial"


def restore(settings: Settings, file: Path) -> None:
    """Restore, showing progress; ends the command with a sentence where it cannot."""
    database = database_path(settings.database)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with _alone(settings.data_dir):
            _refuse_what_is_there(settings.data_dir, database)
            manifest = _restore(settings.data_dir, database, file)
    except archive.BadArchive as bad:
        refuse([str(bad)], FAILED)
    except OSError as error:
        refuse([f"{error.filename or file}: {error.strerror}. Nothing was restored."], FAILED)
    what = f"{count_words(manifest['jobs'], 'job')} and {count_words(manifest['checkpoints'], 'checkpoint')}"
    if manifest.get("datasets"):
        what += f", {count_words(manifest['datasets'], 'uploaded data set')},"
    typer.echo(f"Restored {what} of {manifest['created_at']} into {settings.data_dir}.")
    typer.echo("Start it with `livetrain serve`; jobs that trained go on from their last checkpoint.")


@contextmanager
def _alone(data_directory: Path) -> Iterator[None]:
    """Nobody else starts to work there meanwhile."""
    with ExitStack() as held:
        for lock, who in ((SERVER, "A server"), (SUPERVISOR, "A supervisor")):
            try:
                held.enter_context(closing(hold(data_directory / lock)))
            except Occupied:
                sentence = f"{who} works in {data_directory}: end it first, or choose another --data-dir."
                refuse([sentence], FAILED)
        yield


def _refuse_what_is_there(data_directory: Path, database: Path) -> None:
    for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
        if path.exists():
            sentence = f"{path} is there already, and is not overwritten: move it away with its checkpoints"
            refuse([f"{sentence}, or restore into another --data-dir."], FAILED)
    checkpoints = data_directory / "checkpoints"
    if checkpoints.is_dir() and any(checkpoints.iterdir()):
        sentence = f"{checkpoints} holds checkpoints of other jobs"
        refuse([f"{sentence}: move it away, or choose another --data-dir."], FAILED)
    if names := own.names(data_directory):
        refuse(
            [
                f"{own.root(data_directory)} holds uploaded data sets ({', '.join(names[:3])}): "
                "move them away, or choose another --data-dir."
            ],
            FAILED,
        )
    workers = [
        process.pid for process in psutil.process_iter(["cmdline"]) if _works_in(process, data_directory)
    ]
    if workers:
        pids = ", ".join(map(str, workers))
        refuse(
            [f"Workers still train in {data_directory} (process {pids}): wait for them, or end them."], FAILED
        )


def _works_in(process: psutil.Process, data_directory: Path) -> bool:
    words = process.info["cmdline"] or []
    return "app.jobs.worker" in words and str(data_directory) in words


def _restore(data_directory: Path, database: Path, file: Path) -> dict[str, Any]:
    working = data_directory / WORKING
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir()
    try:
        with archive.opened(file) as (tar, manifest):
            if manifest["revision"] not in REVISIONS:
                newer = f"{file} is a backup of a newer Livetrain, {manifest['version']}"
                raise archive.BadArchive(f"{newer}: this one cannot read it. Install that one, then restore.")
            with tqdm(total=manifest["bytes"], unit="B", unit_scale=True, leave=False) as bar:
                archive.unpack(tar, working, bar.update)
        unpacked = working / archive.DATABASE
        _check(unpacked, manifest)
        _move_into_place(working, data_directory, unpacked, database)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return manifest


def _check(database: Path, manifest: dict[str, Any]) -> None:
    """The database is whole and ours; who worked on it is forgotten, for nobody does now."""
    try:
        revision = revision_of(database)
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            if revision != manifest["revision"] or found != [("ok",)]:
                raise archive.BadArchive(f"The backup's database is damaged: {found[0][0]}.")
            connection.execute("DELETE FROM processes")
            connection.execute("DELETE FROM requests")
    except (WrongDatabase, sqlite3.Error) as error:
        raise archive.BadArchive(f"The backup's database cannot be used: {error}") from error


def _move_into_place(working: Path, data_directory: Path, unpacked: Path, database: Path) -> None:
    checkpoints = data_directory / "checkpoints"
    partial = database.with_name(f"{database.name}.partial")
    database.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(unpacked, partial)  # it may lie on another file system than the data folder
    uploaded = list((working / "datasets").iterdir()) if (working / "datasets").is_dir() else []
    if uploaded:
        own.root(data_directory).mkdir(exist_ok=True)
    moved = (working / "checkpoints").is_dir()
    for folder in uploaded:
        folder.rename(own.root(data_directory) / folder.name)
    if moved:
        checkpoints.rmdir() if checkpoints.is_dir() else None
        (working / "checkpoints").rename(checkpoints)
    try:
        partial.rename(database)
    except OSError:
        partial.unlink(missing_ok=True)
        if moved:
            shutil.rmtree(checkpoints)
        for folder in uploaded:
            shutil.rmtree(own.root(data_directory) / folder.name)
        raise
