"""While an edit is broken, the last good version goes on in every process of a service."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gradewright.courses.catalog import Catalog
from gradewright.model.problem import Problem
from support.live_courses import EXERCISE, INDEX, course, one, write, write_course

VALUES = """\
extra: [2026-09-01, 2026-09-01 12:30:00, 2026-09-01T12:30:00.5+03:00, 1.5, 10, true, null, {"": é}]
more_extra: {"2026-09-01": text}
description|i18n: {en: In English, fi: "Suomeksi \U0001f600"}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    courses: Path
    last_good: Path

    def process(self, courses: Path | None = None, **options: Any) -> Catalog:
        """The courses as a process has them that was just started."""
        return Catalog(courses or self.courses, last_good=self.last_good, **options)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_course(tmp_path / "courses/a")
    return tmp_path / "courses"


@pytest.fixture
def service(root: Path, tmp_path: Path) -> Processes:
    return Processes(courses=root, last_good=tmp_path / "last-good")


def test_another_process_goes_on_with_the_last_good_exercise(root: Path, service: Processes) -> None:
    write(root / "a/one.yaml", EXERCISE % "One" + VALUES)
    good = one(service.process())
    write(root / "a/one.yaml", "title: A: B\n")
    broken = one(service.process())
    assert [problem.id for problem in broken.problems] == ["edit-not-used", "not-yaml"]
    assert (broken.versions, broken.language, broken.node) == (good.versions, good.language, good.node)
    assert (broken.file, broken.modified) == (good.file, good.modified)
    assert repr(broken.versions) == repr(good.versions)
    catalog = service.process()
    assert one(catalog).versions["en"]["title"] == "One"
    write(root / "a/one.yaml", EXERCISE % "Mended")
    assert (one(catalog).versions["en"]["title"], one(catalog).problems) == ("Mended", ())
    write(root / "a/one.yaml", "title: [\n")
    assert one(service.process()).versions["en"]["title"] == "Mended"


def test_another_process_goes_on_with_the_last_good_index(root: Path, service: Processes) -> None:
    good = course(service.process())
    write(root / "a/index.yaml", "- a list\n")
    catalog = service.process()
    broken = course(catalog)
    assert [problem.id for problem in broken.problems] == ["edit-not-used", "no-mapping"]
    assert (broken.name, broken.index, broken.modified) == (good.name, good.index, good.modified)
    assert list(broken.exercises) == ["one", "two"]
    assert one(catalog).versions["en"]["title"] == "One"
    write(root / "a/two.yaml", EXERCISE % "Edited")
    assert one(catalog, "two").versions["en"]["title"] == "Edited"
    write(root / "a/index.yaml", INDEX % "Mended")
    assert (course(catalog).name, course(catalog).problems) == ("Mended", ())


def test_the_last_good_index_knows_where_the_files_are(root: Path, service: Processes) -> None:
    write(root / "c/apps.meta", "grader_config = _build/yaml\n")
    write(root / "c/_build/yaml/index.yaml", INDEX % "C")
    write(root / "c/_build/yaml/one.yaml", EXERCISE % "Built")
    assert course(service.process(), "c").name == "C"
    write(root / "c/_build/yaml/index.yaml", "")
    assert course(service.process(), "c").exercises["one"].versions["en"]["title"] == "Built"


def test_a_process_that_was_asked_last_before_goes_on_with_the_newest_good_version(
    root: Path, service: Processes
) -> None:
    idle, busy = service.process(), service.process()
    assert (course(idle).name, one(idle).versions["en"]["title"]) == ("A", "One")
    write(root / "a/one.yaml", EXERCISE % "Newer")
    write(root / "a/index.yaml", INDEX % "Newer")
    assert (course(busy).name, one(busy).versions["en"]["title"]) == ("Newer", "Newer")
    write(root / "a/one.yaml", "title: [\n")
    write(root / "a/index.yaml", "name: [\n")
    for process in (idle, busy):
        assert (course(process).name, one(process).versions["en"]["title"]) == ("Newer", "Newer")
        assert [problem.id for problem in one(process).problems] == ["edit-not-used", "not-yaml"]


def test_a_version_that_cannot_be_kept_goes_on_in_the_process_that_read_it(root: Path, service: Processes) -> None:
    catalog = service.process()
    assert one(catalog).versions["en"]["title"] == "One"
    kept = {path: path.read_bytes() for path in service.last_good.glob("*/*")}
    for path in kept:  # what can be neither replaced nor removed
        path.unlink()
        path.mkdir()
    write(root / "a/one.yaml", EXERCISE % "Not kept")
    assert one(catalog).versions["en"]["title"] == "Not kept"
    for path, content in kept.items():
        path.rmdir()
        path.write_bytes(content)
    write(root / "a/one.yaml", "title: [\n")
    assert one(catalog).versions["en"]["title"] == "Not kept"
    write(root / "a/one.yaml", EXERCISE % "Kept")
    assert one(catalog).versions["en"]["title"] == "Kept"
    write(root / "a/one.yaml", "title: [\n")
    assert one(service.process()).versions["en"]["title"] == "Kept"


def test_nothing_is_kept_of_an_exercise_that_was_taken_out(root: Path, service: Processes) -> None:
    catalog = service.process()
    assert [one(catalog, key).broken for key in ("one", "two")] == [False, False]
    [place] = service.last_good.iterdir()
    (place / "draft-1").write_text("of a process that writes now")
    (place / "draft-2").write_text("of one that was killed")
    os.utime(place / "draft-2", (0, 0))
    assert len(list(place.iterdir())) == 5
    without = [line for line in (INDEX % "A").splitlines() if "key: one" not in line]
    write(root / "a/index.yaml", "\n".join(without))
    assert list(course(catalog).exercises) == ["two"]
    left = sorted(path.name.partition("-")[0] for path in place.iterdir())
    assert left == ["draft", "exercise", "index"]
    write(root / "a/two.yaml", "title: [\n")
    assert one(service.process(), "two").versions["en"]["title"] == "Two"


def test_nothing_is_kept_of_a_course_that_was_removed(root: Path, service: Processes) -> None:
    write_course(root / "b-c")
    write_course(root.parent / "elsewhere" / "a")
    for catalog, key in (
        (service.process(), "a"),
        (service.process(), "b-c"),
        (service.process(root.parent / "elsewhere"), "a"),
    ):
        assert course(catalog, key).exercises["one"].versions
    shutil.rmtree(root / "a")
    service.process().forget_removed()
    assert len(list(service.last_good.glob("a-*"))) == 1  # of the other place
    write(root / "b-c/index.yaml", "name: [\n")
    assert course(service.process(), "b-c").name == "A"
    (root / "b-c").rename(root.parent / "aside")
    service.process().forget_removed()
    assert len(list(service.last_good.glob("b-c-*"))) == 1  # perhaps a disk that is not there now


def test_what_was_taken_away_does_not_come_back(root: Path, service: Processes) -> None:
    assert one(service.process()).versions
    without = [line for line in (INDEX % "A").splitlines() if "key: one" not in line]
    write(root / "a/index.yaml", "\n".join(without))
    assert list(course(service.process()).exercises) == ["two"]
    assert course(service.process()).exercises.get("one") is None
    shutil.rmtree(root / "a")
    assert service.process().course("a") is None


def test_courses_of_another_place_are_others(root: Path, service: Processes) -> None:
    assert one(service.process()).versions
    elsewhere = root / "elsewhere"
    shutil.copytree(root / "a", elsewhere / "a")
    write(elsewhere / "a/one.yaml", "title: [\n")
    assert one(service.process(elsewhere)).broken


def test_a_published_version_that_is_broken_leaves_the_one_before(tmp_path: Path, service: Processes) -> None:
    write(tmp_path / "store/1/index.yaml", INDEX % "Version 1")
    write(tmp_path / "store/2/index.yaml", "name: [")
    link = service.courses / "b"
    link.symlink_to(tmp_path / "store/1")
    assert course(service.process(), "b").name == "Version 1"
    link.unlink()
    link.symlink_to(tmp_path / "store/2")
    assert course(service.process(), "b").name == "Version 1"


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda data: data[:-9],
    "empty": lambda data: b"",
    "altered": lambda data: data.replace(b"title", b"tilte").replace(b"name", b"mane"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_records_are_none(root: Path, service: Processes, damage: Callable[[bytes], bytes]) -> None:
    assert one(service.process()).versions
    kept = [path for path in service.last_good.rglob("*") if path.is_file()]
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(damage(path.read_bytes()))
    write(root / "a/index.yaml", "- a list\n")
    assert course(service.process()).broken
    write(root / "a/index.yaml", INDEX % "A")
    write(root / "a/one.yaml", "title: [\n")
    assert [problem.id for problem in one(service.process()).problems] == ["not-yaml"]


def test_records_of_another_version_of_gradewright_are_none(
    root: Path, service: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert one(service.process()).versions
    monkeypatch.setattr("gradewright.courses.records.__version__", "later")
    write(root / "a/one.yaml", "title: [\n")
    assert one(service.process()).broken


def test_what_is_not_allowed_any_more_does_not_go_on(root: Path, service: Processes) -> None:
    def nothing_shared(values: Mapping[str, Any]) -> Iterable[Problem]:
        return [Problem(id="refused", message="No.")] if "extra" in values else []

    assert one(service.process()).versions
    write(root / "a/shared.yaml", "extra: [\n")
    assert one(service.process()).versions
    assert one(service.process(refused=nothing_shared)).broken


UNKEPT = {
    "a mapping like our dates": 'extra: {$date: "2026-09-01"}\n',
    "text that aliases repeat": f"extra: [&a {'x' * 100_000}, {', '.join(['*a'] * 200)}]\n",
}


@pytest.mark.parametrize("text", UNKEPT.values(), ids=UNKEPT)
def test_what_cannot_be_kept_leaves_nothing_older(root: Path, service: Processes, text: str) -> None:
    assert one(service.process()).versions
    write(root / "a/one.yaml", EXERCISE % "Not kept" + text)
    assert not one(service.process()).broken
    write(root / "a/one.yaml", "title: [\n")
    assert one(service.process()).broken


def test_records_that_cannot_be_written_are_no_error(root: Path, service: Processes) -> None:
    service.last_good.write_text("a file")
    assert one(service.process()).versions["en"]["title"] == "One"


def test_records_are_written_only_when_they_change(root: Path, service: Processes) -> None:
    def kept() -> set[tuple[str, int]]:
        return {(path.name, path.stat().st_ino) for path in service.last_good.glob("*/*")}

    assert one(service.process()).versions
    before = kept()
    assert one(service.process()).versions
    assert kept() == before
