"""The command `livetrain` and its words. Rule: what a command does not need is not imported."""

import sys
from typing import Annotated

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
def serve(settings: Settings) -> None:
    """Serve the page and the API, and start a supervisor of workers unless one is at work."""
    from app.serve import serve as serve_forever

    serve_forever(settings)


@app.command()
@with_settings("data_dir", "database_url", "cpu_slots")
def work(
    settings: Settings,
    *,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="End when no server is there and nothing is left to train.")
    ] = False,
) -> None:
    """Supervise workers alone: give queued jobs to the machine's devices."""
    from app.jobs.work import AlreadySupervised, supervise
    from app.store.migrate import WrongDatabase

    try:
        supervise(settings, until_idle=until_idle)
    except (AlreadySupervised, WrongDatabase) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Supervisor ended. Trainings go on; the next supervisor finds them.", err=True)


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
