"""The bar in the terminal: where it stands, how fast it says it goes, and what it says above."""

import re

import pytest

from app.command import terminal as terminal_module
from app.command.terminal import Terminal
from app.command.watch import entry_of
from ml.entries import Change, Diagnosis, Note, Rewind, Status, body
from tests.store import metrics


class Clock:
    """Seconds that pass only when told."""

    def __init__(self):
        self.now = 1e9

    def time(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("tqdm.std.time", clock.time)
    monkeypatch.setattr(terminal_module, "time", clock)
    return clock


def train(terminal, clock, steps, seconds):
    """Steps one by one, evenly over some seconds."""
    for step in steps:
        clock.now += seconds / len(steps)
        terminal.show(metrics("train", [step], [1 / step]))


def last_bar(capsys):
    return re.split(r"[\r\n]", capsys.readouterr().err.rstrip())[-1]


def test_a_pause_costs_no_speed_and_no_time(clock, capsys):
    terminal = Terminal(4, 100)
    terminal.show(Status("running"))
    train(terminal, clock, range(1, 101), 10)
    terminal.show(Status("paused", message="It gave its slot up."))
    err = capsys.readouterr().err
    assert "paused: It gave its slot up." in err
    assert re.search(r"\rpaused:  25%", err)
    clock.now += 1000
    terminal.show(Status("running"))
    train(terminal, clock, range(101, 201), 10)
    terminal.close()
    bar = last_bar(capsys)
    assert "200/400 [00:20<00:20, 10.00step/s" in bar
    assert "paused" not in bar


def test_history_says_nothing_about_speed(clock, capsys):
    terminal = Terminal(2, 10_000, shown_before=10_000)
    train(terminal, clock, range(1, 10_001), 0.2)
    assert "/20000 [00:00<?, ?step/s" in last_bar(capsys)
    train(terminal, clock, range(10_001, 10_021), 2)
    terminal.close()
    assert "10020/20000 [00:02<16:38, 10.00step/s" in last_bar(capsys)


def test_a_rewind_moves_the_bar_back_and_is_said(clock, capsys):
    terminal = Terminal(10, 10)
    train(terminal, clock, range(1, 81), 8)
    terminal.show(Rewind(40))
    err = capsys.readouterr().err
    assert "Back to step 40" in err
    assert "40/100" in err.split("Back to step 40")[1]
    train(terminal, clock, range(41, 51), 1)
    terminal.show(Rewind(-1))
    assert "Back to step 0" in capsys.readouterr().err
    train(terminal, clock, range(1, 101), 10)
    terminal.close()
    assert "100/100" in last_bar(capsys)


def test_a_change_is_said_and_other_epochs_make_another_end(clock, capsys):
    terminal = Terminal(10, 10)
    train(terminal, clock, range(1, 21), 2)
    terminal.show(Change(21, "learning_rate", 0.1, 0.05))
    terminal.show(Change(21, "epochs", 10, 4))
    train(terminal, clock, range(21, 41), 2)
    terminal.close()
    err = capsys.readouterr().err
    assert "from step 21: learning_rate 0.1 → 0.05" in err
    assert "40/40" in re.split(r"[\r\n]", err.rstrip())[-1]


def test_a_diagnosis_is_a_line_with_its_remedy(clock, capsys):
    terminal = Terminal(9, 1)
    found = Diagnosis("diverging", 5, "The loss runs away.", {}, {"changes": {"learning_rate": 0.01}})
    terminal.show(found)
    terminal.show(entry_of(body(found) | {"message": "It was read from a log."}))
    terminal.close()
    said = capsys.readouterr().err
    assert "diagnosis: The loss runs away. Try learning_rate=0.01." in said
    assert "diagnosis: It was read from a log. Try learning_rate=0.01." in said


def test_notes_epochs_and_the_end_are_shown(clock, capsys):
    terminal = Terminal(9, 1)
    terminal.show(Note("warning", "The disk is nearly full."))
    terminal.show(metrics("test", [9], [0.25], [0.75]))
    terminal.show(Status("stopped", "requested"))
    terminal.close()
    shown = capsys.readouterr()
    assert "warning: The disk is nearly full." in shown.err
    assert "epoch 1: test loss 0.2500, accuracy 0.7500" in shown.out
    assert terminal.status == Status("stopped", "requested")
