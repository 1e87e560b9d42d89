"""Room on the disk: said early, full before it breaks, and a reserve for the last words."""

from pathlib import Path

from app.jobs.disk import Disk

GIB = 2**30


class Usage:
    """A disk of `total` bytes of which `free` are left; the reserve file counts as used."""

    def __init__(self, folder: Path, total: int, free: int) -> None:
        self.folder, self.total, self.free = folder, total, free

    def __call__(self, folder: Path) -> tuple[int, int]:
        reserve = self.folder / "reserve"
        return self.total, self.free - (reserve.stat().st_size if reserve.exists() else 0)


def looked(disk: Disk, usage: Usage, free: int) -> tuple[bool, bool]:
    usage.free = free
    disk.look()
    return disk.is_low, disk.is_full


def test_a_large_disk_is_low_below_a_gibibyte_and_full_below_200_megabytes(tmp_path):
    usage = Usage(tmp_path, 500 * GIB, 400 * GIB)
    disk = Disk(tmp_path, usage)
    assert looked(disk, usage, 400 * GIB) == (False, False)
    assert looked(disk, usage, GIB - 2**20) == (True, False)
    assert "MB are free" in disk.low_message
    assert looked(disk, usage, 220 * 2**20) == (True, True)
    assert "full" in disk.full_message


def test_a_small_disk_goes_by_its_share(tmp_path):
    usage = Usage(tmp_path, 100 * 2**20, 50 * 2**20)
    disk = Disk(tmp_path, usage)
    assert looked(disk, usage, 50 * 2**20) == (False, False)
    assert looked(disk, usage, 9 * 2**20) == (True, False)
    assert looked(disk, usage, 5 * 2**20) == (True, True)


def test_the_reserve_is_given_up_when_full_and_taken_again_with_room(tmp_path):
    usage = Usage(tmp_path, 100 * 2**20, 50 * 2**20)
    disk = Disk(tmp_path, usage)
    disk.look()
    reserve = tmp_path / "reserve"
    assert reserve.stat().st_size == 2 * 2**20
    looked(disk, usage, 2 * 2**20)
    assert not reserve.exists()
    assert looked(disk, usage, 7 * 2**20) == (True, True), "a little more is not enough again"
    assert not reserve.exists()
    assert looked(disk, usage, 30 * 2**20) == (False, False)
    assert reserve.exists()
