"""`livetrain backup FILE`: jobs, logs and checkpoints into one file while everything runs.

Rule: FILE is a whole backup or what it was before. Caches and downloads are left out: they can be made again.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import typer
from tqdm import tqdm

from app import VERSION
from app.command.table import count_words, size_words
from app.command.words import FAILED, refuse
from app.occupied import BACKUP, Occupied, hold
from app.settings import Settings
from app.store.database import database_path
from app.store.migrate import WrongDatabase, revision_of
from app.upkeep import archive
from app.upkeep.picture import Picture, take
from ml.clock import now
from ml.datasets import own

WORKING = "backup.partial"  # in the data folder, so that links are on one file system


def back_up(settings: Settings, file: Path) -> None:
    """Write the backup, showing progress; ends the command with a sentence where it cannot."""
    if archive.compression_of(file) is None:
        refuse([f"{file}: give the backup a name that ends with {' or '.join(archive.COMPRESSIONS)}."])
    database = database_path(settings.database)
    try:
        revision = revision_of(database)
        if revision is None:
            refuse([f"There is no database at {database}; is --data-dir right?"], FAILED)
        with closing(hold(settings.data_dir / BACKUP)):
            _back_up(settings, database, revision, file)
    except Occupied:
        refuse([f"Another backup of {settings.data_dir} is being made; wait for its end."], FAILED)
    except WrongDatabase as wrong:
        refuse([str(wrong)], FAILED)
    except sqlite3.Error as error:
        refuse([f"The database cannot be read: {error}."], FAILED)
    except OSError as error:
        refuse([f"{error.filename or file}: {error.strerror}. {file} is as it was before."], FAILED)


def _back_up(settings: Settings, database: Path, revision: str, file: Path) -> None:
    working = settings.data_dir / WORKING
    shutil.rmtree(working, ignore_errors=True)  # of a backup that was killed: we hold the lock
    working.mkdir()
    try:
        with tqdm(unit="page", desc="database", leave=False) as bar:

            def report(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            picture = take(database, settings.data_dir / "checkpoints", working, report)
        files = _files(picture) | _uploaded(settings.data_dir, working)
        size = sum(path.stat().st_size for path in files.values())
        manifest: dict[str, Any] = {
            "version": VERSION,
            "revision": revision,
            "created_at": now(),
            "jobs": picture.jobs,
            "checkpoints": len(picture.checkpoints),
            "datasets": len({name.split("/")[1] for name in files if name.startswith("datasets/")}),
            "bytes": size,
        }
        with tqdm(total=size, unit="B", unit_scale=True, desc=file.name, leave=False) as bar:
            archive.write(file, manifest, files, bar.update)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    for job_id, name in picture.missing:
        typer.echo(f"warning: the files of {job_id}'s last checkpoint, {name}, are not there.", err=True)
    what = f"{count_words(picture.jobs, 'job')}, {count_words(len(picture.checkpoints), 'checkpoint')}"
    if manifest["datasets"]:
        what += f", {count_words(manifest['datasets'], 'uploaded data set')}"
    typer.echo(f"{file}: {what}, {size_words(file.stat().st_size)}. Caches and downloads are left out.")


def _uploaded(data_directory: Path, working: Path) -> dict[str, Path]:
    """The uploaded data sets, linked like the checkpoints, so that one may be deleted meanwhile."""
    files: dict[str, Path] = {}
    for name in own.names(data_directory):
        linked = working / "datasets" / name
        try:
            shutil.copytree(own.root(data_directory) / name, linked, copy_function=_linked)
        except (FileNotFoundError, shutil.Error):
            continue  # deleted meanwhile
        files |= {f"datasets/{name}/{path.name}": path for path in sorted(linked.iterdir())}
    return files


def _linked(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except FileNotFoundError:
        raise
    except OSError:  # a disk without hard links
        shutil.copy2(source, target)


def _files(picture: Picture) -> dict[str, Path]:
    files = {archive.DATABASE: picture.database}
    for (job_id, name), folder in picture.checkpoints.items():
        for path in sorted(folder.iterdir()):
            files[f"checkpoints/{job_id}/{name}/{path.name}"] = path
    return files
