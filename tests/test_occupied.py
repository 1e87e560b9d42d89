"""Locks in a data folder: shared or alone, and gone with whoever held them."""

import signal
import subprocess
import sys
from contextlib import closing

import pytest

from app.occupied import SERVER, SUPERVISOR, Occupied, hold
from tests.product import LIVETRAIN, free_port


def test_a_lock_ends_with_its_process(tmp_path):
    code = (
        f"from app.occupied import *; from pathlib import Path; held = hold(Path({str(tmp_path)!r}) / SERVER)"
    )
    command = [sys.executable, "-c", f"{code}; print(1, flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"1\n"
        with pytest.raises(Occupied):
            hold(tmp_path / SERVER, shared=True)
        holder.send_signal(signal.SIGKILL)
    hold(tmp_path / SERVER).close()


def test_nothing_starts_while_a_backup_is_restored(tmp_path):
    for lock, command in ((SERVER, ["serve", "--port", str(free_port())]), (SUPERVISOR, ["work"])):
        with closing(hold(tmp_path / lock)):
            command = [LIVETRAIN, *command, "--data-dir", str(tmp_path)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert ("being restored" in done.stderr) == (lock == SERVER)
    assert not (tmp_path / "livetrain.db").exists()


def test_several_servers_may_share_a_folder(tmp_path):
    first, second = (hold(tmp_path / SERVER, shared=True) for _ in range(2))
    with closing(first), closing(second), pytest.raises(Occupied):
        hold(tmp_path / SERVER)
