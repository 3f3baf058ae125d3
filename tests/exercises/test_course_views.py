"""Functions that a course brings itself as kinds of exercises."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gradewright.errors import AuthorError
from gradewright.exercises.course_views import course_view

VIEW = """
from dataclasses import dataclass

@dataclass
class Page:
    text: str

def quiz(request, course, exercise, post_url):
    return Page(f"{NAME} {request} {post_url}").text

NAME = '@'
"""


def make(directory: Path, text: str, name: str = "views.py") -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(text)
    return directory


def test_each_course_has_its_own_module(tmp_path: Path) -> None:
    one = make(tmp_path / "one", VIEW.replace("NAME = '@'", "NAME = 'one'"))
    two = make(tmp_path / "two", VIEW.replace("NAME = '@'", "NAME = 'two'"))
    before = set(sys.modules)
    assert course_view(one, ".views.quiz")("GET", {}, {}, "") == "one GET "
    assert course_view(two, ".views.quiz")("POST", {}, {}, "/x") == "two POST /x"
    assert course_view(one, ".views.quiz") is course_view(one, ".views.quiz")
    assert "views" not in set(sys.modules) - before


def test_a_changed_module_is_loaded_anew(tmp_path: Path) -> None:
    course = make(tmp_path, VIEW.replace("NAME = '@'", "NAME = 'old'"))
    assert course_view(course, ".views.quiz")("GET", {}, {}, "").startswith("old")
    make(course, VIEW.replace("NAME = '@'", "NAME = 'new'"))
    os.utime(course / "views.py", ns=(0, 5))
    assert course_view(course, ".views.quiz")("GET", {}, {}, "").startswith("new")


def test_modules_may_lie_in_directories(tmp_path: Path) -> None:
    make(tmp_path / "python", "def quiz(*words): return 5", "quizzes.py")
    assert course_view(tmp_path, ".python.quizzes.quiz")() == 5


@pytest.mark.parametrize(
    ("dotted", "text", "said"),
    [
        (".quiz", VIEW, "does not name a function"),
        ("..views.quiz", VIEW, "does not name a function"),
        (".other.quiz", VIEW, "There is no other.py"),
        (".views.quizz", VIEW, "has no function 'quizz'"),
        (".views.NAME", VIEW, "has no function 'NAME'"),
        (".views.quiz", "def quiz(", "views.py is not Python: '(' was never closed in line 1"),
        (".views.quiz", "import nothing_like_this", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        (".views.quiz", "raise SystemExit(0)", "SystemExit"),
        (".views.quiz", "\0", "views.py"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, dotted: str, text: str, said: str) -> None:
    make(tmp_path, text)
    with pytest.raises(AuthorError) as caught:
        course_view(tmp_path, dotted)
    assert said in str(caught.value)


def test_a_module_outside_the_course_is_refused(tmp_path: Path) -> None:
    outside = make(tmp_path / "outside", VIEW)
    course = make(tmp_path / "course", "")
    (course / "views.py").unlink()
    (course / "views.py").symlink_to(outside / "views.py")
    with pytest.raises(AuthorError, match="outside the course"):
        course_view(course, ".views.quiz")
