"""KEY=VALUE words of a command line as values. Rule: what cannot be is refused by field, with the fix."""

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

import typer

INPUT_ERROR = 2  # exit code: what was asked for cannot be
FAILED = 1  # exit code: it could have been, but it did not work
TEXT_FIELDS = ("name", "device", "layers")  # 2024 is a name, not a number


def refuse(messages: Iterable[str], code: int = INPUT_ERROR) -> NoReturn:
    """End the command with sentences."""
    for message in messages:
        typer.echo(message, err=True)
    raise typer.Exit(code)


def parse_value(text: str) -> Any:
    """`text` as JSON where it is JSON (numbers, true, null, [16, 16]), else the word itself."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, thousands of digits, or brackets without end
        return text
    return text if value in (math.inf, -math.inf) or value != value else value  # no JSON number is infinite


def parse_assignments(words: Iterable[str]) -> dict[str, Any]:
    """The fields that KEY=VALUE words give; whether there are such fields is not asked here."""
    values: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            refuse([f"{word}: write KEY=VALUE, such as learning_rate=0.1"])
        if key in values:
            refuse([f"{key}: given twice; give it once"])
        values[key] = value if key in TEXT_FIELDS else parse_value(value)
        if key == "hidden_sizes" and not isinstance(values[key], list):
            values[key] = [parse_value(size.strip()) for size in value.split(",")] if value.strip() else []
    return values
