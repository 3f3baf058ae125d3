"""What must hold of every tracked file: no trace of one machine, every package pinned by its hash, readable news."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
NEWS = sorted((ROOT / "docs" / "changes").iterdir())

# In pieces, so that this file does not contain what it looks for.
MACHINE_PATHS = re.compile("|".join(["/work" + "/(main|shared)/", "/farm" + "/", "/root" + r"/\."]))
REGISTRY_HOSTS = re.compile(r"pypi[.]org|pythonhosted[.]org|(deb|security)[.]debian[.]org|npmjs[.](org|com)")


@cache
def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def places(pattern: re.Pattern[str]) -> list[str]:
    """FILE:LINE of each match in a tracked file."""
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for file in tracked()
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


def pins(file: Path) -> list[str]:
    """Each requirement of a file with its hashes, as one line."""
    text = re.sub(r"\\\n", " ", file.read_text())
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def name_of(requirement: str) -> str:
    """The package that a requirement is about, spelt as requirement files spell it."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def declared(*groups: str) -> set[str]:
    """What pyproject.toml asks for itself, with the dependency groups given."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["bubblewrap"]
    wanted = wanted + [requirement for group in groups for requirement in project["dependency-groups"][group]]
    return {name_of(requirement) for requirement in wanted}


def test_no_file_names_a_path_of_one_machine() -> None:
    assert places(MACHINE_PATHS) == []


def test_no_file_names_a_registry() -> None:
    assert places(REGISTRY_HOSTS) == []


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.stem)
def test_every_requirement_is_pinned_by_its_hash(file: Path) -> None:
    assert pins(file)
    assert [pin for pin in pins(file) if not re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", pin)] == []


@pytest.mark.parametrize(
    ("name", "groups"), [("base", ["build"]), ("dev", ["build", "dev"]), ("docs", ["build", "docs"])]
)
def test_requirement_files_are_in_step_with_the_project(name: str, groups: list[str]) -> None:
    pinned = {name_of(pin) for pin in pins(ROOT / "requirements" / f"{name}.txt")}
    assert declared(*groups) <= pinned, "run: ./dev setup --relock"


def test_requirement_files_agree_with_one_another() -> None:
    versions: dict[str, set[frozenset[str]]] = {}
    for file in REQUIREMENTS:
        pinned = [(name_of(pin), pin.partition("--hash")[0].strip()) for pin in pins(file)]
        for name in {name for name, _ in pinned}:
            versions.setdefault(name, set()).add(frozenset(pin for other, pin in pinned if other == name))
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}, "run: ./dev setup --relock"


@pytest.mark.parametrize("file", NEWS, ids=lambda file: file.name)
def test_news_is_one_line_under_a_proper_name(file: Path) -> None:
    if file.name == "README.md":
        return
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed)\.md", file.name), "see docs/changes/README.md"
    lines = file.read_text().splitlines()
    assert len(lines) == 1, "one line"
    assert lines[0].endswith("."), "a sentence"
