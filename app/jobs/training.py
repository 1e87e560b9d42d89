"""One attempt of a job inside a worker, from row to last entry. Rule: however it ends, the log says so."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import torch
from sqlalchemy import Engine, Row, select

from app.jobs.control import JobControl
from app.jobs.folds import surviving
from app.jobs.leaving import Leaving
from app.jobs.past import BEGINNING, last_good
from app.jobs.progress import Progress, Start
from app.jobs.recovery import end_job
from app.jobs.retention import Retention
from app.jobs.saved import Saved, changes_of, saved_by, surviving_checkpoints
from app.jobs.states import is_terminal
from app.jobs.told import TOLD, told
from app.jobs.writer import RETRY_SECONDS, Attempt, LogWriter
from app.store.attempts import RESTARTS
from app.store.database import persistently, reading, writing
from app.store.log import AppendRefused, read
from app.store.schema import jobs
from app.store.torn import Stored
from ml.checkpoint import Checkpoint
from ml.checkpoint_files import checkpoints_in
from ml.config import TrainConfig
from ml.datasets.failures import DatasetFailure
from ml.datasets.registry import facts_of
from ml.entries import Change, CheckpointSaved, Entry, Rewind, Status
from ml.failures import explain
from ml.plan import plan
from ml.train import Past, Shelf, train

BROKEN = ("error", "out_of_memory", "start_failed")  # a process is not trusted after these
REMEMBERED = ["change", "checkpoint", "rewind"]

log = logging.getLogger("livetrain.worker")


class Training:
    """An attempt: what it goes on from, what it writes."""

    def __init__(self, engine: Engine, row: Row[Any], data_directory: Path, leaving: Leaving) -> None:
        self._engine = engine
        self._row = row
        self._data = data_directory
        # The first config, not today's: changes made since are made again at their steps.
        self._config = TrainConfig.model_validate_json(row.original_config).model_copy(
            update={"device": row.device}
        )
        self._current = TrainConfig.model_validate_json(row.config)
        self._forked_from = orjson.loads(row.forked_from) if row.forked_from else None
        self._folder = checkpoints_in(data_directory, row.id)
        start = start_of(self._forked_from)
        progress = Progress(plan(self._current, facts_of(self._current, data_directory)), start)
        self._writer = LogWriter(engine, Attempt(row.id, row.attempt), progress)
        self._control = JobControl(engine, row.id, row.attempt, leaving, self._writer.catch_up)
        self._retention = Retention(self._folder, (), self._current.epochs)
        self._texts = [entry.text for entry in self._logged(REMEMBERED)]

    def run(self) -> bool:
        """Train to the end; False when this process should be replaced afterwards."""
        last: Status | None = None
        log.info("attempt %d begins on %s", self._row.attempt, self._row.device)
        try:
            past = self._past()
            shelf = Shelf(self._folder, self._row.attempt)
            for entry in train(self._config, self._control, self._data, past, shelf):
                if isinstance(entry, Status):
                    last = entry
                    self._replan()  # true sizes are known once data are loaded
                self._write(entry)
        except AppendRefused:
            return False  # given up for dead, or deleted: another process speaks for this job now
        except Exception as error:  # the boundary: every failure becomes the log's last entry
            log.exception("the training failed")
            reason, message = explain(error)
            last = Status("failed", reason=reason, message=message)
            self._writer.write(last)
        finally:
            self._control.close()
        self._writer.flush()
        log.info("attempt %d ended: %s", self._row.attempt, last.status if last else "without a word")
        return last is not None and last.reason not in BROKEN

    def _past(self) -> Past:
        """What this attempt goes on from; a resumed one says in the log where that is."""
        is_first = self._row.attempt == 1
        saved = surviving_checkpoints(self._texts, self._forked_from)
        checkpoint, kept, notes = last_good(self._folder, saved, self._evaluated_steps())
        for note in notes:
            self._writer.write(note)
        if self._forked_from is not None and checkpoint is None:
            raise FileNotFoundError(
                f"the checkpoint that this job was forked from (step {self._forked_from['step']:,}) is gone"
            )
        known: list[Entry] = []
        if not is_first:
            to_step = _rewound(checkpoint, kept)
            self._writer.write(Rewind(to_step))
            known = told((entry.text for entry in self._logged(TOLD)), to_step)
        self._retention = Retention(self._folder, kept, self._current.epochs)
        inherited = bool(kept) and kept[-1].is_inherited
        sets_rate = inherited and bool((self._forked_from or {}).get("sets_rate"))
        changes = changes_of(self._texts)
        return Past(checkpoint, changes, inherited, sets_rate, known, self._row.data_fingerprint)

    def _logged(self, types: Sequence[str], split: str | None = None) -> list[Stored]:
        """The entries of `types`, as soon as the database gives them: that it is away ends no training."""

        def found() -> list[Stored]:
            with reading(self._engine) as connection:
                return read(connection, self._row.id, 0, -1, types, split)

        return persistently(found, RETRY_SECONDS)

    def _evaluated_steps(self) -> set[int]:
        """The steps whose evaluation the log holds, also only of one split."""
        found = [
            entry
            for types, split in ((["metrics"], "validation"), (["metrics"], "test"), (["rewind"], None))
            for entry in self._logged(types, split)
        ]
        texts = (entry.text for entry in sorted(found, key=lambda entry: entry.seq))
        return {int(step) for entry, _ in surviving(texts) for step in entry.columns["step"]}

    def _replan(self) -> None:
        self._writer.progress.plan = plan(self._current, facts_of(self._current, self._data))

    def _write(self, entry: Entry) -> None:
        columns: dict[str, Any] = {}
        if isinstance(entry, Change):
            self._current = self._current.model_copy(update={entry.field: entry.after})
            self._retention.epochs = self._current.epochs
            self._replan()
        elif isinstance(entry, Status) and entry.status == "paused":
            columns["held_by"] = self._control.held_by
        elif isinstance(entry, CheckpointSaved):
            columns["restarts_left"] = RESTARTS
        self._writer.write(entry, done=self._control.done_with(entry), **columns)
        if isinstance(entry, CheckpointSaved) and not self._writer.is_behind:
            self._retention.add(saved_by(entry, self._row.attempt))


def _rewound(checkpoint: Checkpoint | None, kept: list[Saved]) -> int:
    """The step that the log is rewound to. A fork's own first evaluation comes again with the rest."""
    if checkpoint is None:
        return BEGINNING
    comes_again = kept[-1].is_inherited and not checkpoint.facts["is_evaluated"]
    return checkpoint.step - comes_again


def start_of(forked_from: dict[str, Any] | None) -> Start:
    """Where the log of a job begins."""
    if forked_from is None:
        return Start()
    return Start(forked_from["step"], forked_from["epoch"], forked_from["train_seconds"])


def run_job(engine: Engine, job_id: str, data_directory: Path, leaving: Leaving) -> bool:
    """Train the job; False when it failed and this process should be replaced.

    `leaving` is set when this process was asked to end: the job is saved and paused then.
    """
    with reading(engine) as connection:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None or is_terminal(row.status):
        return True
    torch.set_num_threads(row.threads)
    try:
        training = Training(engine, row, data_directory, leaving)
    except DatasetFailure as failure:  # removed since the supervisor looked
        with writing(engine) as connection:
            end_job(connection, job_id, "failed", *explain(failure))
        return True
    return training.run()
