"""Who takes pictures of a training, and of what. Rule: taking one changes nothing that is learned.

A taker draws no random number, leaves the module in training mode with its weights and buffers untouched, and
remembers nothing that a resumed training would lack.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal

import orjson

from ml.answers import Answers
from ml.batches import Batches, Samples
from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.entries import JSON, Snapshot
from ml.evaluate import Score
from ml.learner import Learner


@dataclass(frozen=True, slots=True)
class Scene:
    """What may be looked at. The learner's module and config may be others at every look."""

    facts: DatasetFacts
    learner: Learner
    batches: Batches
    precision: AbstractContextManager[object]
    answers: Answers = field(default_factory=Answers)

    @property
    def judged_split(self) -> Literal["validation", "test"]:
        """The split that a network is looked at with: the one held out, or the test set where none is."""
        return "validation" if len(self.batches.validation) else "test"

    @property
    def judged(self) -> Samples:
        """The samples of `judged_split`."""
        return self.batches.validation if len(self.batches.validation) else self.batches.test

    @property
    def config(self) -> TrainConfig:
        """The config as it is now, with what was adjusted."""
        return self.learner.config

    def snapshot(self, kind: str, content: bytes, media_type: str) -> Snapshot:
        """A picture of this moment."""
        position = self.learner.position
        return Snapshot(kind, position.step, position.epoch, media_type, content)

    def json_snapshot(self, kind: str, content: object) -> Snapshot:
        """A picture of this moment made of JSON data; numpy arrays are lists there."""
        return self.snapshot(kind, orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY), JSON)


class Taker:
    """One kind of picture; what is not overridden takes none. Each look takes 0.3 s at most."""

    def between_steps(self, scene: Scene) -> Iterator[Snapshot]:
        """After a flush, about every 40 ms while it trains."""
        yield from ()

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """After the evaluation that follows an epoch, and after that before the first one (epoch 0)."""
        yield from ()
