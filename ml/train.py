"""The training loop: a generator of typed entries, from the first note to the final status."""

from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import cast

import torch

from ml.batches import Batches
from ml.checkpoint import Checkpoint
from ml.config import WITHOUT_GRADIENTS, TrainConfig
from ml.control import Control, Leave, Orders, Pause, Stop
from ml.datasets.identity import refuse_others
from ml.datasets.load import Dataset, load
from ml.datasets.registry import cloud_of
from ml.device import choose_device, make_deterministic, precision_context
from ml.diagnose.doctor import Doctor
from ml.entries import Change, Entries, Entry, Note, Status
from ml.evaluate import Score, evaluate
from ml.keeper import Keeper
from ml.learner import Learner
from ml.pilot import REQUESTED, Pilot
from ml.recorder import Recorder
from ml.snapshots.observer import Observer
from ml.snapshots.taker import Scene
from ml.step import update


@dataclass(frozen=True, slots=True)
class Past:
    """What a training goes on from: a checkpoint, None for the beginning, and the changes made since.

    `as_fork`: the checkpoint is another job's and the config's own values count, not the checkpoint's;
    `sets_rate`: its learning rate too was set by hand, whatever the schedule had made of it.
    `data_fingerprint`: of the data that it learned from; training goes on with no others.
    `told`: the metrics and diagnoses up to the checkpoint that the job's own log holds, oldest first.
    """

    checkpoint: Checkpoint | None = None
    changes: Collection[Change] = ()
    as_fork: bool = False
    sets_rate: bool = False
    told: Collection[Entry] = ()
    data_fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where checkpoints go: the job's folder, and the attempt that writes them."""

    folder: Path | None = None
    attempt: int = 1


def train(
    config: TrainConfig,
    control: Control,
    data_directory: Path,
    past: Past = Past(),
    shelf: Shelf = Shelf(),
) -> Entries:
    """Train as `config` says, yielding entries about every 40 ms; the last is the final status.

    `control` is asked between steps and between evaluation batches. Failures other than divergence are
    raised: DatasetFailure, DeviceMissingError, torch's own; `ml.failures.explain` puts them into words.
    """
    doctor = Doctor(config, past.changes, past.told)
    yield from doctor.attend(_training(config, control, data_directory, past, shelf, doctor))


def _training(
    config: TrainConfig, control: Control, data_directory: Path, past: Past, shelf: Shelf, doctor: Doctor
) -> Entries:
    device = choose_device(config.device)
    make_deterministic(device)
    orders = Orders(control)
    dataset = yield from _loaded(config, orders, data_directory, device)
    if dataset is None:
        yield from _never_begun(orders)
        return
    refuse_others(dataset.facts, past.data_fingerprint)
    if config.architecture in WITHOUT_GRADIENTS:
        from ml.train_words import (
            train_words,  # a generator of its own: it has nothing in common but the data
        )

        yield from train_words(config, orders, dataset, device)
        return
    learner = Learner(config, dataset.facts, device)
    if past.checkpoint is not None:
        learner.restore(past.checkpoint, as_fork=past.as_fork)
        learner.recall(past.changes)
        if past.as_fork and past.sets_rate:
            learner.set_rate_by_hand(config.learning_rate)
    batches = Batches(config, dataset, learner.planned)
    precision = precision_context(device, config.precision)
    recorder = Recorder(learner.position.step, learner.train_seconds)
    keeper = Keeper(learner, recorder, shelf.folder, shelf.attempt)
    pilot = Pilot(orders, learner, recorder, keeper, past.changes)
    scene = Scene(dataset.facts, learner, batches, precision)
    observer = Observer(scene)
    doctor.meet(dataset.facts, learner.planned, learner.position.step)

    def evaluation() -> Generator[Note, None, dict[str, Score] | None]:
        scores = {}
        epoch = learner.position.epoch
        for split, samples in (("validation", batches.validation), ("test", batches.test)):
            if not len(samples):
                continue
            announced = f"evaluating the untrained network on {split}" if epoch == 0 else None
            interrupted = partial(orders.hold, Stop, Pause, Leave)
            began = perf_counter()
            kept = scene.answers.collect(split, len(samples), len(dataset.facts.classes))
            score = yield from evaluate(
                config, learner.module, batches, samples, interrupted, precision, announced, kept
            )
            if score is None:
                return None
            scores[split] = score
            doctor.note_evaluation(len(samples), perf_counter() - began)
        for split, score in scores.items():  # all or none: a resumed training evaluates anew
            recorder.record_evaluation(split, epoch, *score)  # type: ignore[arg-type]
        return scores

    final = Status("completed")
    yield Status("running", device=str(device), data_fingerprint=dataset.facts.fingerprint)
    while True:
        if learner.is_to_evaluate:
            if recorder.is_due() or batches.evaluation_is_long:
                yield from recorder.flush()
            scores = None if recorder.diverged_at else (yield from evaluation())
            if scores is not None:
                is_best = learner.judge(scores)
                if recorder.is_due() or learner.position.epoch == 0:
                    yield from recorder.flush()
                yield from keeper.after_epoch(is_best)
                if not recorder.diverged_at:  # the log ends at that step
                    yield from observer.after_epoch(scores)
        if (yield from pilot.obey()):
            return
        if recorder.diverged_at:
            break
        if learner.is_to_evaluate:
            continue  # a command came before the evaluation was through
        if learner.position.is_evaluated and learner.patience.is_exhausted(learner.position.epoch):
            message = f"validation loss has not improved since epoch {learner.patience.best_epoch}"
            final = Status("completed", reason="early_stopping", message=message)
            yield from keeper.save()
            break
        if learner.is_finished:
            break

        epoch = learner.enter_epoch()
        recorder.start_clock()
        for batch in batches.epoch(epoch, learner.position.step_in_epoch):
            loss, correct = update(learner.config, learner.module, learner.optimizer, batch, precision)
            recorder.record_step(epoch, loss, correct, len(batch.targets), learner.rate)
            learner.advance()
            if recorder.is_due():
                yield from _flushed_between_steps(recorder)
                if recorder.diverged_at:
                    break
                recorder.stop_clock()
                if keeper.is_overdue:
                    yield from keeper.save()
                yield from observer.between_steps()
                recorder.start_clock()
            if pilot.is_called:
                if (yield from pilot.obey()):
                    return
                recorder.start_clock()
        recorder.stop_clock()
    yield from recorder.flush()
    yield pilot.diverged() if recorder.diverged_at else final


def _loaded(
    config: TrainConfig, orders: Orders, data_directory: Path, device: torch.device
) -> Generator[Note, None, Dataset | None]:
    """The data set, or None when an end was asked for while it was fetched or decoded."""
    loading = load(config.dataset, data_directory, device, cloud_of(config))
    while True:
        try:
            note = next(loading)
        except StopIteration as finished:
            return cast(Dataset, finished.value)
        yield note
        if orders.hold(Stop, Leave):
            loading.close()
            return None


def _never_begun(orders: Orders) -> Iterator[Entry]:
    command = orders.take_ending()
    if isinstance(command, Leave):
        yield Status("running")  # a job can be paused only once it runs
        yield Status("paused", message=command.message)
    else:
        yield REQUESTED


def _flushed_between_steps(recorder: Recorder) -> Iterator[Entry]:
    """Flush while training: reading back counts as training, whatever the reader does with it does not."""
    entries = list(recorder.flush())
    recorder.stop_clock()
    yield from entries
    recorder.start_clock()
