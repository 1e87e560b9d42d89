"""Whether data are still those that a network learned from. Rule: what they hold counts, not dates or names.

No torch here: the server asks before it lets a job go on.
"""

from hashlib import blake2b

import numpy as np

from ml.datasets.arrays import Arrays
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DataError

DIGEST_BYTES = 16
COPIED = 1024  # samples at a time, so that arrays mapped from a disk are never whole in memory


class DataReplacedError(DataError):
    """Other data lie under the name that a network learned from."""


def fingerprint_of(arrays: Arrays, *further: object) -> str:
    """32 hexadecimal digits that tell data apart by their samples, labels, classes, split, order and size.

    `further`: what else a training makes of them. About 1.2 s a GB on one core.
    """
    digest = blake2b(
        repr((arrays.classes, further)).encode("utf-8", "surrogateescape"), digest_size=DIGEST_BYTES
    )
    for part in (arrays.train_inputs, arrays.train_targets, arrays.test_inputs, arrays.test_targets):
        digest.update(f"{part.dtype.str}{part.shape}".encode())
        for start in range(0, len(part), COPIED):
            digest.update(np.ascontiguousarray(part[start : start + COPIED]).data)
    return digest.hexdigest()


def refuse_others(facts: DatasetFacts, learned: str | None) -> None:
    """Raise DataReplacedError when `facts` are of other data than those with the fingerprint `learned`.

    Where one of the two is not known (None) nothing can be said.
    """
    if learned is None or facts.fingerprint is None or learned == facts.fingerprint:
        return
    if facts.created_at is None:
        raise DataReplacedError(
            f"the files of data set {facts.name} were changed: they no longer hold the samples that the job "
            "learned from; put the former ones back, or start a new job"
        )
    moment = facts.created_at[:16].replace("T", " ")
    raise DataReplacedError(
        f"the data set {facts.name} was replaced at {moment} UTC: it no longer holds the pictures that the "
        "job learned from; upload the former ones again under this name, or start a new job"
    )
