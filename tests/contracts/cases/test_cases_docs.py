"""The reference of the contract is complete, and its examples work."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from pathlib import Path

import pytest

from gradewright.contracts.cases.case_settings import CASE_KEYS, METHOD_KEYS
from gradewright.contracts.cases.languages import LANGUAGES
from gradewright.contracts.cases.settings import KEYS
from gradewright.courses.grader_file import load_grader
from gradewright.model.image import Image
from gradewright.tables import LIMITS, SHARED_KEYS
from gradewright.testing import submission_in
from gradewright.verdicts import CATALOGUE

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
PAGE = (REFERENCE / "contracts" / "cases.md").read_text()


def section(heading: str) -> str:
    return re.split(r"^## ", PAGE.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]


def first_column(text: str) -> list[str]:
    return re.findall(r'^\| `"?([^`"]+)"?` \|', text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Keys of every grader", SHARED_KEYS),
        ("Keys of this contract", KEYS),
        ("Keys of a case", CASE_KEYS),
        ("Limits", LIMITS),
        ("Languages", LANGUAGES),
        ("Ways of comparing", METHOD_KEYS),
    ],
)
def test_every_key_has_its_place_and_no_other_has(heading: str, keys: Collection[str]) -> None:
    assert sorted(first_column(section(heading))) == sorted(keys)


@pytest.mark.parametrize(("method", "keys"), [(method, keys) for method, keys in METHOD_KEYS.items() if keys])
def test_every_option_of_a_way_of_comparing_is_explained(method: str, keys: Collection[str]) -> None:
    paragraph = section("Ways of comparing").partition(f"\n**{method}**")[2].partition("\n\n")[0]
    assert [key for key in keys if f"`{key}`" not in paragraph] == []


def test_the_commands_of_languages_are_those_that_run() -> None:
    for name in ("python", "c", "cpp"):
        (row,) = re.findall(rf"^\| `{name}` \|.*$", PAGE, flags=re.MULTILINE)
        for command in (LANGUAGES[name].compile, LANGUAGES[name].run):
            assert " ".join(command) in row


@pytest.mark.parametrize("example", re.findall(r"^```toml\n(contract.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL))
def test_an_example_of_the_page_works(tmp_path: Path, example: str) -> None:
    given = {"given/statistics.h": "", "tests/01.in": "1", "tests/01.out": "1", "tests/million.txt": ""}
    submission_in(tmp_path, {"grader.toml": example, **given})

    def no_image(reference: str) -> Image:
        raise AssertionError(reference)

    assert load_grader(tmp_path, find_image=no_image).contract == "cases"
    assert tomllib.loads(example)["contract"] == "cases"


def test_verdicts_are_documented_with_the_words_of_the_catalogue() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \| (.+?) \|$", (REFERENCE / "verdicts.md").read_text(), re.MULTILINE)
    assert {word: (short, explanation) for word, short, explanation in rows} == {
        word: tuple(verdict) for word, verdict in CATALOGUE.items()
    }
