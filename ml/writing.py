"""Numbers in words people read. Rule: the page writes the same value the same way (static/js/format.js).

`tests/data/written.json` holds what both must write. Between a number and its unit stands a narrow no-break
space.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite, isnan

DIGITS = 3  # significant ones of what was measured
SMALLEST, LARGEST = 1e-6, 1e6  # written out from here up to below there; else with a power of ten
THIN = "\u202f"
MILLISECONDS_BELOW = 0.1  # seconds
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # line breaks among them


def _rounded(value: float, decimals: int) -> Decimal:
    """Half a unit goes up, as it does in the browser, so that both write the same."""
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _significant(value: float, digits: int) -> Decimal:
    exact = Decimal(value)
    return _rounded(value, digits - 1 - exact.adjusted()) if exact else exact


def _with_power(value: Decimal) -> str:
    """`1.2e-7`, `3e7`."""
    sign, digits, _ = value.as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    mantissa = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
    return f"{'-' if sign else ''}{mantissa}e{value.adjusted()}"


def _written_out(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(value: float) -> str:
    """What was measured, in three significant digits: `0.00001`, `0.123`, `12,346`, `1.23e-7`, `∞`."""
    if isnan(value):
        return "NaN"
    if not isfinite(value):
        return "∞" if value > 0 else "−∞"
    rounded = _significant(value, DIGITS)
    size = abs(rounded)
    if size and not Decimal(SMALLEST) <= size < Decimal(LARGEST):
        return _with_power(rounded)
    return f"{_rounded(value, 0):,f}" if size >= 1000 else _written_out(rounded)


def setting(value: float) -> str:
    """What was set, exactly and as it is typed: `0.00001`, `1e-7`, `50000`."""
    if isinstance(value, int) or not isfinite(value):
        return str(value)
    exact = Decimal(repr(value))
    return _written_out(exact) if not exact or abs(exact) >= Decimal("1e-6") else _with_power(exact)


def percent(share: float) -> str:
    """A share 0..1: `12.5 %`."""
    return f"{_rounded(100 * share, 1)}{THIN}%"


def took(seconds: float) -> str:
    """A time that was measured: `1.4 ms`, `0.8 s`, `12 s`, `15 min 52 s`, `2 h 01 min`."""
    if seconds < MILLISECONDS_BELOW:
        return f"{_written_out(_significant(1000 * seconds, 2))}{THIN}ms"
    if seconds < 9.95:
        return f"{_rounded(seconds, 1)}{THIN}s"
    whole = int(_rounded(seconds, 0))
    minutes = whole // 60
    if minutes == 0:
        return f"{whole}{THIN}s"
    if minutes < 60:
        return f"{minutes}{THIN}min {whole % 60:02}{THIN}s"
    return f"{minutes // 60}{THIN}h {minutes % 60:02}{THIN}min"


def printable(text: str) -> str:
    """`text` with what is no Unicode spelt out, such as a file's name in another system's bytes."""
    return text.encode("utf-8", "backslashreplace").decode()


def one_line(text: str) -> str:
    """`text` with its control characters spelt out: it stays on its line and moves no terminal."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
