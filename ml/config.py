"""The configuration of a training job: every field's limits, default and help, said once.

The form, the validation, the documentation and the command line all come from `TrainConfig`.
Rule: nothing here imports torch, so the server can use it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from ml.models.notation import LONGEST_TEXT, NotationError, parse

DatasetName = Literal["circles", "moons", "xor", "spiral", "digits", "mnist", "fashion_mnist", "cifar10"]
OWN_NAME = r"^[a-z][a-z0-9_-]{0,39}$"  # of an uploaded data set: a folder's name on every system
OwnDatasetName = Annotated[str, StringConstraints(pattern=OWN_NAME)]
GENERATED_POINTS = ["circles", "moons", "xor", "spiral"]  # data sets that `points` and `noise` speak of
FEWEST_POINTS, MOST_POINTS, MOST_NOISE = 10, 20_000, 2.0
ArchitectureName = Literal["mlp", "lenet5", "alexnet", "vgg16", "resnet18", "cnn", "bow_svm"]
WITHOUT_GRADIENTS = ["bow_svm"]  # architectures that are fitted otherwise: no gradient, no epochs
OF_GRADIENTS = ("regularization", "optimization")  # groups of fields that mean nothing to them
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Changeable = Literal["running", "fork"]  # while it trains and in a fork, or in a fork only
HiddenSize = Annotated[int, Field(ge=1, le=16384)]


def _field(
    default: Any,
    title: str,
    description: str,
    group: str,
    changeable: Changeable | None = None,
    *,
    short: str | None = None,
    empty: str | None = None,
    speaks: bool = False,
    **bounds: Any,
) -> Any:
    """`short`: the title where there is little room, as in labels; `empty`: what no value means, in words;
    `speaks`: the value says which field it is."""
    extra = {"group": group, **bounds.pop("extra", {})}
    words = {"short": short, "empty": empty, "speaks": speaks or None}
    extra |= {name: said for name, said in words.items() if said is not None}
    if group in OF_GRADIENTS:
        extra["not_architectures"] = WITHOUT_GRADIENTS
    if changeable is not None:
        extra["changeable"] = changeable
    return Field(default=default, title=title, description=description, json_schema_extra=extra, **bounds)


class TrainConfig(BaseModel):
    """One training: what is learned, by which network, how. Flat; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    name: Name | None = _field(
        None,
        "Name",
        "A label for people; made from what differs from the defaults when absent.",
        "job",
        changeable="fork",
    )

    dataset: DatasetName | OwnDatasetName = _field(
        "circles",
        "Data set",
        "What the network learns from; also the name of an uploaded one.",
        "data",
        speaks=True,
    )
    train_size: int | None = _field(
        None,
        "Training samples",
        "Use only the first N training samples of the split order; all of them when empty.",
        "data",
        short="samples",
        empty="all samples",
        ge=2,
        le=1_000_000_000,
    )
    validation_fraction: float = _field(
        0.1,
        "Validation share",
        "Share of the training samples held out to choose by; the test set stays for reporting.",
        "data",
        short="validation",
        ge=0.0,
        le=0.5,
    )
    split_seed: int = _field(
        0,
        "Split seed",
        "Seed of the permutation that decides which samples are held out.",
        "data",
        ge=0,
        le=2**32 - 1,
    )
    points: int = _field(
        200,
        "Points",
        "How many points are generated for training, and as many for the test.",
        "data",
        ge=FEWEST_POINTS,
        le=MOST_POINTS,
        extra={"datasets": GENERATED_POINTS},
    )
    noise: float | None = _field(
        None,
        "Noise",
        "Standard deviation of the Gaussian added to both coordinates; the data set's own when empty.",
        "data",
        empty="own noise",
        ge=0.0,
        le=MOST_NOISE,
        extra={"datasets": GENERATED_POINTS},
    )

    architecture: ArchitectureName = _field(
        "mlp", "Architecture", "The network's layers.", "model", speaks=True
    )
    hidden_sizes: list[HiddenSize] = _field(
        [4],
        "Hidden layer sizes",
        "Units of each hidden layer, first to last; empty for a linear model.",
        "model",
        short="hidden",
        max_length=16,
        extra={"architectures": ["mlp"]},
    )
    activation: Literal["tanh", "relu", "sigmoid"] = _field(
        "tanh",
        "Activation",
        "Nonlinearity after each hidden layer.",
        "model",
        speaks=True,
        extra={"architectures": ["mlp"]},
    )
    layers: str = _field(
        "conv 16 3x3 pad 1, relu, pool 2, conv 32 3x3 pad 1, relu, pool 2, fc 64, relu",
        "Layers",
        "Your own network, first to last: the layers with commas between them. "
        "The fully connected layer that gives the classes is added by itself.",
        "model",
        max_length=LONGEST_TEXT,
        extra={"architectures": ["cnn"], "multiline": True},
    )
    words: int = _field(
        1000,
        "Visual words",
        "Kinds of patches found by k-means in the training pictures; patches without structure are one more.",
        "model",
        short="words",
        ge=2,
        le=10_000,
        extra={"architectures": ["bow_svm"]},
    )
    gradients: Literal["autograd", "by_hand"] = _field(
        "autograd",
        "Gradients",
        "By automatic differentiation; or by hand, from the formulas derived for one tanh hidden layer.",
        "model",
        extra={"architectures": ["mlp"]},
    )

    standardize: bool = _field(
        False,
        "Standardization",
        "Centre and scale each channel by the training set's mean and deviation.",
        "regularization",
        short="standardize",
    )
    augment: bool = _field(
        False,
        "Augmentation",
        "Random crop to 7/8 of the side, drawn anew for every sample, and a flip where labels survive it.",
        "regularization",
        short="augment",
    )
    lr_schedule: Literal["constant", "exponential", "cosine"] = _field(
        "constant",
        "Learning-rate schedule",
        "How the rate changes after each epoch: not at all, times gamma, or along a cosine to zero.",
        "regularization",
        short="schedule",
        speaks=True,
        changeable="fork",
    )
    lr_gamma: float = _field(
        0.95,
        "Schedule gamma",
        "Factor on the learning rate after each epoch of the exponential schedule.",
        "regularization",
        short="gamma",
        changeable="fork",
        gt=0.0,
        le=1.0,
        extra={"lr_schedule": ["exponential"]},
    )
    dropout: float = _field(
        0.0,
        "Dropout",
        "Probability of silencing a unit before the last layer, in training only.",
        "regularization",
        changeable="running",
        ge=0.0,
        lt=1.0,
    )
    batch_norm: bool = _field(
        False,
        "Batch normalization",
        "Renormalize after each convolution or hidden layer by the batch's own statistics.",
        "regularization",
        short="batch norm",
    )

    loss: Literal["cross_entropy", "mse"] = _field(
        "cross_entropy",
        "Loss",
        "Cross-entropy of the scores, or mean squared error of softmax outputs against one-hot targets.",
        "optimization",
        speaks=True,
        changeable="fork",
    )
    loss_reduction: Literal["mean", "sum"] = _field(
        "mean",
        "Gradient of the batch",
        "Average the samples' gradients, or sum them as the practical does; the reported loss is the mean.",
        "optimization",
        short="gradient",
        changeable="fork",
    )
    optimizer: Literal["sgd", "adam"] = _field(
        "sgd",
        "Optimizer",
        "Stochastic gradient descent, or Adam.",
        "optimization",
        changeable="fork",
        speaks=True,
    )
    learning_rate: float = _field(
        0.1,
        "Learning rate",
        "Step size of an update, before any schedule.",
        "optimization",
        short="lr",
        changeable="running",
        gt=0.0,
        le=1e6,
    )
    momentum: float = _field(
        0.0,
        "Momentum",
        "Share of the previous update kept in the next.",
        "optimization",
        changeable="fork",
        ge=0.0,
        lt=1.0,
        extra={"optimizer": ["sgd"]},
    )
    weight_decay: float = _field(
        0.0, "Weight decay", "L2 penalty: this times the weight is added to its gradient.", "optimization",
        changeable="running",
        ge=0.0, le=1e3,
    )  # fmt: skip
    batch_size: Annotated[int, Field(ge=1, le=1_000_000_000)] | Literal["full"] = _field(
        128,
        "Batch size",
        "Samples per update; 1 is online learning, “full” the whole training set.",
        "optimization",
        short="batch",
    )
    epochs: int = _field(
        10,
        "Epochs",
        "Passes over the training samples.",
        "optimization",
        changeable="running",
        ge=1,
        le=1_000_000,
    )
    early_stopping_patience: int | None = _field(
        None,
        "Early stopping",
        "Stop after this many epochs without a better validation loss; never when empty.",
        "optimization",
        short="patience",
        empty="no early stopping",
        changeable="fork",
        ge=1,
        le=1_000_000,
    )

    seed: int = _field(
        0,
        "Seed",
        "Same seed, device kind and thread count: same curve, bit for bit.",
        "run",
        ge=0,
        le=2**32 - 1,
    )
    device: str = _field(
        "auto",
        "Device",
        "auto takes a free GPU and the CPU where there is none; or cpu, cuda, cuda:N.",
        "run",
        changeable="fork",
        pattern=r"^(auto|cpu|cuda|cuda:\d{1,3})$",
    )
    precision: Literal["float32", "bfloat16"] = _field(
        "float32",
        "Precision",
        "bfloat16 computes forward and backward at reduced precision: faster, slightly different curves.",
        "run",
        speaks=True,
        changeable="fork",
        extra={"not_architectures": WITHOUT_GRADIENTS},
    )

    @field_validator("layers")
    @classmethod
    def _layers_can_be_read(cls, text: str) -> str:
        try:
            parse(text)
        except NotationError as mistake:
            context = {"message": str(mistake), "start": mistake.start, "end": mistake.end}
            raise PydanticCustomError("notation", "{message}", context) from None
        return text


def fields_changeable(*when: Changeable) -> list[str]:
    """The fields that may change `when`, in the schema's order."""
    found = []
    for name, field in TrainConfig.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("changeable") in when:
            found.append(name)
    return found


RUNNING_FIELDS = fields_changeable("running")
FORK_FIELDS = fields_changeable("running", "fork")
