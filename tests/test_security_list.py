"""The list in docs/security.md: every test that it names is there, and no row is without one."""

import ast
from pathlib import Path

from tests.security_list import DOCUMENT, protections

ROOT = Path(__file__).parent.parent


def test_every_row_of_the_table_is_read():
    table = DOCUMENT.read_text().split("## What each test proves")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(protections()) == len(rows) > 30


def test_every_test_that_is_named_is_there():
    for one in protections():
        for name in one.tests:
            file, _, function = name.partition("::")
            tree = ast.parse((ROOT / file).read_text())
            assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_every_protection_was_seen_failing_without_it():
    assert [one.against for one in protections() if not one.seen_failing] == []
