"""Validation errors in plain words: the field, what is wrong, what would be right. Rule: one line a field."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ml.config import OWN_NAME
from ml.writing import number

SHOWN_CHARACTERS = 60
NAMELESS = "(empty name)"
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True, slots=True)
class FieldError:
    """A field and what to do about it; in a text the mistake reaches from `start` up to `end`."""

    field: str
    message: str
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        if not self.field:  # JSON and queries may have names of no character
            object.__setattr__(self, "field", NAMELESS)


_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text",
    "list": "a list",
    "dict": "an object",
    "path": "a path",
}
_BOUNDS = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
}


def _expected(error: Mapping[str, Any]) -> str | None:
    """What the value must be, as it stands after “must be”; None when that is no way to say it."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        bound = context[key]
        return f"{words} {bound:,}" if isinstance(bound, int) else f"{words} {number(bound)}"
    if kind == "string_pattern_mismatch" and context["pattern"] == OWN_NAME:
        return "the name of an uploaded data set"
    if kind == "literal_error":
        return str(context["expected"])
    if kind == "int_from_float":
        return _KINDS["int"]
    if kind == "finite_number":
        return "a finite number"
    stem, _, what = kind.rpartition("_")
    if what in ("type", "parsing") and stem in _KINDS:
        return _KINDS[stem]
    return None


def _shown(value: Any) -> str:
    if isinstance(value, str):
        text = repr(value)
    elif value is None:
        text = "null"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _refused(given: Any, expected: Sequence[str]) -> str:
    """What `given` is instead of what it must be; an empty text and a decimal comma are told apart."""
    wanted = " or ".join(expected)
    if given == "":
        return f"is empty; give {wanted.removeprefix('the ')}, or leave it out."
    point = ""
    if isinstance(given, str) and DECIMAL_COMMA.fullmatch(given) and "a number" in expected:
        point = f"; write {given.replace(',', '.')} with a point"
    return f"must be {wanted}, not {_shown(given)}{point}."


def _sentence(error: Mapping[str, Any], field: str, names: Sequence[str]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        near = get_close_matches(field, names, n=1)
        there_are = f"the fields are {', '.join(names)}." if names else "this call takes none."
        hint = f"did you mean {near[0]}?" if near else there_are
        return f"there is no field of this name; {hint}"
    if kind == "missing":
        return "is missing; send JSON." if field == "body" else "is missing."
    if kind == "json_invalid":
        return f"is not valid JSON: {context['error']}."
    if kind in ("model_attributes_type", "model_type", "dict_type") and field == "body":
        return "must be a JSON object, sent with Content-Type: application/json."
    if kind == "string_pattern_mismatch" and field == "device":
        if error["input"] == "":
            return "is empty; give auto, cpu, cuda or cuda:N, or leave it out."
        return f"must be auto, cpu, cuda or cuda:N, not {_shown(error['input'])}."
    if kind == "string_too_short":
        return "is empty; give a text, or leave it out."
    if kind in ("too_long", "string_too_long"):
        unit = "characters" if kind == "string_too_long" else "items"
        return f"may have at most {context['max_length']} {unit}."
    message = str(error["msg"]).removeprefix("Value error, ")
    return message if message.endswith((".", "?")) else f"{message}."


def in_plain_words(errors: Iterable[Mapping[str, Any]], names: Sequence[str]) -> list[FieldError]:
    """Pydantic's errors, one line a field; alternatives of a union joined; `names`: the fields there are."""
    by_field: dict[str, list[Mapping[str, Any]]] = {}
    for error in errors:
        where = [part for part in error["loc"] if part not in ("body", "query", "path", "header")]
        field = "body" if error["type"] == "json_invalid" or not where else str(where[0])
        by_field.setdefault(field, []).append(error)
    found = []
    for field, of_field in by_field.items():
        expected = list(dict.fromkeys(filter(None, map(_expected, of_field))))
        if len(expected) > 1 and any(error["type"] in _BOUNDS for error in of_field):
            expected = [words for words in expected if not words.startswith("a ")]
        if expected:
            given = of_field[0]["input"]
            item = next((part for part in of_field[0]["loc"][1:] if isinstance(part, int)), None)
            place = "" if item is None else f"item {item + 1} "
            message = f"{place}{_refused(given, expected)}"
        else:
            message = _sentence(of_field[0], field, names)
        context = of_field[0].get("ctx", {}) if of_field[0]["type"] == "notation" else {}
        found.append(FieldError(field, message, context.get("start"), context.get("end")))
    return found
