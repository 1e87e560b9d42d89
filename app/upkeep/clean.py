"""`livetrain clean`: removes what nothing needs, and says so. Rule: with `--dry-run` it only says so."""

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import typer

from app.command.table import show_columns, size_words
from app.command.words import FAILED, refuse
from app.settings import Settings
from app.store.database import database_path
from app.store.migrate import WrongDatabase, revision_of
from app.upkeep.waste import Waste, find


def clean(settings: Settings, *, drop_of_ended: bool, only_say: bool) -> None:
    """Find, remove, report; ends the command with a sentence where the data folder cannot be read."""
    database = database_path(settings.database)
    try:
        if revision_of(database) is None:
            refuse([f"There is no database at {database}; is --data-dir right?"], FAILED)
        found = [
            (waste, waste.size) for waste in find(settings.data_dir, database, drop_of_ended=drop_of_ended)
        ]
        if not only_say:
            for waste, _ in found:
                _remove(waste)
    except WrongDatabase as wrong:
        refuse([str(wrong)], FAILED)
    except sqlite3.Error as error:
        refuse([f"The database cannot be read: {error}."], FAILED)
    except OSError as error:
        refuse([f"{error.filename}: {error.strerror}."], FAILED)
    if not found:
        typer.echo(f"Nothing in {settings.data_dir} is without use.")
        return
    show_columns(
        ("SIZE", "WHAT", "WHY"),
        ((size_words(size), _shown(waste.path, settings.data_dir), waste.why) for waste, size in found),
    )
    total = size_words(sum(size for _, size in found))
    typer.echo(f"{'Would give' if only_say else 'Gave'} {total} back.")


def _remove(waste: Waste) -> None:
    with suppress(FileNotFoundError):  # somebody else removed it
        if waste.path.is_dir():
            shutil.rmtree(waste.path)
        else:
            waste.path.unlink()


def _shown(path: Path, data_directory: Path) -> str:
    return str(path.relative_to(data_directory)) if path.is_relative_to(data_directory) else str(path)
