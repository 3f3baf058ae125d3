"""Results that no front end asked for, in a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradewright.channels.test_result import TestResult
from gradewright.errors import ChannelError
from gradewright.model.attempt import Message
from gradewright.model.outbound import Outbound


def tell(file: Path) -> None:
    message = Message(attempt=1, submission="s", address=str(file), points=1, max_points=2, feedback="ä \0 \ud800")
    TestResult(Outbound()).deliver(message)


def test_the_last_result_is_in_the_file(tmp_path: Path) -> None:
    tell(tmp_path / "result.json")
    kept = json.loads((tmp_path / "result.json").read_text())
    assert (kept["points"], kept["max_points"], kept["feedback"]) == ("1", "2", "ä \0 \ud800")


def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "result.json").mkdir()
    with pytest.raises(ChannelError, match=r"result\.json cannot be written"):
        tell(tmp_path / "result.json")
    assert [each.name for each in tmp_path.iterdir()] == ["result.json"]
