"""The recorder: rows in order, one entry per split and flush, nothing after a loss that is not finite."""

import numpy as np
import torch

from ml.recorder import FLUSH_STEPS, Recorder


def recorded(losses: list[float]) -> Recorder:
    recorder = Recorder()
    recorder.start_clock()
    for loss in losses:
        recorder.record_step(1, torch.tensor(loss), torch.tensor(3), 4, 0.1)
    return recorder


def test_flush_reads_back_every_row_once():
    recorder = recorded([0.5, 0.25])
    (entry,) = recorder.flush()
    assert entry.columns["step"].tolist() == [1, 2]
    assert entry.columns["loss"].tolist() == [0.5, 0.25]
    assert entry.columns["accuracy"].tolist() == [0.75, 0.75]
    assert list(recorder.flush()) == []


def test_rows_after_a_loss_that_is_not_finite_are_dropped():
    recorder = recorded([0.5, float("inf"), 0.1, float("nan")])
    recorder.record_evaluation("test", 1, float("nan"), 0.1)
    (entry,) = recorder.flush()
    assert entry.columns["loss"].tolist() == [0.5, np.inf]
    assert recorder.diverged_at == 2
    recorder.record_step(2, torch.tensor(0.1), torch.tensor(1), 4, 0.1)
    assert list(recorder.flush()) == []
    assert recorder.diverged_at == 2


def test_evaluations_travel_in_the_same_flush():
    recorder = recorded([0.5])
    recorder.record_evaluation("validation", 1, 0.4, 0.9)
    recorder.record_evaluation("test", 1, 0.3, 0.8)
    assert [entry.split for entry in recorder.flush()] == ["train", "validation", "test"]


def test_a_full_buffer_is_due_before_its_time():
    assert recorded([0.5] * FLUSH_STEPS).is_due()


def test_seconds_count_only_while_the_clock_runs():
    recorder = recorded([0.5])
    recorder.stop_clock()
    stopped = recorder.seconds
    recorder.record_step(1, torch.tensor(0.1), torch.tensor(1), 4, 0.1)
    (entry,) = recorder.flush()
    assert entry.columns["train_seconds"][1] == stopped > 0


def test_an_evaluation_that_is_not_finite_counts_as_diverged_after_its_rows():
    recorder = recorded([0.5])
    recorder.record_evaluation("validation", 1, float("nan"), 0.1)
    assert recorder.is_due()
    assert [entry.split for entry in recorder.flush()] == ["train", "validation"]
    assert recorder.diverged_at == 1
