"""The old baseline as a job: visual words, histograms, and linear support vector machines, with no gradient.

Rule: the fit is one step of one epoch. There is no loss to watch on the way, so notes say how far it is; at
the end come one row each of train, validation and test, and the confusion of the held-out split. It keeps no
checkpoint: a job that is resumed begins anew and, being seeded, comes to the same numbers.
"""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import perf_counter
from typing import TypeVar

import numpy as np
import orjson
import torch

from ml.batches import Batches, Samples
from ml.config import TrainConfig
from ml.control import Leave, Orders, Pause, Stop
from ml.datasets.failures import DataError
from ml.datasets.load import Dataset
from ml.entries import JSON, Entries, Entry, Metrics, Note, Snapshot, Status
from ml.models.bag_of_words import grid_of, wanted_patches
from ml.pairwise import Floats, Pairwise, Targets, confusion, fit_pair, pairs_of
from ml.pilot import REQUESTED
from ml.plan import plan
from ml.snapshots.confusion import content_of
from ml.visual_words import drawn_patches, fitted, histograms

NOTE_SECONDS = 1.0
OBEY_SECONDS = 0.1  # between two looks at the orders while a classifier is fitted
STEP = EPOCH = 1
NO_RATE = 0.0  # nothing descends

Result = TypeVar("Result")
Pieces = Generator[str, None, Result]  # a word on how far it is, after every piece of work


class Ended(Exception):  # noqa: N818 - it names what happened
    """The training was told to end; carries its last entry."""

    def __init__(self, last: Status) -> None:
        super().__init__(last.status)
        self.last = last


class Pace:
    """Between two pieces of work: tells about once a second, obeys at once, and knows the seconds of work."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._told = self._since = perf_counter()
        self._worked = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of work, without pauses."""
        return self._worked + perf_counter() - self._since

    def through(self, pieces: Pieces[Result]) -> Generator[Entry, None, Result]:
        """Do all `pieces`. Raises Ended."""
        while True:
            try:
                word = next(pieces)
            except StopIteration as finished:
                return finished.value  # type: ignore[no-any-return]
            if perf_counter() - self._told >= NOTE_SECONDS:
                self._told = perf_counter()
                yield Note("info", word)
            yield from self._obey()

    def _obey(self) -> Iterator[Entry]:
        while (command := self._orders.take()) is not None:
            if isinstance(command, Pause):
                yield from self._rest(command)
            self._end_on(command)

    def _rest(self, command: Pause) -> Iterator[Entry]:
        self._worked = self.seconds
        yield Status("paused", message=command.message)
        while True:
            told = self._orders.take_when_there()
            self._end_on(told)
            if isinstance(told, Pause):
                yield Status("paused", message=told.message)  # somebody else wants it now
            else:  # a single step is the whole fit, so it goes on as a resume does
                self._since = perf_counter()
                yield Status("running")
                return

    def _end_on(self, command: object) -> None:
        if isinstance(command, Leave):
            raise Ended(Status("paused", message=command.message))
        if isinstance(command, Stop):
            raise Ended(REQUESTED)


def train_words(config: TrainConfig, orders: Orders, dataset: Dataset, device: torch.device) -> Entries:
    """Fit the baseline on `dataset`, which lies on `device`. Raises DataError for what cannot be fitted."""
    batches = Batches(config, dataset, plan(config, dataset.facts))
    pace = Pace(orders)
    yield Status("running", device=str(device), data_fingerprint=dataset.facts.fingerprint)
    try:
        yield from _fit(config, dataset, batches, pace)
    except Ended as ended:
        yield ended.last
        return
    yield Status("completed")


def _fit(config: TrainConfig, dataset: Dataset, batches: Batches, pace: Pace) -> Iterator[Entry]:
    classes = dataset.facts.classes
    targets = _targets(batches.train)
    _check_classes(targets, classes)
    dictionary = yield from pace.through(_dictionary(config, dataset, batches.train))
    splits = {"train": batches.train, "validation": batches.validation, "test": batches.test}
    described = yield from pace.through(_described(config, dataset, dictionary, splits))
    pairwise = yield from pace.through(_classifiers(described["train"], targets, len(classes)))
    seconds = pace.seconds
    judged = "validation" if len(batches.validation) else "test"
    for split, samples in splits.items():
        if not len(samples):
            continue
        scores = pairwise.scores(described[split])
        of_split = _targets(samples)
        predicted = pairwise.predict(scores)
        accuracy = float((predicted == of_split).mean())
        yield _metrics(split, pairwise.loss(scores, of_split), accuracy, seconds)
        if split == judged:
            matrix = torch.from_numpy(confusion(of_split, predicted, len(classes)))
            content = content_of(split, classes, matrix)
            yield Snapshot("confusion", STEP, EPOCH, JSON, orjson.dumps(content))


def _targets(samples: Samples) -> Targets:
    return samples.targets.cpu().numpy()


def _check_classes(targets: Targets, classes: tuple[str, ...]) -> None:
    counts = np.bincount(targets, minlength=len(classes))
    if missing := [name for name, count in zip(classes, counts, strict=True) if not count]:
        raise DataError(
            f"no training picture of {', '.join(missing)} is left to tell from the others; "
            "take more training samples or hold out fewer"
        )


def _dictionary(config: TrainConfig, dataset: Dataset, samples: Samples) -> Pieces[Floats]:
    grid = grid_of(dataset.facts.input_shape)
    most = wanted_patches(config.words)
    drawn: list[Floats] = []
    for some in drawn_patches(samples.inputs, grid, config.words, config.seed):
        drawn.append(some)
        yield f"cutting patches: {min(sum(map(len, drawn)), most):,} of at most {most:,}"
    patches = np.concatenate(drawn)
    if len(patches) < config.words:
        raise DataError(
            f"the training pictures of {dataset.facts.name} give {len(patches):,} patches with structure, "
            f"fewer than the {config.words:,} words; choose fewer words or more training samples"
        )
    found = patches[: config.words]
    for share, centres in fitted(patches, config.words, config.seed):
        found = centres
        yield f"finding {config.words:,} words among {len(patches):,} patches: {share:.0%}"
    return found.astype(np.float32)


def _described(
    config: TrainConfig, dataset: Dataset, dictionary: Floats, splits: dict[str, Samples]
) -> Pieces[dict[str, Floats]]:
    grid = grid_of(dataset.facts.input_shape)
    words = torch.from_numpy(dictionary).to(dataset.train_targets.device)
    total, before = sum(map(len, splits.values())), 0
    described = {}
    for split, samples in splits.items():
        parts = []
        for done, part in histograms(samples.inputs, grid, words) if len(samples) else ():
            parts.append(part)
            yield f"describing pictures by their words: {before + done:,} of {total:,}"
        before += len(samples)
        described[split] = np.concatenate(parts) if parts else np.empty((0, config.words + 1), np.float32)
    return described


def _classifiers(features: Floats, targets: Targets, classes: int) -> Pieces[Pairwise]:
    pairs = list(pairs_of(classes))
    weights, biases = np.empty((len(pairs), features.shape[1])), np.empty(len(pairs))
    for number, (first, second) in enumerate(pairs):
        word = f"fitting classifiers: {number} of {len(pairs)} pairs of classes"
        fit = yield from _waited_for(lambda a=first, b=second: fit_pair(features, targets, a, b), word)  # type: ignore[misc]
        weights[number], biases[number] = fit
    return Pairwise(classes, weights, biases)


def _waited_for(work: Callable[[], Result], word: str) -> Pieces[Result]:
    """`work` in a thread, as one classifier can take seconds; it is left to itself when the job ends."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="fit a pair")
    try:
        future: Future[Result] = pool.submit(work)
        while True:
            wait([future], OBEY_SECONDS)
            yield word
            if future.done():
                return future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _metrics(split: str, loss: float, accuracy: float, seconds: float) -> Metrics:
    columns = {
        "step": np.array([STEP], np.int32),
        "epoch": np.array([EPOCH], np.int32),
        "loss": np.array([loss], np.float32),
        "accuracy": np.array([accuracy], np.float32),
    }
    if split == "train":
        columns["learning_rate"] = np.array([NO_RATE])
        columns["train_seconds"] = np.array([seconds])
    return Metrics(split, columns)  # type: ignore[arg-type]
