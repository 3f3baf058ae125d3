"""What a Makefile defines, by the word of make itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.contracts.harness.makefile import Makefile, read_database
from gradewright.contracts.harness.planning import NOTHING


def asked(directory: Path, source: str) -> Makefile:
    file = directory / "Makefile"
    file.write_text(source)
    command = ["make", "-rpn", "-f", file, f"--eval={NOTHING}: ;", NOTHING]
    return read_database(subprocess.run(command, check=True, capture_output=True, text=True, cwd=directory).stdout)


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("compile:\n\ttrue\nrun:\n\ttrue\n", {"compile", "run"}),
        ("compile run: ;\n", {"compile", "run"}),
        ("compile:: ;\nrun : compile\n", {"compile", "run"}),
        (".PHONY: run\nrun: data\n\ttrue\ndata: ;\n", {"run"}),
        ("r%: ;\ncompile: ;\n", {"run", "compile"}),
        ("include more.mk\n", {"run"}),
        ("T = run\n$(T): ;\n", {"run"}),
        ("ifdef RESOURCE_HOME\nrun: ;\nendif\ncompile: ;\n", {"compile"}),
        ("compile: run\n\ttrue\n", {"compile"}),
        ("# run:\ncompile:\n\t@echo run: no\n", {"compile"}),
        ("", set()),
    ],
)
@pytest.mark.needs("make")
def test_targets_are_found_where_make_finds_them(tmp_path: Path, source: str, targets: set[str]) -> None:
    (tmp_path / "more.mk").write_text("run: ;\n")
    makefile = asked(tmp_path, source)
    assert {name for name in ("compile", "run") if makefile.defines(name)} == targets


@pytest.mark.needs("make")
def test_the_first_target_is_known(tmp_path: Path) -> None:
    assert asked(tmp_path, "build: ;\nrun: ;\n").default_goal == "build"
    assert asked(tmp_path, "").default_goal == ""


@given(st.text(max_size=200))
def test_nonsense_defines_nothing(text: str) -> None:
    assert not read_database(text).defines("run") or "# Files" in text
