"""The checklist of the A+ specification: each row is tried by tests that are there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
CHECKLIST = tomllib.loads((Path(__file__).parent / "checklist.toml").read_text())


@pytest.mark.parametrize("row", CHECKLIST)
def test_the_row_is_tried(row: str) -> None:
    assert CHECKLIST[row]
    for test in CHECKLIST[row]:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (TESTS / file).read_text()
