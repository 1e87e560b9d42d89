"""Command-line options made from the settings table, so that the two cannot disagree."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from app.messages import in_plain_words
from app.settings import PREFIX, SECRETS, Settings

_PLAIN = {"port": int, "cpu_slots": int, "data_dir": Path, "supervise": bool}


def _option(name: str, panel: str | None) -> inspect.Parameter:
    field = Settings.model_fields[name]
    default = "" if name in (*SECRETS, "database_url", "root_path", "allowed_hosts") else field.default
    flag = f"--{name.replace('_', '-')}"
    if _PLAIN.get(name) is bool:
        flag, default = f"{flag}/--no-{flag[2:]}", str(default).lower()
    shown = f", default {default}" if str(default) else ""
    text = f"{field.description} ({PREFIX}{name.upper()}{shown})"  # square brackets would be read as markup
    option = typer.Option(None, flag, help=text, show_default=False, rich_help_panel=panel)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=_PLAIN.get(name, str) | None
    )


def load_settings(**given: Any) -> Settings:
    """The settings from environment and options; ends the program with a sentence when one is wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        for problem in in_plain_words(error.errors(), list(Settings.model_fields)):
            option = f"--{problem.field.replace('_', '-')} ({PREFIX}{problem.field.upper()})"
            typer.echo(f"{option}: {problem.message}", err=True)
        raise typer.Exit(2) from None


def with_settings(
    *names: str, panel: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options `names`; the function gets one `settings` argument and its own ones.

    `panel` is the heading under which the command's help lists them.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command).parameters.values() if p.name != "settings"]

        @functools.wraps(command)
        def wrapped(**values: Any) -> None:
            given = {name: values.pop(name) for name in names}
            command(settings=load_settings(**given), **values)

        parameters = [*(_option(name, panel) for name in names), *own]
        wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        wrapped.__annotations__ = {p.name: p.annotation for p in parameters}
        del wrapped.__wrapped__
        return wrapped

    return decorate
