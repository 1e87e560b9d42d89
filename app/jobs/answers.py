"""What a warm worker can be asked, by the question's kind. Rule: an answer is JSON and comes soon."""

from collections.abc import Callable, Mapping
from typing import Any

from ml.dry_steps import dry_steps
from ml.preview import preview

Answerer = Callable[..., Any]  # called with data_directory and the question's arguments by name

ANSWERERS: Mapping[str, Answerer] = {
    "preview": preview,
    "dry_steps": dry_steps,
}
