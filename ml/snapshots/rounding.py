"""Figures in a snapshot. Rule: as many digits as are looked at, so that hundreds of snapshots stay small."""

from ml.columns import JsonNumber, json_number

DIGITS = 4  # significant ones


def rounded(value: float) -> JsonNumber:
    """`value` to four significant digits; one that is not finite by name."""
    return json_number(float(f"{value:.{DIGITS}g}"))
