"""`livetrain train KEY=VALUE…`: one config trained in the terminal, no server and no database."""

import difflib
import json
import signal
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from tqdm import tqdm

from app.messages import in_plain_words
from ml.checks import problems
from ml.config import TrainConfig
from ml.control import Command, NoControl, Stop
from ml.datasets.registry import describe
from ml.entries import Entry, Metrics, Note, Status
from ml.naming import label
from ml.plan import plan
from ml.threads import worthwhile_threads

INPUT_ERROR = 2  # exit code: the config cannot be
TEXT_FIELDS = ("name", "device")
FAILED = 1  # exit code: the training failed


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


def parse_value(text: str) -> Any:
    """`text` as JSON where it is JSON (numbers, true, null, [16, 16]), else the word itself."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def parse_config(assignments: Iterable[str]) -> TrainConfig:
    """The config of KEY=VALUE words. Exits with a message naming field and fix when it cannot be."""
    values: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals:
            _refuse([f"{assignment}: write KEY=VALUE, such as learning_rate=0.1"])
        if key in values:
            _refuse([f"{key}: given twice; give it once"])
        values[key] = value if key in TEXT_FIELDS else parse_value(value)
        if key == "hidden_sizes" and not isinstance(values[key], list):
            values[key] = parse_value(f"[{value}]")
    unknown = [_unknown_field(key) for key in values if key not in TrainConfig.model_fields]
    if unknown:
        _refuse(unknown)
    try:
        return TrainConfig.model_validate(values)
    except ValidationError as error:
        found = in_plain_words(error.errors(), list(TrainConfig.model_fields))
        _refuse(f"{problem.field}: {problem.message}" for problem in found)


def _unknown_field(key: str) -> str:
    near = difflib.get_close_matches(key, TrainConfig.model_fields, n=1)
    hint = f"did you mean {near[0]}?" if near else "fields are " + ", ".join(TrainConfig.model_fields)
    return f"{key}: no such field; {hint}"


def _refuse(messages: Iterable[str]) -> NoReturn:
    for message in messages:
        typer.echo(message, err=True)
    raise typer.Exit(INPUT_ERROR)


class Terminal:
    """Shows entries: a progress bar over steps, a line per epoch, notes and the end."""

    def __init__(self, total_steps: int) -> None:
        self._bar: Any = tqdm(total=total_steps, unit="step", dynamic_ncols=True, file=sys.stderr)
        self._scores: dict[int, dict[str, tuple[float, float]]] = {}
        self.status: Status | None = None

    def show(self, entry: Entry) -> None:
        """Put one entry on the screen."""
        if isinstance(entry, Note):
            self._bar.write(f"{entry.level}: {entry.message}", file=sys.stderr)
        elif isinstance(entry, Status):
            self.status = entry
        elif isinstance(entry, Metrics):
            self._show_metrics(entry)

    def _show_metrics(self, entry: Metrics) -> None:
        columns = entry.columns
        if entry.split == "train":
            self._bar.set_postfix(
                loss=f"{columns['loss'][-1]:.4f}", accuracy=f"{columns['accuracy'][-1]:.3f}", refresh=False
            )
            self._bar.update(int(columns["step"][-1]) - self._bar.n)
            return
        rows = zip(columns["epoch"].tolist(), columns["loss"], columns["accuracy"], strict=True)
        for epoch, loss, accuracy in rows:
            line = f"epoch {epoch}: {entry.split} loss {loss:.4f}, accuracy {accuracy:.4f}"
            self._bar.write(line, file=sys.stdout)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.close()


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
    facts = describe(config.dataset, data_dir)
    found = problems(config, facts)
    if found:
        _refuse(f"{problem.field}: {problem.message}" for problem in found)

    from ml.allocator import keep_pages
    from ml.failures import explain

    keep_pages()
    import torch  # its 2 s only once the config is known to be good

    from ml.train import train as train_entries

    torch.set_num_threads(worthwhile_threads(config, facts, torch.get_num_threads()))

    typer.echo(label(config))
    terminal = Terminal(plan(config, facts).total_steps)
    try:
        for entry in train_entries(config, TerminalControl(), data_dir):
            terminal.show(entry)
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes words and an exit code
        terminal.status = Status("failed", *explain(error))
    finally:
        terminal.close()
    _report(terminal.status)


def _report(status: Status | None) -> None:
    assert status is not None
    words = ": ".join(word for word in (status.status, status.reason, status.message) if word)
    typer.echo(words)
    if status.status == "failed":
        raise typer.Exit(FAILED)
