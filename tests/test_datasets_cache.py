"""The cache of decoded pictures: used, renewed, repaired, shared."""

import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.datasets import image_folder as image_folder_module
from ml.datasets import lock
from ml.datasets.load import load
from ml.datasets.lock import alone
from ml.entries import Note
from tests.made_files import finish, image_folder, loaded, save_picture


def _cached(data_directory: Path) -> Path:
    (folder,) = (data_directory / "cache").glob("cifar10-*")
    return folder


def _decoded(notes: list[Note]) -> bool:
    return any(note.message.startswith("decoding") for note in notes)


def test_the_second_load_decodes_nothing_and_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image_folder(tmp_path)
    notes, first = loaded("cifar10", tmp_path)
    assert _decoded(notes)
    monkeypatch.setattr(image_folder_module, "decode_all", None)
    notes, again = loaded("cifar10", tmp_path)
    assert notes == []
    assert again.facts == first.facts
    for part in ("train_inputs", "train_targets", "test_inputs", "test_targets"):
        assert torch.equal(getattr(again, part), getattr(first, part))
        assert getattr(again, part).dtype == getattr(first, part).dtype


def test_a_changed_picture_is_seen_and_the_old_cache_removed(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    _, before = loaded("cifar10", tmp_path)
    old = _cached(tmp_path)
    path = folder / "train" / "ant" / "0.png"
    save_picture(path, 99)
    os.utime(path, ns=(1, 1))
    notes, after = loaded("cifar10", tmp_path)
    assert _decoded(notes)
    assert not torch.equal(before.train_inputs[0], after.train_inputs[0])
    assert _cached(tmp_path) != old


def test_the_caches_of_other_data_sets_stay(tmp_path: Path) -> None:
    other = tmp_path / "cache" / "cifar10-grey-0123456789abcdef"
    other.mkdir(parents=True)
    image_folder(tmp_path)
    loaded("cifar10", tmp_path)
    assert other.is_dir()


def _cut(folder: Path) -> None:
    path = folder / "train_inputs.npy"
    path.write_bytes(path.read_bytes()[:-10])


def _other_shape(folder: Path) -> None:
    np.save(folder / "test_inputs.npy", np.zeros((1, 3, 8, 8), np.uint8))


def _other_type(folder: Path) -> None:
    np.save(folder / "train_targets.npy", np.load(folder / "train_targets.npy").astype(np.int32))


def _foreign_target(folder: Path) -> None:
    targets = np.load(folder / "train_targets.npy")
    targets[0] = 2
    np.save(folder / "train_targets.npy", targets)


def _pickle(folder: Path) -> None:
    np.save(folder / "test_targets.npy", np.array([{}, None], object), allow_pickle=True)


def _no_meta(folder: Path) -> None:
    (folder / "meta.json").unlink()


def _torn_meta(folder: Path) -> None:
    (folder / "meta.json").write_text('{"format": 1')


@pytest.mark.parametrize(
    "damage", [_cut, _other_shape, _other_type, _foreign_target, _pickle, _no_meta, _torn_meta]
)
def test_a_damaged_cache_is_told_and_made_anew(damage: object, tmp_path: Path) -> None:
    image_folder(tmp_path)
    _, first = loaded("cifar10", tmp_path)
    assert callable(damage)
    damage(_cached(tmp_path))
    notes, repaired = loaded("cifar10", tmp_path)
    warnings = [note.message for note in notes if note.level == "warning"]
    assert len(warnings) == 1
    assert "damaged" in warnings[0]
    assert torch.equal(repaired.train_inputs, first.train_inputs)
    assert torch.equal(repaired.test_targets, first.test_targets)
    assert loaded("cifar10", tmp_path)[0] == []


def test_only_a_whole_cache_and_the_lock_are_left_behind(tmp_path: Path) -> None:
    image_folder(tmp_path)
    half = tmp_path / "cache" / ".writing-killed"
    half.mkdir(parents=True)
    os.utime(half, (0, 0))
    loaded("cifar10", tmp_path)
    names = {path.name for path in (tmp_path / "cache").iterdir()}
    assert names == {".cifar10.lock", _cached(tmp_path).name}


def test_where_the_cache_cannot_be_written_the_pictures_are_used_all_the_same(tmp_path: Path) -> None:
    image_folder(tmp_path)
    (tmp_path / "cache").write_text("a file in the way")
    notes, dataset = loaded("cifar10", tmp_path)
    warnings = [note.message for note in notes if note.level == "warning"]
    assert len(dataset.train_inputs) == 6
    assert len(warnings) == 1
    assert "cannot write" in warnings[0]


def test_a_second_loader_waits_for_the_first_and_uses_its_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "NOTE_SECONDS", 0.0)
    image_folder(tmp_path)
    first, second = load("cifar10", tmp_path, "cpu"), load("cifar10", tmp_path, "cpu")
    assert next(first).message.startswith("decoding")
    assert next(second).message == "waiting: another job is preparing cifar10"
    finish(first)
    notes, dataset = finish(second)
    assert not _decoded(notes)
    assert len(dataset.train_inputs) == 6


def test_a_loader_that_leaves_lets_the_next_one_in(tmp_path: Path) -> None:
    image_folder(tmp_path)
    first = load("cifar10", tmp_path, "cpu")
    next(first)
    first.close()
    notes, _ = loaded("cifar10", tmp_path)
    assert not any("waiting" in note.message for note in notes)


def test_many_loaders_at_once_all_get_the_whole_data_set(tmp_path: Path) -> None:
    image_folder(tmp_path)
    sums: list[int] = []

    def work() -> None:
        _, dataset = loaded("cifar10", tmp_path)
        sums.append(int(dataset.train_inputs.sum()))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(sums) == 6
    assert len(set(sums)) == 1


def test_work_goes_on_without_a_lock_where_none_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    def work() -> object:
        yield Note("info", "working")
        return 7

    notes, result = finish(alone(tmp_path / "file" / "x.lock", "x", work))  # type: ignore[arg-type]
    assert (notes, result) == ([Note("info", "working")], 7)


def test_a_cache_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    image_folder(tmp_path)
    loaded("cifar10", tmp_path)
    shutil.rmtree(tmp_path / "cache")
    notes, _ = loaded("cifar10", tmp_path)
    assert _decoded(notes)
    assert _cached(tmp_path).is_dir()
