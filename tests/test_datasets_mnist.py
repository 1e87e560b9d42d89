"""MNIST's four IDX files, wherever they lie and however they are packed."""

from pathlib import Path

import numpy as np
import pytest
from torchvision.datasets import MNIST, FashionMNIST

from ml.datasets.failures import DataError, DatasetUnavailable
from ml.datasets.registry import describe
from tests.made_files import host, idx_files, loaded, md5, packed, write_files


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
@pytest.mark.parametrize("is_packed", [True, False])
@pytest.mark.parametrize("is_deep", [True, False])
def test_files_are_read_from_either_folder_packed_or_not(
    name: str, is_packed: bool, is_deep: bool, tmp_path: Path
) -> None:
    raw = {"mnist": "MNIST/raw", "fashion_mnist": "FashionMNIST/raw"}[name]
    files = idx_files()
    write_files(tmp_path / name / (raw if is_deep else "."), packed(files) if is_packed else files)
    _, dataset = loaded(name, tmp_path)
    expected = np.frombuffer(files["train-images-idx3-ubyte"][16:], np.uint8).reshape(12, 1, 6, 6)
    assert np.array_equal(dataset.train_inputs.numpy(), expected)
    assert dataset.train_targets.tolist() == [*range(10), 0, 1]
    assert dataset.test_inputs.shape == (5, 1, 6, 6)
    assert dataset.facts == describe(name, tmp_path)
    assert dataset.facts.input_shape == (1, 6, 6)
    assert (dataset.facts.train_size, dataset.facts.test_size) == (12, 5)


def test_the_classes_are_torchvisions() -> None:
    assert describe("fashion_mnist", Path("/nonexistent")).classes == tuple(FashionMNIST.classes)
    assert describe("mnist", Path("/nonexistent")).classes == tuple(name[0] for name in MNIST.classes)


@pytest.mark.parametrize(
    ("damaged", "content"),
    [
        ("train-images-idx3-ubyte", b""),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03\0\0\0\x09"),
        ("t10k-images-idx3-ubyte", idx_files()["t10k-images-idx3-ubyte"][:-1]),
        ("train-labels-idx1-ubyte", b"\0\0\x08\x01\0\0\0\x02\0\0"),
        ("t10k-labels-idx1-ubyte", b"\0\0\x08\x01\0\0\0\x05\0\0\0\0\x0a"),
        ("t10k-labels-idx1-ubyte", b"something else, quite long"),
        ("t10k-images-idx3-ubyte", idx_files(test=5, side=7)["t10k-images-idx3-ubyte"]),
    ],
)
def test_a_damaged_file_is_named(damaged: str, content: bytes, tmp_path: Path) -> None:
    write_files(tmp_path / "mnist", idx_files() | {damaged: content})
    with pytest.raises(DataError, match=str(tmp_path / "mnist" / damaged)):
        loaded("mnist", tmp_path)
    describe("mnist", tmp_path)  # says what it can


def test_a_damaged_packed_file_is_named(tmp_path: Path) -> None:
    files = packed(idx_files())
    name = "train-images-idx3-ubyte.gz"
    write_files(tmp_path / "mnist", files | {name: files[name][:-20]})
    with pytest.raises(DataError, match=name):
        loaded("mnist", tmp_path)


def test_facts_of_a_file_that_is_no_idx_file_say_so(tmp_path: Path) -> None:
    write_files(tmp_path / "mnist", idx_files() | {"train-images-idx3-ubyte": b"<html>not found</html>"})
    facts = describe("mnist", tmp_path)
    assert not facts.available
    assert facts.problem is not None
    assert "train-images-idx3-ubyte" in facts.problem


def _resources(monkeypatch: pytest.MonkeyPatch, reader: type[MNIST], files: dict[str, bytes]) -> None:
    monkeypatch.setattr(reader, "resources", [(name, md5(content)) for name, content in files.items()])


@pytest.mark.parametrize(
    ("name", "reader", "setting"),
    [
        ("mnist", MNIST, "LIVETRAIN_MNIST_URL"),
        ("fashion_mnist", FashionMNIST, "LIVETRAIN_FASHION_MNIST_URL"),
    ],
)
def test_absent_files_are_fetched_from_the_address_of_the_setting(
    name: str, reader: type[MNIST], setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = packed(idx_files())
    _resources(monkeypatch, reader, files)
    with host({f"/{file}": content for file, content in files.items()}) as (address, asked):
        monkeypatch.setenv(setting, f"{address}/")
        notes, dataset = loaded(name, tmp_path)
        loaded(name, tmp_path)
    assert sorted(asked) == sorted(f"/{file}" for file in files)  # once each
    assert len(dataset.train_inputs) == 12
    assert any("checksum verified" in note.message for note in notes)
    assert describe(name, tmp_path).available


def test_the_mirrors_are_tried_in_torchvisions_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = packed(idx_files())
    _resources(monkeypatch, MNIST, files)
    monkeypatch.delenv("LIVETRAIN_MNIST_URL", raising=False)
    with host({f"/second/{file}": content for file, content in files.items()}) as (address, asked):
        monkeypatch.setattr(MNIST, "mirrors", [f"{address}/first/", f"{address}/second/"])
        loaded("mnist", tmp_path)
    assert asked[:2] == ["/first/train-images-idx3-ubyte.gz", "/second/train-images-idx3-ubyte.gz"]


def test_without_internet_the_folder_to_fill_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVETRAIN_MNIST_URL", "http://127.0.0.1:9")
    with pytest.raises(DatasetUnavailable, match=rf"t10k-labels-idx1-ubyte.* into {tmp_path / 'mnist'}"):
        loaded("mnist", tmp_path)
