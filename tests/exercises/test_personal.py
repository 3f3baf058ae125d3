"""Personalised exercises: selection by A+ spec 5, files in templates, downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradewright.errors import AuthorError, GradewrightError
from gradewright.exercises import personal
from gradewright.exercises.records import Visit

CONFIG: dict[str, Any] = {
    "personalized": True,
    "generated_files": [
        {"key": "task", "file": "task.txt", "content_in_template": True},
        {"key": "data", "file": "data/in.csv", "url_in_template": True, "allow_download": True},
        {"key": "secret", "file": "secret.txt", "url_in_template": True},
    ],
    "generator": {"cmd": ["python3", "generate.py"]},
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for number in range(12):
        directory = tmp_path / personal.DIRECTORY / "sums" / str(number)
        (directory / "data").mkdir(parents=True)
        (directory / "task.txt").write_text(f"task {number} ä")
        (directory / "data" / "in.csv").write_text("1,2")
        (directory / "secret.txt").write_text("42")
    return tmp_path


@pytest.mark.parametrize(
    ("uid", "ordinal", "instance"),
    [
        ("2", 1, 1),
        ("2", 2, 1),
        ("2", 3, 1),
        ("2", 4, 2),
        ("2", 7, 3),
        ("2", 10, 0),
        ("3", 1, 3),
        ("4", 1, 2),
        ("5", 1, 0),
        ("1-2", 1, 3),
    ],
)
def test_with_regeneration_after_3_of_4(uid: str, ordinal: int, instance: int) -> None:
    assert personal.chosen(uid, ordinal, instances=4, regeneration=3) == instance


@pytest.mark.parametrize(("uid", "instance"), [("2", 2), ("1-2", 3), ("7", 3), ("10-20-30", 0)])
def test_without_regeneration_the_uids_are_summed(uid: str, instance: int) -> None:
    assert {personal.chosen(uid, ordinal, instances=4) for ordinal in range(1, 20)} == {instance}


@given(st.integers(0, 10**12), st.integers(1, 50), st.integers(1, 9))
def test_all_instances_come_before_any_comes_again(uid: int, instances: int, regeneration: int) -> None:
    drawn = [
        personal.chosen(str(uid), 1 + place * regeneration, instances, regeneration) for place in range(2 * instances)
    ]
    assert sorted(drawn[:instances]) == list(range(instances))
    assert drawn[:instances] == drawn[instances:]


def test_instances_are_in_the_order_of_their_numbers(course: Path) -> None:
    (course / personal.DIRECTORY / "sums" / ".new").mkdir()
    assert [path.name for path in personal.instances(course, "sums")] == [str(number) for number in range(12)]
    assert personal.instance_of(course, "sums", CONFIG, Visit(uid="10")).name == "10"
    assert personal.instances(course, "unknown") == ()


def test_gaps_between_the_numbers_do_no_harm(course: Path) -> None:
    (course / personal.DIRECTORY / "sums" / "0").rename(course / "elsewhere")
    assert personal.instance_of(course, "sums", CONFIG, Visit(uid="10")).name == "11"


@pytest.mark.parametrize("uid", ["", "ann", "1--2", "-"])
def test_somebody_must_be_known(course: Path, uid: str) -> None:
    with pytest.raises(GradewrightError, match="not known who looks"):
        personal.instance_of(course, "sums", CONFIG, Visit(uid=uid))


def test_without_instances_the_author_is_told_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="gradewright course generate COURSE sums"):
        personal.instance_of(tmp_path, "sums", CONFIG, Visit(uid="1"))


def test_templates_see_what_the_author_wants(course: Path) -> None:
    instance = personal.instance_of(course, "sums", CONFIG, Visit(uid="3"))
    files = personal.generated_files(CONFIG, instance, lambda file: f"/generatedfile/{file}")
    assert {key: (file.url, file.content) for key, file in files.items()} == {
        "task": ("", "task 3 ä"),
        "data": ("/generatedfile/data/in.csv", ""),
        "secret": ("", ""),
    }


def test_files_that_are_missing_are_named(course: Path) -> None:
    instance = personal.instance_of(course, "sums", CONFIG, Visit(uid="3"))
    (instance / "task.txt").unlink()
    (instance / "secret.txt").unlink()
    with pytest.raises(AuthorError, match=r"Instance 3 lacks task\.txt, secret\.txt\."):
        personal.generated_files(CONFIG, instance, str)


@pytest.mark.parametrize(
    ("instance", "file", "found"),
    [
        (3, "data/in.csv", True),
        (3, "task.txt", False),
        (3, "secret.txt", False),
        (3, "../3/data/in.csv", False),
        (99, "data/in.csv", False),
    ],
)
def test_downloads(course: Path, instance: int, file: str, found: bool) -> None:
    path = personal.download(course, "sums", CONFIG, instance, file)
    assert (path is not None) is found


def test_links_lead_nowhere(course: Path) -> None:
    file = course / personal.DIRECTORY / "sums" / "3" / "data" / "in.csv"
    file.unlink()
    file.symlink_to("/etc/passwd")
    assert personal.download(course, "sums", CONFIG, 3, "data/in.csv") is None


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({}, []),
        ({"personalized": False, "generator": None}, []),
        ({"generated_files": [{"key": "a", "file": "../a"}]}, ["generated_files[0].file"]),
        ({"generated_files": [{}]}, ["generated_files[0].key", "generated_files[0].file"]),
        ({"generator": {"cmd": "python3 x.py"}}, ["generator.cmd"]),
        ({"generator": {"cwd": "../x"}}, ["generator.cmd", "generator.cwd"]),
        ({"generator": {"cmd": ["make"], "cwd": "/x"}}, ["generator.cwd"]),
        ({"generator": {"cmd": ["make"], "cwd": "./generators/"}}, []),
        ({"max_submissions_before_regeneration": "often"}, ["max_submissions_before_regeneration"]),
    ],
)
def test_mistakes_of_authors(change: dict[str, Any], keys: list[str]) -> None:
    assert [problem.key for problem in personal.check(CONFIG | change)] == keys


@given(st.integers(1, 30), st.integers(0, 5), st.data())
def test_staff_can_be_a_visitor_with_any_instance(instances: int, regeneration: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, instances - 1))
    config = {"max_submissions_before_regeneration": regeneration} if regeneration else {}
    uid, ordinal = personal.visitor_of(position, instances, config)
    assert uid.startswith("0-")
    assert personal.chosen(uid, ordinal, instances, regeneration) == position
