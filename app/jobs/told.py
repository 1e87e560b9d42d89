"""What a job's log tells of its training up to a step. Rule: what rewinds made void is not told."""

from collections.abc import Iterable

import orjson

from app.jobs.folds import surviving
from ml.entries import Diagnosis, Entry

TOLD = ["metrics", "diagnosis", "rewind"]


def diagnosis_of(fields: dict[str, object]) -> Diagnosis:
    """The diagnosis that `fields`, an object of the log, was written from."""
    names = ("kind", "since_step", "message", "evidence", "remedy")
    return Diagnosis(**{name: fields.get(name) for name in names})  # type: ignore[arg-type]


def told(texts: Iterable[str], to_step: int) -> list[Entry]:
    """The metrics, then the diagnoses of a log (its entries of TOLD) that hold after a rewind."""
    rewound = [*texts, orjson.dumps({"type": "rewind", "to_step": to_step}).decode()]
    diagnoses: list[Diagnosis] = []
    for text in rewound:
        fields = orjson.loads(text)
        if fields["type"] == "rewind":
            diagnoses = [one for one in diagnoses if one.since_step <= fields["to_step"]]
        elif fields["type"] == "diagnosis":
            diagnoses.append(diagnosis_of(fields))
    return [*(entry for entry, _ in surviving(rewound)), *diagnoses]
