"""Plots as SVG text, written by hand: curves and stacked bars. Rule: numbers in, one picture out."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 40, 48
COLORS = ("#0072b2", "#d55e00", "#009e73", "#b8578f", "#a97800", "#3f97cc", "#6a4fb0", "#5b6875")
INK, QUIET, LINE, PAPER = "#0f1720", "#5b6875", "#dfe4ea", "#ffffff"
TICKS = 5


@dataclass(frozen=True, slots=True)
class Curve:
    """Points to join, in order."""

    label: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True, slots=True)
class Axis:
    """Words, and whether it is logarithmic."""

    words: str
    logarithmic: bool = False
    is_share: bool = False


def _text(x: float, y: float, words: str, anchor: str = "middle", size: int = 12, color: str = QUIET) -> str:
    style = f'font-size="{size}" fill="{color}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'


def _shown(value: float, axis: Axis) -> str:
    if axis.is_share:
        return f"{value * 100:.0f} %"
    return f"{value:g}" if abs(value) < 1e5 else f"{value:.0e}"


def _ticks(low: float, high: float, axis: Axis) -> list[float]:
    if axis.logarithmic:
        decades = log10(high) - log10(low)
        factors = (1, 2, 5) if decades < 2 else (1,)
        every = max(1, ceil(decades / 7))
        powers = range(floor(log10(low)), ceil(log10(high)) + 1, every)
        return [factor * 10.0**power for power in powers for factor in factors]
    span = (high - low) / TICKS
    unit = 10 ** floor(log10(span))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= span)
    return [
        round(step * number, 12) for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
    ]


def _extent(values: Sequence[float], axis: Axis) -> tuple[float, float]:
    found = [value for value in values if isfinite(value) and not (axis.logarithmic and value <= 0)]
    low, high = min(found, default=1.0), max(found, default=2.0)
    if axis.logarithmic:
        return low / 1.3, high * 1.3
    room = (high - low) * 0.06 or 0.5
    return low - room, high + room


def _place(value: float, extent: tuple[float, float], axis: Axis, first: float, last: float) -> float:
    low, high = extent
    if axis.logarithmic:
        value, low, high = log10(value), log10(low), log10(high)
    return first + (value - low) / (high - low) * (last - first)


def _frame(title: str, body: list[str], labels: Sequence[str]) -> str:
    legend, x = [], float(LEFT)
    for number, label in enumerate(labels):
        if not label:
            continue
        color = COLORS[number % len(COLORS)]
        legend.append(f'<circle cx="{x + 4:.1f}" cy="{TOP - 10}" r="4" fill="{color}"/>')
        legend.append(_text(x + 12, TOP - 6, label, "start", 11))
        x += 24 + 6.2 * len(label)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
    )
    return "\n".join([head, _text(LEFT, 18, title, "start", 14, INK), *legend, *body, "</svg>", ""])


def _grid(extent: tuple[float, float], axis: Axis) -> list[str]:
    found = []
    for tick in _ticks(*extent, axis):
        y = _place(tick, extent, axis, HEIGHT - BOTTOM, TOP)
        if TOP - 1 <= y <= HEIGHT - BOTTOM + 1:
            ends = f'x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"'
            found += [
                f'<line {ends} stroke="{LINE}"/>',
                _text(LEFT - 8, y + 4, _shown(tick, axis), "end", 11),
            ]
    middle = (TOP + HEIGHT - BOTTOM) / 2
    words = f'<g transform="translate(14 {middle:.0f}) rotate(-90)">{_text(0, 0, axis.words)}</g>'
    return [*found, words]


def curves(title: str, drawn: Sequence[Curve], x_axis: Axis, y_axis: Axis) -> str:
    """Curves over a common horizontal axis; values that are not finite leave a gap."""
    x_extent = _extent([value for curve in drawn for value in curve.x], x_axis)
    y_extent = _extent([value for curve in drawn for value in curve.y], y_axis)
    body = _grid(y_extent, y_axis)
    for tick in _ticks(*x_extent, x_axis):
        x = _place(tick, x_extent, x_axis, LEFT, WIDTH - RIGHT)
        if LEFT - 1 <= x <= WIDTH - RIGHT + 1:
            body.append(_text(x, HEIGHT - BOTTOM + 18, _shown(tick, x_axis), size=11))
    body.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_axis.words))
    for number, curve in enumerate(drawn):
        color = COLORS[number % len(COLORS)]
        at = [
            (
                _place(x, x_extent, x_axis, LEFT, WIDTH - RIGHT),
                _place(y, y_extent, y_axis, HEIGHT - BOTTOM, TOP),
            )
            for x, y in zip(curve.x, curve.y, strict=True)
            if isfinite(y) and not (y_axis.logarithmic and y <= 0)
        ]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        body.append(f'<polyline points="{joined}" fill="none" stroke="{color}" stroke-width="2"/>')
        if len(at) <= 60:
            body += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in at]
    return _frame(title, body, [curve.label for curve in drawn])


def stacked(title: str, labels: Sequence[str], shares: dict[str, Sequence[float]], axis: Axis) -> str:
    """Bars beside one another, each made of `shares`, in their order from the bottom."""
    totals = [sum(values[index] for values in shares.values()) for index in range(len(labels))]
    extent = (0.0, max(totals, default=1.0) * 1.06 or 1.0)
    body = _grid(extent, axis)
    slot = (WIDTH - RIGHT - LEFT) / max(1, len(labels))
    for index, label in enumerate(labels):
        foot, x = 0.0, LEFT + slot * (index + 0.2)
        for number, values in enumerate(shares.values()):
            top = foot + values[index]
            y, below = (_place(value, extent, axis, HEIGHT - BOTTOM, TOP) for value in (top, foot))
            body.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{slot * 0.6:.1f}" height="{below - y:.1f}" '
                f'fill="{COLORS[number % len(COLORS)]}"/>'
            )
            foot = top
        body.append(_text(x + slot * 0.3, HEIGHT - BOTTOM + 18, label, size=11))
    return _frame(title, body, list(shares))
