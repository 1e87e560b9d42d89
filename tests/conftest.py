"""Fixtures that several test files share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.product import Product
from tests.store import new_store


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty, current database; where an application runs on `tmp_path` too, its database."""
    engine = new_store(tmp_path)
    yield engine
    engine.dispose()


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
