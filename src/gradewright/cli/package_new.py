"""`gradewright package new DIRECTORY`: a working package to start from."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradewright.cli.new import SUFFIX, write_all

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LANGUAGES = {  # name: what has to be installed for its tests, as packages of Debian
    "python": "",
    "c": "gcc g++ libgtest-dev",
    "cpp": "g++ libgtest-dev",
    "java": "default-jdk-headless testng",
}


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default="python",
    show_default=True,
    help="What students write in.",
)
def new(directory: Path, language: str) -> None:
    """Make a working package in DIRECTORY, with tests of all three types, to start from.

    \b
    Makefile     runs the tests; prepare, compile, public, private and evaluation
    submission/  what students start from
    solution/    what the tests are tried on
    tests/       the tests

    DIRECTORY must not exist or be empty: nothing is ever overwritten.

    \b
    gradewright package new vowels
    gradewright package new --language java queue
    """
    source = files("gradewright") / "templates" / "packages" / language
    write_all(directory, dict(_contents(source)))
    click.echo(f"There is a package in {directory} now. What you may type next:\n", err=True)
    needed = LANGUAGES[language]
    for command in (
        *([f"apt-get install {needed}"] if needed else ()),
        f"gradewright package check {directory}",
        f"gradewright grade batch {directory} FOLDER-OF-ANSWERS",
        f"cd {directory} && zip -r ../{directory.resolve().name}.zip .",
    ):
        click.echo(f"  {command}", err=True)


def _contents(folder: Traversable, place: str = "") -> Iterator[tuple[str, str]]:
    """Each file of the package by its path."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _contents(entry, f"{place}{entry.name}/")
        elif entry.name.endswith(SUFFIX):
            yield place + entry.name.removesuffix(SUFFIX), entry.read_text(encoding="utf-8")
