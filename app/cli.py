"""The command `livetrain` and its words. Rule: what a command does not need is not imported."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from app import VERSION
from app.options import with_settings
from app.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Neural networks that learn live on a page.",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Neural networks that learn live on a page."""


@app.command()
@with_settings(*Settings.model_fields)
def serve(
    settings: Settings,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Serve nothing; ask the server on this port whether all is well.")
    ] = False,
) -> None:
    """Serve the page and the API, and keep a supervisor of workers at work unless one is."""
    if check:
        from app.check import check_server

        _say(check_server, settings)
    else:
        from app.serve import serve as serve_forever

        serve_forever(settings)


@app.command()
@with_settings("data_dir", "database_url", "cpu_slots", "log_format")
def work(
    settings: Settings,
    *,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when no server is there and nothing is left to train.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Start nothing; see whether a supervisor is at work.")
    ] = False,
) -> None:
    """Supervise workers alone: give queued jobs to the machine's devices."""
    if check:
        from app.check import check_supervisor

        _say(check_supervisor, settings)
        return
    from app.jobs.work import AlreadySupervised, supervise
    from app.store.migrate import WrongDatabase

    try:
        supervise(settings, until_idle=until_idle)
    except (AlreadySupervised, WrongDatabase) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None


def _say(check: Callable[[Settings], None], settings: Settings) -> None:
    from app.check import NotWell

    try:
        check(settings)
    except NotWell as found:
        typer.echo(str(found), err=True)
        raise typer.Exit(1) from None
    typer.echo("At work.")


@app.command()
@with_settings("data_dir", "database_url")
def clean(
    settings: Settings,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    checkpoints_of: Annotated[
        Literal["ended"] | None,
        typer.Option(help="Of jobs that have ended, remove all checkpoints but the last and the best."),
    ] = None,
) -> None:
    """Remove files in the data folder that nothing needs."""
    from app.upkeep.clean import clean as clean_up

    clean_up(settings, drop_of_ended=checkpoints_of == "ended", only_say=dry_run)


@app.command()
@with_settings("data_dir", "database_url")
def backup(
    settings: Settings,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A name that ends with .tar or .tar.gz.")],
) -> None:
    """Write jobs, logs and checkpoints into one file, while everything runs."""
    from app.upkeep.backup import back_up

    back_up(settings, file)


@app.command()
@with_settings("data_dir", "database_url")
def restore(
    settings: Settings, *, file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]
) -> None:
    """Restore a backup into a data folder without a database."""
    from app.upkeep.restore import restore as restore_from

    restore_from(settings, file)


def _add_train() -> None:
    from app.command.train import train

    app.command()(train)


def _add_jobs() -> None:
    from app.command.jobs import jobs

    app.add_typer(jobs, name="jobs")


_ADDED = {"train": _add_train, "jobs": _add_jobs}  # what they need, no other command pays for


def main() -> None:
    """Entry point."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    here = {command.callback.__name__ for command in app.registered_commands if command.callback}
    for name, add in _ADDED.items():
        if word == name or word not in here | _ADDED.keys():
            add()
    app()


if __name__ == "__main__":
    main()
