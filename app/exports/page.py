"""A page that needs no server: one file with its style inside. Rule: nothing is loaded, nothing runs."""

import base64
import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import VERSION
from ml.clock import now
from ml.naming import called, part, title, value_words
from ml.writing import number, percent, took

ROOT = Path(__file__).parent.parent.parent
STYLES = (ROOT / "static" / "css" / "tokens.css", ROOT / "templates" / "exports" / "report.css")
ENVIRONMENT = Environment(
    loader=FileSystemLoader(ROOT / "templates"),
    autoescape=True,  # names, notes and messages are texts of users
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def style() -> str:
    """The colours of the product's page, and the report's own rules."""
    return "\n".join(path.read_text("utf-8") for path in STYLES)


@cache
def policy() -> str:
    """A Content-Security-Policy that lets in this style and pictures inside the file, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"


@cache
def versions() -> str:
    """What was installed where the page was made."""
    python = platform.python_version()
    return f"Livetrain {VERSION}, PyTorch {version('torch')}, Python {python}"


def setting_words(field: str, value: Any) -> str:
    """A field's value beside its title; what is not set is said in words."""
    return part(field, None) if value is None else value_words(field, value)


def measured(value: Any) -> str:
    """A number of the wire in three digits; NaN and Infinity come by name."""
    return "–" if value is None else number(value) if isinstance(value, float | int) else str(value)


def share(value: Any) -> str:
    """An accuracy of the wire in percent."""
    return percent(value) if isinstance(value, float | int) else "–"


def moment(text: str | None) -> str:
    """A time of the wire, to the second."""
    return "–" if text is None else f"{text[:10]} {text[11:19]} UTC"


ENVIRONMENT.filters |= {
    "setting": lambda value, field: setting_words(field, value),
    "title_of": title,
    "called": called,
    "measured": measured,
    "share": share,
    "moment": moment,
    "took": took,
    "count": lambda value: f"{value:,}",
}


def render(template: str, **values: Any) -> str:
    """The page of `template`, a file below `templates/exports/`."""
    common = {"style": Markup(style()), "policy": policy(), "versions": versions(), "made_at": now()}
    return ENVIRONMENT.get_template(f"exports/{template}").render(**common, **values)
