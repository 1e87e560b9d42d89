"""What a warm worker can be asked, by the question's kind. Rule: an answer is JSON and comes soon."""

from collections.abc import Callable, Mapping
from typing import Any

from ml.class_map import answer_class_map
from ml.dry_steps import dry_steps
from ml.gradient_cost import gradient_cost
from ml.preview import preview
from ml.shift_tolerance import answer_shift_tolerance

Answerer = Callable[..., Any]  # called with data_directory and the question's arguments by name

ANSWERERS: Mapping[str, Answerer] = {
    "class_map": answer_class_map,
    "preview": preview,
    "dry_steps": dry_steps,
    "shift_tolerance": answer_shift_tolerance,
    "gradient_cost": gradient_cost,
}
