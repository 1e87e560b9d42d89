"""The decision boundary of a job on points, as SVG. Rule: the stronger a colour, the surer the network.

The look `boundary` is a byte a cell, row after row from the top: the probability of class 1 from 0 to 255.
"""

import base64
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from markupsafe import Markup
from PIL import Image

CLASSES = ((0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00))  # the colours of the first two jobs, in light and dark
EVEN = 127.5  # both classes are as likely
STRENGTH = 0.6 * 255  # how opaque a colour is where its class is certain
SHOWN = 300  # points of a split; more hide the plane
MARK = 0.012  # of the side: a point's radius


def plane(levels: bytes, points: Mapping[str, Any]) -> Markup | None:
    """The picture with the training points in it; None where there are more than two classes."""
    side = int(len(levels) ** 0.5)
    if len(points["classes"]) != 2 or side * side != len(levels):
        return None
    label = "which class the network gives each place"
    image = '<image href="{}" width="1" height="1" preserveAspectRatio="none"/>'
    head = '<svg class="plane" viewBox="0 0 1 1" role="img" aria-label="{}">'
    parts = [
        Markup(head).format(label),
        Markup(image).format(_png(np.frombuffer(levels, np.uint8).reshape(side, side))),
    ]
    left, right, bottom, top = points["extent"]
    train = points["train"]
    rows = zip(train["x"][:SHOWN], train["y"][:SHOWN], train["label"][:SHOWN], strict=True)
    for x, y, label in rows:
        dot = Markup('<circle class="class-{}" cx="{:.4f}" cy="{:.4f}" r="{}"/>')
        parts.append(dot.format(label, (x - left) / (right - left), (top - y) / (top - bottom), MARK))
    return Markup("").join([*parts, Markup("</svg>")])


def _png(levels: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
    lean = levels / EVEN - 1
    colours = np.array(CLASSES, np.uint8)[(lean > 0).astype(int)]
    opacity = np.rint(STRENGTH * np.abs(lean)).astype(np.uint8)[..., None]
    stream = BytesIO()
    Image.fromarray(np.concatenate([colours, opacity], axis=-1)).save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
