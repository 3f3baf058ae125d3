"""The tutorials tell the truth: their files are written, their commands are run, and they print what is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

PAGES = Path(__file__).parents[2] / "docs" / "tutorial"
WRITTEN = {  # page: a file that its commands write, and what is in it
    "first-grader.md": ("results.csv", "ben.py,graded,0,8"),
    "package.md": ("results.html", "ben.py"),
}
BLOCK = re.compile(
    r"^```(?P<kind>\{code-block\} \w+\n:caption: (?P<file>\S+)\n|console\n)(?P<text>.*?)^```", re.M | re.S
)
DEGRADED = "Isolation is degraded"  # what only ordinary users are told, so the page does not show it
MEASURED = re.compile(r"\d+\.\d+ (s|MiB)")


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with what it prints, up to a line of three dots."""
    yield from re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", text, flags=re.MULTILINE)


def blurred(text: str) -> str:
    """The text without what is measured, and without the widths of columns that follow from it."""
    return re.sub(" +", " ", MEASURED.sub(r"# \1", text)).strip()


def test_every_page_is_tried() -> None:
    assert {page.name for page in PAGES.glob("*.md")} == {*WRITTEN, "course.md", "index.md"}  # test_course_tutorial.py


@pytest.mark.parametrize("page", ["first-grader.md", pytest.param("package.md", marks=pytest.mark.needs("make"))])
def test_the_tutorial_works_as_it_says(gradewright: Run, page: str) -> None:
    tried = 0
    for block in BLOCK.finditer((PAGES / page).read_text()):
        if block["file"]:
            path = Path(block["file"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"].lstrip("\n"))
            continue
        for command, expected in commands(block["text"]):
            program, *words = command.split()
            assert program == "gradewright"
            said = gradewright(*words)
            shown, cut, _ = blurred(expected).partition("\n...")
            told = [line for line in said.err.splitlines() if not line.startswith(DEGRADED)]
            printed = blurred(said.out or "\n".join(told))
            assert (printed[: len(shown)] if cut else printed) == shown, command
            tried += 1
    assert tried >= 5
    file, content = WRITTEN[page]
    assert content in Path(file).read_text()
