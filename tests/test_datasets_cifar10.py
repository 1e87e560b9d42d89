"""CIFAR-10 as its authors packed it: batches, archive, download; and nothing unverified is unpickled."""

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10

from ml.datasets import cifar10
from ml.datasets.failures import DataError, DatasetUnavailable
from ml.datasets.registry import describe
from tests.made_files import (
    CIFAR_CLASSES,
    OLD_DTYPE_FLAGS,
    cifar_archive,
    cifar_batch,
    cifar_batches,
    host,
    image_folder,
    loaded,
    md5,
    write_files,
)

NOBODY = "http://127.0.0.1:9"  # a port that refuses


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Seven tiny batch files, whose checksums take the place of the original's."""
    files = cifar_batches()
    monkeypatch.setattr(
        CIFAR10, "train_list", [[f"data_batch_{n}", md5(files[f"data_batch_{n}"])] for n in range(1, 6)]
    )
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", md5(files["test_batch"])]])
    monkeypatch.setattr(CIFAR10, "meta", CIFAR10.meta | {"md5": md5(files["batches.meta"])})
    monkeypatch.delenv("LIVETRAIN_CIFAR10_URL", raising=False)
    return files


@pytest.fixture
def archive(batches: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The batch files packed, with the archive's checksum in place of the original's."""
    content = cifar_archive(batches)
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(content))
    return content


def _is_right(images: torch.Tensor, targets: torch.Tensor) -> bool:
    batches = [cifar_batch(number) for number in range(1, 6)]
    pixels = np.concatenate([data for data, _ in batches]).reshape(-1, 3, 32, 32)
    labels = [label for _, of_batch in batches for label in of_batch]
    return np.array_equal(images.numpy(), pixels) and targets.tolist() == labels


def test_batches_are_read_channels_first_in_their_order(tmp_path: Path, batches: dict[str, bytes]) -> None:
    write_files(tmp_path / "cifar10" / "cifar-10-batches-py", batches)
    _, dataset = loaded("cifar10", tmp_path)
    assert _is_right(dataset.train_inputs, dataset.train_targets)
    assert dataset.test_inputs.shape == (4, 3, 32, 32)
    assert dataset.facts.classes == tuple(CIFAR_CLASSES)
    assert dataset.facts.source == "torchvision files"


def test_pickles_of_the_originals_age_are_read_without_a_warning(
    tmp_path: Path, batches: dict[str, bytes]
) -> None:
    assert OLD_DTYPE_FLAGS[1] in batches["test_batch"]
    write_files(tmp_path / "cifar10" / "cifar-10-batches-py", batches)
    loaded("cifar10", tmp_path)  # warnings are errors here, and NumPy 2.4.0 to 2.4.4 has one


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("name", ["data_batch_3", "test_batch", "batches.meta"])
def test_a_batch_with_another_checksum_is_never_unpickled(
    name: str, tmp_path: Path, batches: dict[str, bytes]
) -> None:
    trap = tmp_path / "trapped"
    evil = pickle.dumps(Trap(trap))
    write_files(tmp_path / "cifar10" / "cifar-10-batches-py", batches | {name: evil})
    with pytest.raises(DataError, match=r"cifar-10-batches-py.*delete"):
        loaded("cifar10", tmp_path)
    assert not trap.exists()
    pickle.loads(evil)
    assert trap.exists()  # the trap would have worked


def test_an_archive_put_into_the_folder_is_unpacked_and_kept(
    tmp_path: Path, batches: dict[str, bytes], archive: bytes
) -> None:
    write_files(tmp_path / "cifar10", {"cifar-10-python.tar.gz": archive})
    assert describe("cifar10", tmp_path).available
    notes, dataset = loaded("cifar10", tmp_path)
    assert len(dataset.train_inputs) == 20
    assert any("unpacking" in note.message for note in notes)
    assert (tmp_path / "cifar10" / "cifar-10-python.tar.gz").is_file()
    assert set(batches) == {path.name for path in (tmp_path / "cifar10" / "cifar-10-batches-py").iterdir()}


@pytest.mark.parametrize("part", [slice(0, 200), slice(0, 0), slice(5, None)])
def test_a_broken_archive_is_named(part: slice, tmp_path: Path, archive: bytes) -> None:
    write_files(tmp_path / "cifar10", {"cifar-10-python.tar.gz": archive[part]})
    with pytest.raises(DataError, match=r"cifar-10-python\.tar\.gz.*delete"):
        loaded("cifar10", tmp_path)


def test_an_archive_without_a_batch_is_refused(tmp_path: Path, batches: dict[str, bytes]) -> None:
    del batches["data_batch_2"]
    write_files(tmp_path / "cifar10", {"cifar-10-python.tar.gz": cifar_archive(batches)})
    with pytest.raises(DataError, match="does not hold all"):
        loaded("cifar10", tmp_path)


def test_the_mirror_is_asked_first_and_alone_when_it_answers(
    tmp_path: Path, batches: dict[str, bytes], archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with host({"/mirror": archive, "/original": archive}) as (address, asked):
        monkeypatch.setattr(cifar10, "MIRROR", f"{address}/mirror")
        monkeypatch.setattr(CIFAR10, "url", f"{address}/original")
        _, dataset = loaded("cifar10", tmp_path)
        loaded("cifar10", tmp_path)
    assert asked == ["/mirror"]
    assert _is_right(dataset.train_inputs, dataset.train_targets)
    assert [path.name for path in (tmp_path / "cifar10").iterdir()] == ["cifar-10-batches-py"]
    assert describe("cifar10", tmp_path).available


def test_the_original_host_is_asked_when_the_mirror_sends_something_else(
    tmp_path: Path, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with host({"/mirror": b"<html>", "/original": archive}) as (address, asked):
        monkeypatch.setattr(cifar10, "MIRROR", f"{address}/mirror")
        monkeypatch.setattr(CIFAR10, "url", f"{address}/original")
        notes, _ = loaded("cifar10", tmp_path)
    assert asked == ["/mirror", "/original"]
    (warning,) = [note.message for note in notes if note.level == "warning"]
    assert "checksum" in warning


def test_the_setting_takes_the_place_of_every_host(
    tmp_path: Path, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with host({"/own": archive, "/mirror": archive}) as (address, asked):
        monkeypatch.setattr(cifar10, "MIRROR", f"{address}/mirror")
        monkeypatch.setenv("LIVETRAIN_CIFAR10_URL", f"{address}/own")
        loaded("cifar10", tmp_path)
    assert asked == ["/own"]


def test_without_internet_the_folder_to_fill_is_named_and_with_what(
    tmp_path: Path, batches: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cifar10, "MIRROR", NOBODY)
    monkeypatch.setattr(CIFAR10, "url", NOBODY)
    with pytest.raises(DatasetUnavailable) as raised:
        loaded("cifar10", tmp_path)
    for part in (str(tmp_path / "cifar10"), "cifar-10-python.tar.gz", "{train,test}/<class>"):
        assert part in str(raised.value)
    assert list((tmp_path / "cifar10").iterdir()) == []


def test_class_folders_win_over_batches(tmp_path: Path, batches: dict[str, bytes]) -> None:
    write_files(tmp_path / "cifar10" / "cifar-10-batches-py", batches)
    image_folder(tmp_path)
    assert describe("cifar10", tmp_path).source == "image folder"
    _, dataset = loaded("cifar10", tmp_path)
    assert dataset.facts.classes == ("ant", "bee")


def test_the_file_names_are_torchvisions() -> None:
    assert (
        *(name for name, _ in CIFAR10.train_list),
        *(name for name, _ in CIFAR10.test_list),
        CIFAR10.meta["filename"],
    ) == cifar10.BATCH_FILES
    assert (CIFAR10.base_folder, CIFAR10.filename) == (cifar10.BATCHES, cifar10.ARCHIVE)
