"""`gradewright new`: a working grader to start from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from gradewright.errors import MissingError, UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

SUFFIX = ".tmpl"  # of files of ours, which are nobody's programs yet


class Language(NamedTuple):
    """What the templates need to know of a language; the words are those of the templates."""

    file: str
    run: tuple[str, ...]
    packages: str  # of Debian, for an image
    compile: tuple[str, ...] = ()
    memory: str = "256 MiB"


class Kind(NamedTuple):
    folders: tuple[str, ...]  # of templates
    commands: tuple[str, ...] = ()  # to type first, before those that all kinds share


LANGUAGES = {
    "python": Language("sum.py", ("python3", "sum.py"), "python3"),
    "c": Language("sum.c", ("./program",), "python3 gcc libc6-dev", ("gcc", "-Wall", "-o", "program", "sum.c")),
    "cpp": Language("sum.cpp", ("./program",), "python3 g++", ("g++", "-Wall", "-o", "program", "sum.cpp")),
    "java": Language(
        "Main.java", ("java", "Main"), "python3 default-jdk-headless", ("javac", "Main.java"), memory="512 MiB"
    ),
    "javascript": Language("sum.js", ("node", "sum.js"), "python3 nodejs", memory="512 MiB"),
}
KINDS = {
    "cases": Kind(("cases",)),
    "coursera-image": Kind(("coursera", "coursera-image"), ("docker build -t {name} .",)),
    "coursera-host": Kind(("coursera", "coursera-host")),
}
NEXT = (
    "gradewright sanity .",
    "gradewright grade local . submissions/right{suffix}",
    "gradewright grade batch . submissions",
)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(list(KINDS)), default="cases", show_default=True, help="How it judges.")
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default="python",
    show_default=True,
    help="What students write in.",
)
def new(directory: Path, kind: str, language: str) -> None:
    """Make a working grader in DIRECTORY, with sample submissions, to start from.

    \b
    cases           inputs and expected outputs; students cannot forge the result
    coursera-image  an image that judges as Coursera's graders do
    coursera-host   the same with the programs of this machine, without an image

    DIRECTORY must not exist or be empty: nothing is ever overwritten.

    \b
    gradewright new leap
    gradewright new --language java sorting
    """
    name = _image_name(directory)
    words = _words(name, language)
    contents = {path: _filled(template, words) for path, template in _templates(kind, language)}
    write_all(directory, contents)
    click.echo(f"There is a grader in {directory} now. What you may type next:\n", err=True)
    for command in (f"cd {directory}", *KINDS[kind].commands, *NEXT):
        click.echo(f"  {command.format(name=name, suffix=words['suffix'])}", err=True)


def _image_name(directory: Path) -> str:
    return re.sub("[^a-z0-9]+", "-", directory.resolve().name.lower()).strip("-") or "grader"


def _words(name: str, language: str) -> Mapping[str, str]:
    """What stands for each @word@ of the templates."""
    known = LANGUAGES[language]
    return {
        "name": name,
        "language": language,
        "how": "compile and run it" if known.compile else "run it",
        "file": known.file,
        "suffix": Path(known.file).suffix,
        "packages": known.packages,
        "memory": known.memory,
        "compile": json.dumps(known.compile),
        "run": json.dumps(known.run),
    }


def _templates(kind: str, language: str) -> Iterator[tuple[str, Traversable]]:
    """Each file of the new grader by its path, and the template of it."""
    root = files("gradewright") / "templates"
    sources = [("", root / folder) for folder in KINDS[kind].folders]
    for place, source in (*sources, ("submissions/", root / "submissions" / language)):
        for template in source.iterdir():
            yield place + template.name.removesuffix(SUFFIX), template


def _filled(template: Traversable, words: Mapping[str, str]) -> str:
    text = template.read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def write_all(directory: Path, contents: Mapping[str, str]) -> None:
    """Write the files by their paths below a directory that is new or empty."""
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise UsageError(
                f"{directory} is there already and not empty.", remedy="Name a directory that is not there yet."
            )
        for name, text in contents.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise MissingError(
            f"{error.filename or directory} cannot be written: {error.strerror}.", remedy="Name another directory."
        ) from error
