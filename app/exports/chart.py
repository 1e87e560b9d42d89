"""A chart as SVG. Rule: it knows no training; a `kind` is a class that the report's style colours.

Where there is less room than the usual width its words would shrink with it, so it is drawn once more for
that, and the style shows whichever fits. One whose axis has names is not: it keeps its width, and its box
scrolls.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby

from markupsafe import Markup

from app.exports.axis import Axis

USUAL, NARROW, NAMED = 560, 340, 600  # widths; a unit is a pixel where nothing is scaled
HEIGHT = 280
LEFT, RIGHT, TOP = 62, 26, 12  # half of the last tick's words stands beyond the plot
TITLE_HEIGHT, LINE_HEIGHT = 30, 14  # below the plot: the axis's title, a line of a tick's words
WORD_LINE = 13  # characters of a tick's line
CHARACTER = 8  # about what one of a tick takes, with the space between two ticks
MARK = 4.5  # half a mark's size
SHAPES = {  # around 0, 0
    "dot": "M-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z",
    "circle": "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z",
    "diamond": "M0,-5L5,0L0,5L-5,0z",
    "cross": "M-4,-4L4,4M-4,4L4,-4",
    "star": "M0,-8L2.3,-2.6L8,-2.5L3.6,1.3L5,7L0,3.9L-5,7L-3.6,1.3L-8,-2.5L-2.3,-2.6z",
}


class Chart:
    """Two axes and what is drawn between them, in the order in which it is asked for."""

    def __init__(self, label: str, x: Axis, y: Axis) -> None:
        """`label`: what the picture shows, for those who cannot see it."""
        self._label, self._x, self._y = label, x, y
        self._width = NAMED if x.names else USUAL
        self._ticks = [(value, _lines(words)) for value, words in x.ticks()]
        below = max((len(lines) for _, lines in self._ticks), default=1) * LINE_HEIGHT
        self._bottom = HEIGHT - TITLE_HEIGHT - below
        self._parts: list[Callable[[], Markup]] = []

    def line(self, xs: Sequence[float], ys: Sequence[float], kind: str) -> None:
        """A line through the points; it has a hole where a value is not finite."""
        self._parts.append(partial(self._line, xs, ys, kind))

    def _line(self, xs: Sequence[float], ys: Sequence[float], kind: str) -> Markup:
        path = ""
        for is_known, run in groupby(zip(xs, ys, strict=True), key=lambda point: self._is_known(point[1])):
            if is_known:
                path += "M" + "L".join(f"{self._at(x):.1f},{self._up(y):.1f}" for x, y in run)
        return Markup('<path class="line {}" d="{}"/>').format(kind, path)

    def marks(
        self, xs: Sequence[float], ys: Sequence[float], shape: str, kind: str, words: Sequence[str] = ()
    ) -> None:
        """A mark at each point; what is not finite is a cross at the upper edge."""
        for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
            self._parts.append(partial(self._mark, x, y, shape, kind, words[i] if words else ""))

    def _mark(self, x: float, y: float, shape: str, kind: str, words: str) -> Markup:
        is_known = self._is_known(y)
        return Markup('<path class="mark {}" transform="translate({:.1f} {:.1f})" d="{}">{}</path>').format(
            kind if is_known else f"{kind} lost",
            self._at(x),
            self._up(y) if is_known else TOP + MARK,
            SHAPES[shape if is_known else "cross"],
            Markup("<title>{}</title>").format(words) if words else "",
        )

    def upright(self, x: float, kind: str, words: str) -> None:
        """A line across the chart at `x`."""
        text = Markup('<path class="upright {}" d="M{:.1f},{}V{}"><title>{}</title></path>')
        self._parts.append(lambda: text.format(kind, self._at(x), TOP, self._bottom, words))

    def bar(self, x: float, y: float, kind: str, words: str) -> None:
        """A bar from zero to `y`, as wide as its name's place allows."""
        self._parts.append(partial(self._bar, x, y, kind, words))

    def _bar(self, x: float, y: float, kind: str, words: str) -> Markup:
        width = 0.6 * (self._width - LEFT - RIGHT) / max(1, len(self._x.names))
        upper, lower = sorted((self._up(y), self._up(0.0)))
        text = '<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
        drawn = Markup(text).format(kind, self._at(x) - width / 2, upper, width, lower - upper)
        text = '<text class="value" x="{:.1f}" y="{:.1f}">{}</text>'
        return drawn + Markup(text).format(self._at(x), upper - 4 if y >= 0 else lower + 13, words)

    def svg(self) -> Markup:
        """The whole picture: at one width, or at two of which the style hides one."""
        if self._x.names:
            return self._drawn("named", NAMED)
        return self._drawn("usual", USUAL) + self._drawn("narrow", NARROW)

    def _drawn(self, kind: str, width: int) -> Markup:
        self._width = width
        head = f'<svg class="{kind}" viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{{}}">'
        body = [*self._grid(), *(draw() for draw in self._parts)]
        return Markup(head).format(self._label) + Markup("").join(body) + Markup("</svg>")

    def _is_known(self, y: float) -> bool:
        return math.isfinite(y) and not (self._y.is_logarithmic and y <= 0)

    def _at(self, x: float) -> float:
        return LEFT + self._x.place(x) * (self._width - LEFT - RIGHT)

    def _up(self, y: float) -> float:
        return self._bottom - self._y.place(y) * (self._bottom - TOP)

    def _grid(self) -> list[Markup]:
        parts = []
        for value, words in self._y.ticks():
            y = self._up(value)
            text = '<path class="grid" d="M{},{:.1f}H{}"/><text class="tick left" x="{}" y="{:.1f}">{}</text>'
            parts.append(Markup(text).format(LEFT, y, self._width - RIGHT, LEFT - 8, y + 4, words))
        for value, lines in self._ticks[:: self._every()]:
            x = self._at(value)
            for number, words in enumerate(lines, start=1):
                text = '<text class="tick" x="{:.1f}" y="{}">{}</text>'
                parts.append(Markup(text).format(x, self._bottom + 4 + number * LINE_HEIGHT, words))
        text = '<text class="title" x="{:.1f}" y="{}">{}</text>'
        parts.append(Markup(text).format((LEFT + self._width - RIGHT) / 2, HEIGHT - 8, self._x.title))
        return parts

    def _every(self) -> int:
        """Which ticks of the horizontal axis get their words: those between would run into each other."""
        if self._x.names or len(self._ticks) < 2:
            return 1
        widest = max(len(line) for _, lines in self._ticks for line in lines) * CHARACTER
        apart = (self._at(self._ticks[-1][0]) - self._at(self._ticks[0][0])) / (len(self._ticks) - 1)
        return max(1, math.ceil(widest / apart))


def _lines(words: str) -> list[str]:
    """A tick's words in short lines."""
    lines: list[str] = []
    for part in words.split():
        if lines and len(lines[-1]) + 1 + len(part) <= WORD_LINE:
            lines[-1] += f" {part}"
        elif part != "·":
            lines.append(part)
    return lines or [""]
