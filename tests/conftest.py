"""Fixtures that several test files share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.product import Product


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One running product for all tests that only use it; those that break it start their own."""
    with Product(tmp_path_factory.mktemp("product") / "data") as running:
        yield running.ready()


@pytest.fixture
def own_product(tmp_path: Path) -> Iterator[Product]:
    """A product for one test alone, which may kill parts of it."""
    with Product(tmp_path / "data") as running:
        yield running.ready()
