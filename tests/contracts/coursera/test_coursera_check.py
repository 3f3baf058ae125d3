"""What `sanity` says of a grader's configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradewright.contracts.coursera import Coursera
from gradewright.model.course import Exercise, Grader


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({}, []),
        ({"image_env": (("PATH", "/bin"), ("LANG", "C"))}, []),
        ({"image_user": "1000"}, []),
        ({"image_user": "root"}, []),
        ({"image_entrypoint": None}, ["nothing-to-run"]),
        ({"image_entrypoint": None, "image_cmd": ("/g",)}, ["image-without-entrypoint"]),
        ({"image_entrypoint": ("/bin/sh", "-c", "/g")}, ["image-shell-entrypoint"]),
        ({"image_entrypoint": ("bash", "-o", "pipefail", "-c", "/g")}, ["image-shell-entrypoint"]),
        ({"image_entrypoint": ("/bin/bash", "/g")}, []),
        ({"image_entrypoint": None, "command": ["/g"]}, []),
        ({"image_user": "grader"}, ["image-user"]),
        ({"image_env": (("MODE", "fast"),)}, ["image-env"]),
        ({"image_env": (("MODE", "fast"),), "production_env": True}, []),
    ],
)
def test_pitfalls_of_an_image(make_exercise: Callable[..., Exercise], changes: dict[str, Any], ids: list[str]) -> None:
    assert [problem.id for problem in Coursera().check(make_exercise(**changes).grader)] == ids


def test_a_host_grader_without_a_command_is_told(tmp_path: Path) -> None:
    [problem] = Coursera().check(Grader(contract="coursera", directory=tmp_path))
    assert (problem.id, problem.key) == ("command-missing", "command")
