"""The notation in which a network is typed: `conv 32 5x5 pad 2, relu, pool 2, flatten, fc 100, relu`.

Items are separated by commas or line ends; spaces and capitals do not matter. Rule: what is written by
`written` reads back equal, and every mistake says where it is and what to write instead. No torch here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

MOST_ITEMS = 100
LONGEST_TEXT = 4_000  # characters
MOST_CHANNELS = 4_096
MOST_UNITS = 16_384
LARGEST_WINDOW = 64  # pixels a side
LARGEST_STRIDE = 16
ALL: Final = "all"  # average over the whole picture

# Every word with what may follow it, as it is shown where something is missing.
WORDS: Final = {
    "conv": "conv 32 5x5 stride 1 pad 2",
    "pool": "pool 2",
    "average": "average 2",
    "residual": "residual 64 stride 2",
    "batchnorm": "batchnorm",
    "relu": "relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "dropout": "dropout 0.5",
    "flatten": "flatten",
    "fc": "fc 100",
}
ON_PICTURES = ("conv", "pool", "average", "residual")
_OPTIONS = {
    "conv": ("window", "stride", "pad"),
    "pool": ("stride", "pad", "ceil"),
    "average": ("stride", "pad", "ceil"),
    "residual": ("stride",),
}
_DIGITS = "0123456789"
_ITEM = re.compile(r"[^,;\n]+")
_TOKEN = re.compile(r"\S+")
_WHOLE = re.compile(r"[0-9]{1,9}")
_WINDOW = re.compile(r"([0-9]{1,9})[x×]([0-9]{1,9})")
_DECIMAL = re.compile(r"[0-9]{0,9}\.?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Item:
    """One layer as typed. `amount`: channels of conv and residual, units of fc; `window`: pixels a side, 0
    for the whole picture; `start` and `end`: where it stands in the text."""

    word: str
    amount: int = 0
    window: int = 0
    stride: int = 1
    padding: int = 0
    ceil: bool = False
    rate: float = 0.0
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def written(self) -> str:
        """In the notation, without what goes without saying."""
        parts = [self.word]
        if self.word in ("conv", "residual", "fc"):
            parts.append(str(self.amount))
        if self.word == "conv":
            parts.append(f"{self.window}x{self.window}")
        elif self.word in ("pool", "average"):
            parts.append(str(self.window or ALL))
        usual = self.window if self.word in ("pool", "average") and self.window else 1
        parts += [f"stride {self.stride}"] if self.stride != usual else []
        parts += [f"pad {self.padding}"] if self.padding else []
        parts += ["ceil"] if self.ceil else []
        parts += [_decimal(self.rate)] if self.word == "dropout" else []
        return " ".join(parts)


def _decimal(rate: float) -> str:
    return f"{rate:.9f}".rstrip("0").rstrip(".")


def written(items: Sequence[Item]) -> str:
    """The items as one line of text."""
    return ", ".join(item.written() for item in items)


class NotationError(ValueError):
    """A mistake in the text, from character `start` up to `end`; the message names the place and the fix."""

    def __init__(self, text: str, start: int, end: int, fix: str) -> None:
        self.start, self.end = start, end
        super().__init__(f"{place(text, start, end)}: {fix}")


def place(text: str, start: int, end: int) -> str:
    """Where characters `start` to `end` of `text` are: `line 2, column 7, “conv 8 5y5”`."""
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return f"line {line}, column {column}, “{text[start:end]}”"


class _Reader:
    """The words of one item, taken one after the other."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.tokens = [(found.group().lower(), *found.span()) for found in _TOKEN.finditer(text, start, end)]
        self.start, self.end = self.tokens[0][1], self.tokens[-1][2]

    def fail(self, fix: str, token: tuple[str, int, int] | None = None) -> NotationError:
        """The mistake at `token`, or of the whole item."""
        start, end = token[1:] if token else (self.start, self.end)
        return NotationError(self.text, start, end, fix)

    def take(self, what: str, example: str) -> tuple[str, int, int]:
        """The next word, which is `what`."""
        if not self.tokens:
            raise self.fail(f"{what} is missing; write it as in {example}.")
        return self.tokens.pop(0)

    def whole(self, what: str, least: int, most: int, example: str) -> int:
        """The next word as a whole number within bounds."""
        token = self.take(what, example)
        if not _WHOLE.fullmatch(token[0]):
            raise self.fail(f"{what} must be a whole number, as in {example}.", token)
        return self.bounded(int(token[0]), what, least, most, token)

    def bounded(self, value: int, what: str, least: int, most: int, token: tuple[str, int, int]) -> int:
        """`value`, when it is within bounds."""
        if not least <= value <= most:
            raise self.fail(f"{what} must be from {least:,} to {most:,}.", token)
        return value

    def window(self, token: tuple[str, int, int], example: str) -> int:
        """A window's side, written 5x5 or 5."""
        found = _WINDOW.fullmatch(token[0])
        if found and found[1] != found[2]:
            raise self.fail(
                f"windows are square; write {found[1]}x{found[1]} or {found[2]}x{found[2]}.", token
            )
        if not found and not _WHOLE.fullmatch(token[0]):
            raise self.fail(f"a window is written as in {example}.", token)
        side = int(found[1] if found else token[0])
        return self.bounded(side, "a window's side", 1, LARGEST_WINDOW, token)


def _item(text: str, start: int, end: int) -> Item:
    reader = _Reader(text, start, end)
    first = reader.tokens.pop(0)
    word = first[0]
    if word not in WORDS:
        near = get_close_matches(word, WORDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the words are {', '.join(WORDS)}."
        raise reader.fail(f"there is no layer of this name; {hint}", first)
    example = WORDS[word]
    values: dict[str, int | float | bool] = {}
    if word in ("conv", "residual"):
        values["amount"] = reader.whole("the number of channels", 1, MOST_CHANNELS, example)
    elif word == "fc":
        values["amount"] = reader.whole("the number of units", 1, MOST_UNITS, example)
    elif word == "dropout":
        values["rate"] = _rate(reader, example)
    elif word in ("pool", "average"):
        _pooled(reader, word, values)
    options = () if word == "average" and not values["window"] else _OPTIONS.get(word, ())
    _options(reader, word, options, values)
    if word == "conv":
        values.setdefault("window", 3)
    _check_padding(reader, word, values)
    return Item(word, start=reader.start, end=reader.end, **values)  # type: ignore[arg-type]


def _rate(reader: _Reader, example: str) -> float:
    token = reader.take("the share of silenced units", example)
    if not _DECIMAL.fullmatch(token[0]) or not float(token[0]) < 1:
        raise reader.fail(f"the share must be a number from 0 up to below 1, as in {example}.", token)
    return float(token[0])


def _pooled(reader: _Reader, word: str, values: dict[str, int | float | bool]) -> None:
    token = reader.take("the window's side", WORDS[word])
    if word == "average" and token[0] == ALL:
        values["window"] = 0
        return
    values["window"] = values["stride"] = reader.window(token, WORDS[word])


def _options(
    reader: _Reader, word: str, allowed: Sequence[str], values: dict[str, int | float | bool]
) -> None:
    seen: set[str] = set()
    while reader.tokens:
        token = reader.tokens.pop(0)
        option = "window" if token[0][0] in _DIGITS else token[0]
        if option not in allowed:
            near = get_close_matches(token[0], allowed, n=1)
            fix = f"did you mean {near[0]}?" if near else "put a comma before another layer."
            raise reader.fail(f"{_what_follows(word, allowed)}; {fix}", token)
        if option in seen:
            raise reader.fail(f"{option} is given twice; leave one out.", token)
        seen.add(option)
        if option == "window":
            values["window"] = reader.window(token, WORDS[word])
        elif option == "stride":
            values["stride"] = reader.whole("the stride", 1, LARGEST_STRIDE, "stride 2")
        elif option == "pad":
            values["padding"] = reader.whole("the padding", 0, LARGEST_WINDOW, "pad 2")
        else:
            values["ceil"] = True


def _what_follows(word: str, allowed: Sequence[str]) -> str:
    if not allowed:
        return f"nothing more follows {word}"
    *first, last = ["a window" if option == "window" else option for option in allowed]
    return f"{word} may be followed by {', '.join(first)}{' and ' if first else ''}{last}"


def _check_padding(reader: _Reader, word: str, values: dict[str, int | float | bool]) -> None:
    window, padding = int(values.get("window", 0)), int(values.get("padding", 0))
    most = window - 1 if word == "conv" else window // 2
    if padding > most:
        limit = "less than the window's side" if word == "conv" else "at most half the window's side"
        raise reader.fail(f"the padding must be {limit}, here {most}.")


def parse(text: str) -> list[Item]:
    """The layers that `text` names, in order. Raises NotationError."""
    items: list[Item] = []
    flat: str | None = None  # what made the picture a vector
    for found in _ITEM.finditer(text):
        if not found.group().strip():
            continue  # a comma at the line's end, or an empty line
        item = _item(text, *found.span())
        if flat is not None and (item.word in ON_PICTURES or item.word == "flatten"):
            fix = f"it needs a picture, and {flat} before it gives a vector; put it before that."
            raise NotationError(text, item.start, item.end, fix)
        if item.word in ("flatten", "fc"):
            flat = flat or item.written()
        items.append(item)
        if len(items) > MOST_ITEMS:
            raise NotationError(text, item.start, item.end, f"at most {MOST_ITEMS} layers; take some out.")
    if not items:
        raise NotationError(text, 0, len(text), f"write at least one layer, such as {WORDS['conv']}.")
    return items
