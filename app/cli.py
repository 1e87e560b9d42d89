"""The command `livetrain`: serve, work, train. Rule: what a command does not need is not imported."""

import sys
from collections.abc import Callable
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
@with_settings("data_dir", "database_url", "cpu_slots")
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
    except KeyboardInterrupt:
        typer.echo("Supervisor ended. Trainings go on; the next supervisor finds them.", err=True)


def _say(check: Callable[[Settings], None], settings: Settings) -> None:
    from app.check import NotWell

    try:
        check(settings)
    except NotWell as found:
        typer.echo(str(found), err=True)
        raise typer.Exit(1) from None
    typer.echo("At work.")


def main() -> None:
    """Entry point; `train` brings torch with it, so it is loaded only when it may be meant."""
    if sys.argv[1:2] not in (["serve"], ["work"]):
        from app.train_command import train

        app.command()(train)
    app()


if __name__ == "__main__":
    main()
