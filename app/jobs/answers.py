"""What a warm worker can be asked, by the question's kind. Rule: an answer is JSON and comes soon."""

from collections.abc import Callable, Mapping
from typing import Any

from ml.gradient_cost import gradient_cost
from ml.preview import preview

Answerer = Callable[..., Any]  # called with data_directory and the question's arguments by name

ANSWERERS: Mapping[str, Answerer] = {
    "preview": preview,
    "gradient_cost": gradient_cost,
}
