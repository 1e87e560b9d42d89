"""Networks to look at that no job trains here: their sheets. Rule: the published form, number for number."""

from dataclasses import dataclass

from ml.models.deep import vgg16_large
from ml.models.layers import Layer, Shape


@dataclass(frozen=True, slots=True)
class Reference:
    """A published network with the data it was made for; `train_size` in pictures."""

    name: str
    title: str
    description: str
    input_shape: Shape
    classes: int
    train_size: int
    layers: list[Layer]


REFERENCES = {
    reference.name: reference
    for reference in (
        Reference(
            "vgg16-224",
            "VGG16 at 224×224",
            "The published network for the thousand classes of ImageNet and its 1,281,167 training pictures.",
            (3, 224, 224),
            1000,
            1_281_167,
            vgg16_large(1000),
        ),
    )
}
