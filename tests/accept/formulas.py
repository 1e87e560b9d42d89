"""Promises 17, 18, 20 and 21: formulas against oracles, and the figures that were committed."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from ml.models import by_hand
from tests.accept.report import Report
from tests.product import Product

ROOT = Path(__file__).parent.parent.parent
SHAPES = 200  # random ones
MOST = 24  # units, inputs, samples of a random shape


def relative_error(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    """max|a - b| / max(|a|, |b|) of a parameter's gradient."""
    scale = max(ours.abs().max().item(), theirs.abs().max().item())
    return (ours - theirs).abs().max().item() / scale if scale else 0.0


def _worst(precision: torch.dtype) -> float:
    generator = torch.Generator().manual_seed(0)
    worst = 0.0
    for number in range(SHAPES):
        inputs, hidden, samples = (int(torch.randint(1, MOST, (), generator=generator)) for _ in range(3))
        classes = int(torch.randint(2, 10, (), generator=generator))
        x = torch.randn(samples, inputs, generator=generator, dtype=torch.float64).to(precision)
        targets = torch.randint(0, classes, (samples,), generator=generator)
        shapes = (hidden, inputs), (hidden,), (classes, hidden), (classes,)
        drawn = (torch.randn(*shape, generator=generator, dtype=torch.float64) for shape in shapes)
        weights = by_hand.Weights(*((weight / weight.shape[-1] ** 0.5).to(precision) for weight in drawn))
        loss, factor = ("cross_entropy", "mse")[number % 2], 1.0 if number % 4 < 2 else 1 / samples
        ours, _ = by_hand.gradients(weights, loss, x, targets, factor)
        parameters = [weight.clone().requires_grad_() for weight in weights]
        scores = F.linear(torch.tanh(F.linear(x, *parameters[:2])), *parameters[2:])
        if loss == "cross_entropy":
            total = F.cross_entropy(scores, targets, reduction="sum")
        else:
            one_hot = F.one_hot(targets, classes).to(precision)
            total = (scores.softmax(1) - one_hot).square().mean(1).sum()
        theirs = torch.autograd.grad(total * factor, parameters)
        worst = max(worst, *map(relative_error, ours, theirs))
    return worst


def passed(report: Report, what: str, *tests: str) -> None:
    """These tests pass, none of them skipped."""
    command = [sys.executable, "-m", "pytest", "-q", *tests]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1]
    report.holds(what, done.returncode == 0 and "skip" not in last, last)


def gradients(report: Report) -> None:
    """The perceptron by hand against autograd."""
    for precision, bound in ((torch.float32, 1e-5), (torch.float64, 1e-10)):
        name = str(precision).removeprefix("torch.")
        error = _worst(precision)
        report.line(f"{SHAPES} random shapes, {name}", f"{error:.2e}", f"< {bound:g}", error < bound)
    module = "tests/test_by_hand.py"
    passed(
        report,
        "any shape that hypothesis finds",
        f"{module}::test_gradients_are_those_of_autograd_in_float64",
    )
    passed(
        report,
        "curves within 1e-4 over 200 steps",
        f"{module}::test_curves_agree_with_autograd_over_200_steps",
    )
    passed(report, "with an autograd that raises", f"{module}::test_autograd_is_never_used")


def _section(text: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found.group() if found else ""


def _accuracies(section: str) -> dict[str, float]:
    rows = re.findall(r"^\| ([A-Z][^|*]*?)(?: \*\*\w+\*\*)* \| ([\d.]+) %", section, re.MULTILINE)
    return {label: float(value) for label, value in rows}


def committed_ladder(report: Report) -> None:
    """What docs/reproduction.md says of the ladder: mean of the last three of 20 epochs."""
    text = (ROOT / "docs" / "reproduction.md").read_text()
    section = _section(text, "Regularization ladder on CIFAR-10")
    report.holds("it is of 20 epochs, all four jobs finished", "20 epochs" in section and "4 of 4" in section)
    found = _accuracies(section)
    baseline, standardized = found["Baseline"], found["Standardization"]
    report.at_least("standardization above the baseline", standardized - baseline, 2, " points")
    gain = found["Augmentation"] - standardized
    report.line("augmentation above standardization", f"{gain:.1f} points", "> 0", gain > 0)
    claim = re.search(r"^\| the baseline over-fits[^|]*\| ([^|]*) \| (holds)?", section, re.MULTILINE)
    told = claim.group(1) if claim else "not told"
    report.line("baseline's test loss rises", told, "holds", bool(claim and claim.group(2)))


def regularizers(report: Report) -> None:
    """Dropout, batch normalization, standardization and augmentation do what they say."""
    tests = "tests/test_batches.py", "tests/test_inputs.py"
    passed(report, "standardization by training statistics only, augmentation anew", *tests)
    _dropout(report)
    _batch_norm(report)


def _dropout(report: Report) -> None:
    from torch import nn

    from ml.config import TrainConfig
    from ml.models.build import build_module

    config = TrainConfig(dataset="digits", hidden_sizes=[2000], dropout=0.75, activation="relu")
    dropout = next(
        part for part in build_module(config, (1, 8, 8), 10).modules() if isinstance(part, nn.Dropout)
    )
    ones = torch.ones(2000)
    dropped = dropout(ones)
    survivors = dropped[dropped > 0].unique().tolist()
    report.line("dropout 0.75 scales survivors by", str(survivors), "[4.0]", survivors == [4.0])
    report.holds("dropout is off in evaluation", torch.equal(dropout.eval()(ones), ones))


def _batch_norm(report: Report) -> None:
    from ml.config import TrainConfig
    from ml.models.build import build_module

    config = TrainConfig(dataset="cifar10", architecture="alexnet", batch_norm=True)
    module = build_module(config, (3, 32, 32), 10)
    module(torch.rand(8, 3, 32, 32))
    before = [buffer.clone() for buffer in module.buffers()]
    module.eval()(torch.rand(8, 3, 32, 32))
    still = all(map(torch.equal, before, module.buffers()))
    report.holds("batch normalization's buffers stand still in evaluation", still and bool(before))


def sheets(report: Report, product: Product) -> None:
    """Sheets through the API, and the oracles' tests."""
    wanted: list[tuple[str, dict[str, Any], int]] = [
        ("alexnet", {"dataset": "cifar10", "architecture": "alexnet"}, 1_191_170),
        ("lenet5", {"dataset": "mnist", "architecture": "lenet5"}, 61_706),
    ]
    for name, body, parameters in wanted:
        found = product.http.post("/api/inspect", json=body).json()["parameters"]
        report.line(f"{name}: parameters", f"{found:,}", f"{parameters:,}", found == parameters)
    found = product.http.get("/api/sheets/vgg16-224").json()["parameters"]
    report.line("vgg16 at 224: parameters", f"{found:,}", "138,357,544", found == 138_357_544)
    tests = "tests/test_sheet.py", "tests/test_convolutionalize.py"
    passed(report, "receptive fields, torchvision, converted vgg16 8×8×1000 for 448×448", *tests)
