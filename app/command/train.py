"""`livetrain train KEY=VALUE…`: one config trained in the terminal, no server and no database."""

import difflib
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from pydantic import ValidationError

from app.command.terminal import Terminal, report
from app.command.words import parse_assignments, refuse
from app.messages import in_plain_words
from ml.checks import problems
from ml.config import TrainConfig
from ml.control import Command, NoControl, Stop
from ml.datasets.failures import DatasetFailure
from ml.datasets.registry import facts_of, names
from ml.entries import Status
from ml.naming import label
from ml.plan import plan
from ml.threads import worthwhile_threads


class TerminalControl(NoControl):
    """Ctrl-C asks for a stop after the current step; a second one ends the process at once."""

    def __init__(self) -> None:
        self._stop = False
        self._previous = signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self._stop = True
        signal.signal(signal.SIGINT, self._previous)

    def commands(self) -> Sequence[Command]:
        """A stop, once Ctrl-C was pressed."""
        return (Stop(),) if self._stop else ()


def parse_config(assignments: Iterable[str]) -> TrainConfig:
    """The config of KEY=VALUE words. Exits with a message naming field and fix when it cannot be."""
    values = parse_assignments(assignments)
    unknown = [_unknown_field(key) for key in values if key not in TrainConfig.model_fields]
    if unknown:
        refuse(unknown)
    try:
        return TrainConfig.model_validate(values)
    except ValidationError as error:
        found = in_plain_words(error.errors(), list(TrainConfig.model_fields))
        refuse(f"{problem.field}: {problem.message}" for problem in found)


def _unknown_field(key: str) -> str:
    near = difflib.get_close_matches(key, TrainConfig.model_fields, n=1)
    hint = f"did you mean {near[0]}?" if near else "fields are " + ", ".join(TrainConfig.model_fields)
    return f"{key}: no such field; {hint}"


def train(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE...", help="Fields of the config, such as dataset=digits epochs=5."),
    ] = None,
    data_dir: Annotated[Path, typer.Option(envvar="LIVETRAIN_DATA_DIR", help="Folder of data sets.")] = Path(
        "livetrain-data"
    ),
) -> None:
    """Train one config in the terminal, without a server."""
    config = parse_config(assignments or [])
    try:
        facts = facts_of(config, data_dir)
    except DatasetFailure as failure:
        refuse([f"dataset: {failure}. Here are {', '.join(names(data_dir))}."])
    found = problems(config, facts)
    if found:
        refuse(f"{problem.field}: {problem.message}" for problem in found)

    from ml.allocator import keep_pages
    from ml.failures import explain

    keep_pages()
    import torch  # its 2 s only once the config is known to be good

    from ml.train import train as train_entries

    torch.set_num_threads(worthwhile_threads(config, facts, torch.get_num_threads()))

    typer.echo(label(config))
    planned = plan(config, facts)
    terminal = Terminal(planned.steps_per_epoch, planned.total_steps // planned.steps_per_epoch)
    try:
        for entry in train_entries(config, TerminalControl(), data_dir):
            terminal.show(entry)
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes words and an exit code
        terminal.status = Status("failed", *explain(error))
    finally:
        terminal.close()
    assert terminal.status is not None, "every training ends with a status"
    report(terminal.status)
