"""A walk through layer records: what goes into every layer, what comes out, how much of the picture it sees.

Receptive field (practical, part B): r_l = r_(l-1) + (k_l - 1) * j_(l-1), j_l = j_(l-1) * s_l; after a
residual block it is that of its widest path.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ml.models.layers import Convolution, FullyConnected, GlobalAverage, Layer, Pooling, Residual, Shape

WHOLE_IMAGE = "whole image"


@dataclass(frozen=True, slots=True)
class View:
    """What one output sees: `field` input pixels a side, None on points; its neighbour lies `jump` on."""

    field: int | str | None
    jump: int = 1

    def after(self, layer: Layer) -> "View":
        """What an output of `layer` sees, when its inputs see this."""
        if self.field is None:
            return self
        if isinstance(layer, FullyConnected | GlobalAverage):
            return View(WHOLE_IMAGE, self.jump)
        if isinstance(layer, Convolution | Pooling) and isinstance(self.field, int):
            return View(self.field + (layer.kernel_size - 1) * self.jump, self.jump * layer.stride)
        return self

    def beside(self, other: "View") -> "View":
        """What the sum of two outputs sees: as much as the wider of them."""
        if isinstance(self.field, int) and isinstance(other.field, int):
            return View(max(self.field, other.field), max(self.jump, other.jump))
        return other if isinstance(other.field, str) else self


@dataclass(frozen=True, slots=True)
class Place:
    """A layer where it stands. A part of a residual block is called `block.part`, and the block's own place
    comes after its parts: it is the addition."""

    name: str
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    view: View


def walk(layers: Sequence[Layer], input_shape: Shape) -> list[Place]:
    """Every layer in order, for inputs of `input_shape`.

    Raises ImpossibleLayerError for a layer that cannot take its input.
    """
    return list(_walk(layers, input_shape, View(1 if len(input_shape) == 3 else None), ""))


def _walk(layers: Sequence[Layer], shape: Shape, view: View, prefix: str) -> Iterator[Place]:
    for layer in layers:
        name = prefix + layer.name
        output_shape = layer.output_shape(shape)
        if isinstance(layer, Residual):
            seen = []
            for path in (layer.body, layer.shortcut):
                places = list(_walk(path, shape, view, f"{name}."))
                yield from places
                seen.append(places[-1].view if places else view)
            view = seen[0].beside(seen[1])
        else:
            view = view.after(layer)
        yield Place(name, layer, shape, output_shape, view)
        shape = output_shape
