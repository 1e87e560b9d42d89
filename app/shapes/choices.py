"""What can be chosen, what it would build, and what there is to train on."""

from typing import Literal

from app.shapes.shape import OpenShape, Shape


class Architecture(Shape):
    """A network by name, with the fields of the config that it uses."""

    name: str
    title: str
    description: str
    fields: list[str]


class Published(Shape):
    """A published network, to look at."""

    name: str
    title: str
    description: str


class SheetRow(Shape):
    """One layer; shapes channels first."""

    name: str
    kind: str
    input_shape: list[int]
    output_shape: list[int]
    weights: int
    biases: int
    receptive_field: int | str | None
    macs: int
    share: float
    memory_estimate_bytes: int
    size_formula: str | None
    parameters_formula: str | None
    fully_connected_weights: int | None
    activations: int
    buffers: int


class Sheet(OpenShape):
    """Layer by layer what would be built, and what it needs."""

    layers: list[SheetRow]
    parameters: int
    steps_per_epoch: int | None
    total_steps: int | None
    train_size: int
    memory_estimate_bytes: int
    input_shape: list[int]
    classes: int
    macs: int
    svm_parameters: int | None


class Dataset(OpenShape):
    """Facts of a data set; an uploaded one has its report, or how far it is."""

    name: str
    title: str
    description: str
    kind: Literal["points", "images"]
    input_shape: list[int]
    classes: list[str]
    train_size: int
    test_size: int
    available: bool
    problem: str | None
    state: Literal["ready", "unpacking", "failed"]


class Device(Shape):
    """A place to train; memory in bytes, utilization 0..1, null where the driver does not say."""

    name: str
    kind: str
    title: str
    slots: int
    memory_total: int | None
    memory_used: int | None
    utilization: float | None
    job_ids: list[str]


class Health(Shape):
    """Is every part at work; `parts` also tells of those that may rest."""

    status: Literal["ok", "down"]
    version: str
    database: Literal["ok", "down"]
    supervisor: Literal["ok", "down"]
    parts: dict[str, str]
