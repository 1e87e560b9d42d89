"""The training loop: a generator of typed entries, from the first note to the final status."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import cast

import torch
from torch import nn

from ml.batches import Batches
from ml.config import TrainConfig
from ml.control import Control
from ml.datasets.load import Dataset, load
from ml.device import choose_device, make_deterministic, precision_context
from ml.entries import Entries, Entry, Note, Status
from ml.evaluate import Score, evaluate
from ml.models.build import build, pool_first
from ml.models.zoo import layers_of
from ml.optim import build_optimizer, scheduled_rate, set_rate
from ml.patience import Patience
from ml.plan import network_input_shape, plan
from ml.recorder import Recorder
from ml.seeds import derived_seed
from ml.step import update


def build_module(config: TrainConfig, input_shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """The network of `config`, seeded; in the fastest form that computes the same numbers."""
    torch.manual_seed(derived_seed("weights", config.seed))
    return build(pool_first(layers_of(config, input_shape, classes)), input_shape)


def train(config: TrainConfig, control: Control, data_directory: Path) -> Entries:
    """Train as `config` says, yielding entries about every 40 ms; the last is the final status.

    `control` is asked between steps and between evaluation batches. Failures other than divergence are
    raised: DatasetFailure, DeviceMissingError, torch's own; `ml.failures.explain` puts them into words.
    """
    device = choose_device(config.device)
    make_deterministic(device)
    dataset = yield from _loaded(config, control, data_directory, device)
    requested = Status("stopped", reason="requested")
    if dataset is None:
        yield requested
        return
    planned = plan(config, dataset.facts)
    batches = Batches(config, dataset, planned)
    shape = network_input_shape(config, dataset.facts)
    module = build_module(config, shape, len(dataset.facts.classes))
    module = module.to(device).to(memory_format=torch.channels_last)
    optimizer = build_optimizer(config, module.parameters())
    precision = precision_context(device, config.precision)
    patience = Patience(config.early_stopping_patience)
    recorder = Recorder()

    def evaluation(epoch: int) -> Generator[Note, None, dict[str, Score] | None]:
        scores = {}
        for split, samples in (("validation", batches.validation), ("test", batches.test)):
            if not len(samples):
                continue
            announced = f"evaluating the untrained network on {split}" if epoch == 0 else None
            score = yield from evaluate(config, module, batches, samples, control, precision, announced)
            if score is None:
                return None
            recorder.record_evaluation(split, epoch, *score)  # type: ignore[arg-type]
            scores[split] = score
        return scores

    def ended(status: Status) -> Iterator[Entry]:
        yield from recorder.flush()
        yield _diverged(recorder, config) if recorder.diverged_at else status

    yield Status("running", device=str(device))
    if (yield from evaluation(epoch=0)) is None:
        yield from ended(requested)
        return
    yield from recorder.flush()

    for epoch in range(1, config.epochs + 1):
        rate = scheduled_rate(config, epoch)
        set_rate(optimizer, rate)
        recorder.start_clock()
        for batch in batches.epoch(epoch):
            loss, correct = update(config, module, optimizer, batch, precision)
            recorder.record_step(epoch, loss, correct, len(batch.targets), rate)
            if recorder.is_due():
                yield from _flushed_between_steps(recorder)
            if recorder.diverged_at or control.stop_requested():
                yield from ended(requested)
                return
        recorder.stop_clock()

        if recorder.is_due() or batches.evaluation_is_long:
            yield from recorder.flush()
        scores = None if recorder.diverged_at else (yield from evaluation(epoch))
        if scores is None:
            yield from ended(requested)
            return
        if "validation" in scores and patience.is_exhausted(epoch, scores["validation"].loss):
            message = f"validation loss has not improved since epoch {patience.best_epoch}"
            yield from ended(Status("completed", reason="early_stopping", message=message))
            return
        if recorder.is_due():
            yield from recorder.flush()
    yield from ended(Status("completed"))


def _loaded(
    config: TrainConfig, control: Control, data_directory: Path, device: torch.device
) -> Generator[Note, None, Dataset | None]:
    """The data set, or None when a stop was asked for while it was fetched or decoded."""
    loading = load(config.dataset, data_directory, device)
    while True:
        try:
            note = next(loading)
        except StopIteration as finished:
            return cast(Dataset, finished.value)
        yield note
        if control.stop_requested():
            loading.close()
            return None


def _flushed_between_steps(recorder: Recorder) -> Iterator[Entry]:
    """Flush while training: reading back counts as training, whatever the reader does with it does not."""
    entries = list(recorder.flush())
    recorder.stop_clock()
    yield from entries
    recorder.start_clock()


def _diverged(recorder: Recorder, config: TrainConfig) -> Status:
    return Status(
        "failed",
        reason="diverged",
        message=(
            f"The loss became {recorder.diverged_loss} at step {recorder.diverged_at:,}. "
            f"Try a smaller learning rate than {config.learning_rate:g}."
        ),
    )
