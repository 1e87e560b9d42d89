"""An axis of a chart: where a value stands, and which values get a tick. Rule: pure; knows no picture."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ml.writing import number, setting

ROOM = 0.05  # of an axis, beyond its outermost values
TICKS = 5  # about so many
DECADES = 6  # of a logarithmic axis with a tick each; more of them get every second, third one
LONG = 1e6  # from here on with a power of ten
SPAN = 20  # the greatest over the median or the least: a logarithmic axis shows both


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`; with `names` the values are 0, 1, 2, … and stand for these."""

    title: str
    low: float
    high: float
    is_logarithmic: bool = False
    is_share: bool = False
    is_whole: bool = False  # only whole numbers exist
    names: Sequence[str] = ()

    def place(self, value: float) -> float:
        """0 at the low end, 1 at the high one."""
        if self.is_logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Values with their words, ascending."""
        if self.names:
            return [(float(at), name) for at, name in enumerate(self.names)]
        least = 1.0 if self.is_whole else 0.0
        values = self._decades() if self.is_logarithmic else _round_values(self.low, self.high, least)
        return [(value, self._words(value)) for value in values]

    def _decades(self) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        every = max(1, math.ceil((last - first) / DECADES))
        factors = (1, 2, 5) if last - first <= 2 else (1,)
        values = [factor * 10.0**power for power in range(first, last + 1, every) for factor in factors]
        return [value for value in values if self.low * 0.999 <= value <= self.high * 1.001]

    def _words(self, value: float) -> str:
        if self.is_share:
            return f"{100 * value:.4g} %"
        short = float(f"{value:.6g}")
        if abs(short) >= LONG:
            words = number(short)
        else:
            words = f"{short:,.0f}" if abs(short) >= 1000 and short.is_integer() else setting(short)
        return words.replace("-", "−") if short < 0 else words


def _round_values(low: float, high: float, least: float) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, at least `least` from each other."""
    rough = max((high - low) / TICKS, least)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def around(title: str, values: Iterable[float], *, is_share: bool = False, from_zero: bool = False) -> Axis:
    """An axis that holds all finite `values`, with some room; an axis of shares ends at 0 and 1."""
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    room = ROOM * (high - low) or abs(high) * ROOM or 1.0
    floor = 0.0 if from_zero and low >= 0 else low - room
    if is_share:
        return Axis(title, max(0.0, floor), min(1.0, high + room), is_share=True)
    return Axis(title, max(0.0, floor) if low >= 0 else floor, high + room)


def logarithmic(title: str, values: Iterable[float]) -> Axis | None:
    """A logarithmic axis where that is needed to see small values beside large ones; else None."""
    known = sorted(value for value in values if math.isfinite(value))
    if not known or known[0] <= 0 or known[-1] <= SPAN * known[len(known) // 2]:
        return None
    room = (known[-1] / known[0]) ** ROOM
    return Axis(title, known[0] / room, known[-1] * room, is_logarithmic=True)


def named(title: str, names: Sequence[str]) -> Axis:
    """An axis of things that have no size."""
    return Axis(title, -0.5, max(1, len(names)) - 0.5, names=names)
