"""Courses follow their files while they are served."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gradewright.courses.aplus import watch
from gradewright.courses.catalog import Catalog
from support.live_courses import EXERCISE, INDEX, course, one, write, write_course


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_course(tmp_path / "a")
    return tmp_path


def test_courses_are_directories_with_an_index(root: Path) -> None:
    write(root / "b/index.json", '{"name": "B", "modules": []}')
    write(root / "c/apps.meta", "grader_config = _build/yaml\n")
    write(root / "c/_build/yaml/index.yaml", "name: C\nmodules: []\n")
    write(root / "nothing/readme.txt", "")
    write(root / "file", "")
    write(root / "not a key/index.yaml", "name: D\n")
    write(root / ".hidden/index.yaml", "name: E\n")
    catalog = Catalog(root)
    assert catalog.keys() == ["a", "b", "c"]
    assert [course(catalog, key).name for key in "abc"] == ["A", "B", "C"]
    assert course(catalog, "c").directory == root / "c"


@pytest.mark.parametrize("key", ["nothing", "", ".", "..", "a/../a", "a\0", "../a", "x" * 300])
def test_there_is_no_other_course(root: Path, key: str) -> None:
    (root / "nothing").mkdir()
    assert Catalog(root).course(key) is None


def test_a_root_that_comes_later(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "courses")
    assert catalog.keys() == []
    assert catalog.course("a") is None
    write(tmp_path / "courses/a/index.yaml", INDEX % "A")
    assert catalog.keys() == ["a"]
    assert course(catalog).name == "A"


def test_a_course_whose_index_comes_after_its_directory(root: Path) -> None:
    (root / "late").mkdir()
    catalog = Catalog(root)
    assert catalog.keys() == ["a"]
    write(root / "late/index.yaml", "name: Late\nmodules: []\n")
    assert catalog.keys() == ["a", "late"]
    (root / "late/index.yaml").unlink()
    assert catalog.keys() == ["a"]
    assert catalog.course("late") is None


EDITS: list[tuple[str, str, Callable[[Catalog], object]]] = [
    ("a/index.yaml", INDEX % "Edited", lambda catalog: course(catalog).name),
    ("a/two.yaml", EXERCISE % "Edited", lambda catalog: one(catalog, "two").versions["en"]["title"]),
    ("a/shared.yaml", "extra: Edited\n", lambda catalog: one(catalog).versions["en"]["extra"]),
]


@pytest.mark.parametrize(("file", "text", "seen"), EDITS, ids=["index", "exercise", "included"])
def test_edits_are_live(root: Path, file: str, text: str, seen: Callable[[Catalog], object]) -> None:
    catalog = Catalog(root)
    assert seen(catalog) != "Edited"
    write(root / file, text)
    assert seen(catalog) == "Edited"


def test_nothing_is_read_while_nothing_changes(root: Path) -> None:
    catalog = Catalog(root)
    before = [course(catalog), one(catalog), one(catalog, "two")]
    assert all(
        now is then for now, then in zip([course(catalog), one(catalog), one(catalog, "two")], before, strict=True)
    )


def test_the_last_good_exercise_goes_on_while_an_edit_is_broken(root: Path) -> None:
    catalog = Catalog(root)
    assert one(catalog).problems == ()
    write(root / "a/one.yaml", "title: A: B\n")
    broken = one(catalog)
    assert not broken.broken
    assert broken.versions["en"]["title"] == "One"
    assert [problem.id for problem in broken.problems] == ["edit-not-used", "not-yaml"]
    (root / "a/one.yaml").unlink()
    assert one(catalog).versions["en"]["title"] == "One"
    write(root / "a/one.yaml", EXERCISE % "Mended")
    assert (one(catalog).versions["en"]["title"], one(catalog).problems) == ("Mended", ())


def test_the_last_good_index_goes_on_while_an_edit_is_broken(root: Path) -> None:
    catalog = Catalog(root)
    assert one(catalog).versions
    write(root / "a/index.yaml", "- a list\n")
    broken = course(catalog)
    assert (broken.name, broken.broken) == ("A", False)
    assert [problem.id for problem in broken.problems] == ["edit-not-used", "no-mapping"]
    assert one(catalog).versions["en"]["title"] == "One"
    write(root / "a/index.yaml", INDEX % "Mended")
    assert (course(catalog).name, course(catalog).problems) == ("Mended", ())


def test_an_exercise_goes_on_also_when_the_index_changes_meanwhile(root: Path) -> None:
    catalog = Catalog(root)
    assert one(catalog).versions
    write(root / "a/one.yaml", "- broken\n")
    write(root / "a/index.yaml", INDEX % "Edited")
    assert course(catalog).name == "Edited"
    assert one(catalog).versions["en"]["title"] == "One"


def test_what_was_never_good_is_mended_by_an_edit(root: Path) -> None:
    write(root / "a/two.yaml", "- broken\n")
    catalog = Catalog(root)
    assert one(catalog, "two").broken
    write(root / "a/two.yaml", EXERCISE % "Mended")
    assert not one(catalog, "two").broken
    (root / "a/one.yaml").unlink()
    catalog = Catalog(root)
    assert one(catalog).broken
    write(root / "a/one.json", '{"title": "A", "view_type": "no-submission", "max_points": 1}')
    assert not one(catalog).broken


def test_what_is_missing_is_noticed_when_it_comes(root: Path) -> None:
    (root / "a/shared.yaml").unlink()
    catalog = Catalog(root)
    assert [problem.id for problem in one(catalog).problems] == ["no-such-file"]
    write(root / "a/shared.json", '{"extra": 2}')
    assert one(catalog).versions["en"]["extra"] == 2


def test_an_exercise_that_is_not_listed_is_not_there(root: Path) -> None:
    write(root / "a/three.yaml", EXERCISE % "Three")
    catalog = Catalog(root)
    assert catalog.exercise(course(catalog), "three") is None
    assert list(course(catalog).exercises) == ["one", "two"]


def test_edits_within_one_tick_of_a_coarse_clock_are_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "GRANULE", 0.3)
    now = time.time()
    file = root / "a/two.yaml"
    file.write_text(EXERCISE % "One")
    os.utime(file, (now, now))
    catalog = Catalog(root)
    assert one(catalog, "two").versions["en"]["title"] == "One"
    file.write_text(EXERCISE % "Two")
    os.utime(file, (now, now))  # the same size, the same time
    until = time.monotonic() + 10
    while one(catalog, "two").versions["en"]["title"] != "Two":
        assert time.monotonic() < until, "the edit was never seen"
        time.sleep(0.02)


def test_a_published_version_is_taken_when_its_link_moves(tmp_path: Path) -> None:
    for version in ("1", "2"):
        write(tmp_path / f"store/{version}/index.yaml", INDEX % f"Version {version}")
        write(tmp_path / f"store/{version}/one.yaml", EXERCISE % f"One of {version}")
    (tmp_path / "courses").mkdir()
    link = tmp_path / "courses/a"
    link.symlink_to(tmp_path / "store/1")
    catalog = Catalog(tmp_path / "courses")
    assert (course(catalog).name, one(catalog).versions["en"]["title"]) == ("Version 1", "One of 1")
    link.unlink()
    link.symlink_to(tmp_path / "store/2")
    assert (course(catalog).name, one(catalog).versions["en"]["title"]) == ("Version 2", "One of 2")


def test_threads_see_whole_courses_while_files_change(root: Path) -> None:
    catalog = Catalog(root)

    def look(_: int) -> str:
        return str(one(catalog, "two").versions["en"]["title"])

    with ThreadPoolExecutor(8) as pool:
        seen = pool.map(look, range(400))
        for number in range(40):
            draft = root / "a/draft"
            draft.write_text(EXERCISE % f"Two {number}")
            draft.replace(root / "a/two.yaml")
            time.sleep(0.001)
        titles = set(seen)
    assert titles <= {"Two", *(f"Two {number}" for number in range(40))}
    assert look(0) == "Two 39"
