"""The reference of the contract is complete, and says of limits and variables what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradewright.contracts import coursemology
from gradewright.contracts.coursemology.arrival import MAX_BYTES
from gradewright.contracts.coursemology.package import JUNK
from gradewright.contracts.coursemology.package import LIMITS as OF_PACKAGES
from gradewright.contracts.coursemology.planning import DEFAULTS, FIXED, LIMITS, REPORT_BYTES
from gradewright.contracts.coursemology.records import CoursemologySettings
from gradewright.contracts.coursemology.settings import KEYS, SWITCHES
from gradewright.model.run import MIB

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "contracts" / "coursemology.md").read_text()


FINDINGS = "What `sanity` and `package check` find"


def section(heading: str) -> str:
    return re.split(r"^## ", PAGE.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_its_place(key: str) -> None:
    assert re.search(rf"^\| .*`{key}`.* \|", section("`grader.toml`"), flags=re.MULTILINE)


@pytest.mark.parametrize("variable", [*DEFAULTS, *FIXED])
def test_every_variable_has_its_place(variable: str) -> None:
    assert f"`{variable}`" in section("The Makefile")
    assert f"`{({**DEFAULTS, **FIXED})[variable]}`" in section("The Makefile")


@pytest.mark.parametrize("name", sorted(JUNK))
def test_what_is_left_out_is_told(name: str) -> None:
    assert f"`{name}`" in section("The package")


def test_every_finding_is_told() -> None:
    sources = "".join(path.read_text() for path in Path(coursemology.__file__).parent.glob("*.py"))
    ids = set(re.findall(r"""\bid="([a-z-]+)"|_in_makefile\(\s*"([a-z-]+)\"""", sources))
    assert (
        {"two-forms", "no-report"}
        <= {"".join(pair) for pair in ids}
        <= set(re.findall(r"`([a-z-]+)`", section(FINDINGS)))
    )


def test_limits_are_told() -> None:
    text = section("Limits")
    for size in (LIMITS.memory_bytes, LIMITS.output_bytes, LIMITS.disk_bytes, MAX_BYTES):
        assert f"{size // MIB} MiB" in text
    for number in (LIMITS.cpu_seconds, LIMITS.wall_seconds, LIMITS.processes):
        assert f" {number} " in text or f" {number}," in text
    assert f"{OF_PACKAGES.entries:,} entries and {OF_PACKAGES.total_bytes // MIB} MiB" in section("The package")
    assert f"{REPORT_BYTES // MIB} MiB" in section("Reports and results")


def test_defaults_of_switches_are_those_of_the_record() -> None:
    fields = CoursemologySettings.__dataclass_fields__
    assert {key: fields[key].default for key in SWITCHES} == SWITCHES
