"""The practical's formulas with a layer's own numbers in them. Rule: what is written is what is computed."""

from math import ceil

from ml.models.layers import Convolution, FullyConnected, Layer, Pooling, Shape, sliding_size

WORDS = 1_001  # visual words of the practical's bag, each a weight; a bias comes to them


def size_formula(layer: Layer, input_shape: Shape) -> str | None:
    """How the output's side follows from the input's: `⌊(32 + 2·2 − 5) / 1⌋ + 1 = 32` (practical, part B).

    For height and width where they differ; None for a layer without a sliding window.
    """
    if not isinstance(layer, Convolution | Pooling):
        return None
    height, width = input_shape[1:]
    if height == width:
        return _filled_in(layer, height)
    return f"height {_filled_in(layer, height)}, width {_filled_in(layer, width)}"


def _filled_in(layer: Convolution | Pooling, size: int) -> str:
    rounds_up = isinstance(layer, Pooling) and layer.ceil_mode
    kernel, stride, padding = layer.kernel_size, layer.stride, layer.padding
    outputs = sliding_size(size, kernel, stride, padding, rounds_up)
    opening, closing = "⌈⌉" if rounds_up else "⌊⌋"
    text = f"{opening}({size} + 2·{padding} − {kernel}) / {stride}{closing} + 1"
    if rounds_up and outputs < ceil((size + 2 * padding - kernel) / stride) + 1:
        text += " − 1"  # the last window would begin outside the picture
    return f"{text} = {outputs}"


def parameters_formula(layer: Layer, input_shape: Shape) -> str | None:
    """What the layer learns: `3·5·5·32 + 32 = 2,432` (practical, part B); None without a weighted sum."""
    if isinstance(layer, Convolution):
        product = f"{input_shape[0]:,}·{layer.kernel_size}·{layer.kernel_size}·{layer.out_channels:,}"
    elif isinstance(layer, FullyConnected):
        product = f"{input_shape[0]:,}·{layer.out_features:,}"
    else:
        return None
    weights, biases = layer.parameters(input_shape)
    return f"{product} + {biases:,} = {weights + biases:,}" if biases else f"{product} = {weights:,}"


def svm_parameters(classes: int) -> int:
    """What a one-versus-one SVM on bags of 1,001 visual words learns: k(k-1)/2 · 1002 (practical, part B)."""
    return classes * (classes - 1) // 2 * (WORDS + 1)
