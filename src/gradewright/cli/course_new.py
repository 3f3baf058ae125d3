"""`gradewright course new DIRECTORY`: a small working course to start from."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradewright.cli.new import SUFFIX, write_all

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LANGUAGE = re.compile("[a-z]{2}")
KNOWN = "en"  # in which texts are that we have not got in a language
PAGE = "static/welcome.html"
IN_LANGUAGES = re.compile(r"([ -]*)(\w+): @(local|tagged) (\w+)@")
WORD = re.compile(r"@text (\w+)@")


def _languages(context: click.Context, parameter: click.Parameter, value: str) -> Sequence[str]:
    found = list(dict.fromkeys(word.strip() for word in value.split(",")))
    if not all(LANGUAGE.fullmatch(word) for word in found):
        raise click.BadParameter("name languages by two letters each, with commas between them: en,fi")
    return found


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--language",
    "languages",
    default="en",
    show_default=True,
    metavar="LANGUAGES",
    callback=_languages,
    help="In which languages, the default one first: en,fi.",
)
def new(directory: Path, languages: Sequence[str]) -> None:
    """Make a small working course in DIRECTORY, to start from.

    \b
    index.yaml   what the course holds, and its dates
    exercises/   a form that is judged at once, and a program to send in
    graders/     what judges that program
    static/      a chapter

    DIRECTORY must not exist or be empty: nothing is ever overwritten.
    """
    words = tomllib.loads((files("gradewright") / "templates/courses/words.toml").read_text(encoding="utf-8"))
    write_all(directory, dict(_contents(languages, {each: words.get(each, words[KNOWN]) for each in languages})))
    click.echo(f"There is a course in {directory} now. What you may type next:\n", err=True)
    for command in (
        f"gradewright course check {directory}",
        f"gradewright grade local {directory}/graders/sum {directory}/exercises/sum.py",
        f"gradewright course export {directory} --aplus-json",
    ):
        click.echo(f"  {command}", err=True)


def _contents(languages: Sequence[str], words: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Each file of the course by its path."""
    pages = {language: _page(language, languages) for language in languages}
    for path, template in _templates(files("gradewright") / "templates" / "courses"):
        text = template.read_text(encoding="utf-8")
        if path == PAGE:
            yield from ((f"static/{page}", _in_language(text, each, words[each])) for each, page in pages.items())
        else:
            yield path, "\n".join(_line(line, words) for line in _dated(text, languages, pages).split("\n"))


def _templates(folder: Traversable, place: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _templates(entry, f"{place}{entry.name}/")
        elif entry.name.endswith(SUFFIX):
            yield place + entry.name.removesuffix(SUFFIX), entry


def _page(language: str, languages: Sequence[str]) -> str:
    return f"welcome_{language}.html" if len(languages) > 1 else "welcome.html"


def _dated(text: str, languages: Sequence[str], pages: Mapping[str, str]) -> str:
    begin = date.today()
    several = len(languages) > 1
    values = {
        "start": begin.isoformat(),
        "end": (begin + timedelta(weeks=16)).isoformat(),
        "languages": f"lang: {json.dumps(languages) if several else languages[0]}",
        "pages": _mapping(pages) if several else pages[languages[0]],
    }
    for word, value in values.items():
        text = text.replace(f"@{word}@", value)
    return text


def _line(line: str, words: Mapping[str, Mapping[str, str]]) -> str:
    """The line with its text in every language; in exercise files a tag says so."""
    found = IN_LANGUAGES.fullmatch(line)
    if not found:
        return line
    texts = {language: known[found[4]] for language, known in words.items()}
    if len(texts) == 1:
        return f"{found[1]}{found[2]}: {_quoted(next(iter(texts.values())))}"
    return f"{found[1]}{found[2]}{'|i18n' if found[3] == 'tagged' else ''}: {_mapping(texts)}"


def _in_language(text: str, language: str, words: Mapping[str, str]) -> str:
    return WORD.sub(lambda found: words[found[1]], text.replace("@language@", language))


def _mapping(values: Mapping[str, str]) -> str:
    """In quotes throughout: the code of Norwegian is a truth value to YAML."""
    return json.dumps(dict(values), ensure_ascii=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
