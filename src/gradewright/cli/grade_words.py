"""The words of `grade local`, in which two generations of tools meet (coursera 1.2, 1.3).

grade local [OPTION...] IMAGE SUBMISSION [WORD...]                  the words, all of them, belong to the grader
grade local [OPTION...] IMAGE SUBMISSION '{"partId": 7}' [OPTION...]    the JSON holds its environment

Graders of other contracts take no words, so there an option is ours wherever it stands.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from gradewright.cli.grading_options import directory_of
from gradewright.errors import GradewrightError, UsageError

WITHOUT_WORDS = frozenset({"aplus", "cases", "coursemology", "harness"})  # contracts whose graders take no words
NOT_JSON = "envVar was not a valid JSON document."  # in the words of the original


class TwoGenerations(click.Command):
    """Rewrites both forms into one: options first, then `--`, then words of which none is an option of ours."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options, words, rest = self._split(args, 2)
        if words and not _takes_words(words[0]):
            more, own, _ = self._split(rest, len(rest))
            options, rest = [*options, *more], own
        if rest and _is_environment(rest[0], _forced(ctx, options)):
            more, extra, further = self._split(rest[1:], 2)
            if extra or further:
                raise click.UsageError(f"There is nothing more to say after the environment: {' '.join(extra)}", ctx)
            options, rest = [*options, "--environment", rest[0], *more], []
        return super().parse_args(ctx, [*options, "--", *words, *rest])

    def _split(self, args: Sequence[str], most: int) -> tuple[list[str], list[str], list[str]]:
        """Options, the first words, `most` of them, and what follows these."""
        options: list[str] = []
        words: list[str] = []
        ahead = list(args)
        while ahead and len(words) < most:
            word = ahead.pop(0)
            if word == "--":
                count = most - len(words)
                return options, words + ahead[:count], ahead[count:]
            if not word.startswith("-"):
                words.append(word)
                continue
            options.append(word)
            if self._takes_value(word):
                options += ahead[:1]
                ahead = ahead[1:]
        return options, words, ahead

    def _takes_value(self, word: str) -> bool:
        """Whether the next word belongs to this option."""
        options = [option for option in self.params if isinstance(option, click.Option)]
        return any(word in option.opts and not option.is_flag for option in options)


def _forced(ctx: click.Context, options: Sequence[str]) -> str | None:
    """The generation that is asked for by an option, or by the name of the tool."""
    for word, following in pairwise([*options, ""]):
        name, equals, value = word.partition("=")
        if name == "--contract":
            return value if equals else following
    return "v2" if ctx.find_root().info_name == "coursera_autograder" else None


def _is_environment(word: str, generation: str | None) -> bool:
    """Whether a word is the environment of the second generation, and not an argument of the first."""
    if generation in ("v1", "v2"):
        return generation == "v2"
    return word.startswith(("{", "[")) or word == "null"


def _takes_words(grader: str) -> bool:
    """Whether a grader may take words, as far as can be told now: images do, and what is broken is told later."""
    from gradewright.autograder import is_bare_package

    try:
        source = Path(directory_of(grader), "grader.toml").read_text("utf-8-sig")
        return tomllib.loads(source).get("contract") not in WITHOUT_WORDS
    except FileNotFoundError:
        return not is_bare_package(Path(grader))
    except (OSError, ValueError, RecursionError):
        return True


def insist_on_use(words: Sequence[str], contract: str) -> None:
    """Raises `UsageError` if there are words for a grader that takes none: they are submissions, most likely."""
    if words and contract in WITHOUT_WORDS:
        raise UsageError(
            f"Nobody takes what follows the submission: {' '.join(words)}",
            remedy="Name one submission. `gradewright grade batch` grades all that lie in a directory.",
        )


def environment(document: str) -> dict[str, str]:
    """The environment in a JSON document: an object, or a list of NAME=VALUE; null is an empty one.

    Numbers become their digits, true and false "True" and "False", and names without a value are left out, as the
    original has it. Raises `GradewrightError` if the document is none of these.
    """
    try:
        values = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise GradewrightError(NOT_JSON, remedy=f"{error}.") from None
    if isinstance(values, list):
        values = dict(_pair(each) for each in values)
    if not isinstance(values, dict | None):
        raise GradewrightError("The environment must be a JSON object.", remedy='Write it as in \'{"partId": "7"}\'.')
    return {_name(name): _text(value) for name, value in (values or {}).items() if value is not None}


def _pair(word: Any) -> tuple[str, str | None]:
    """A bare NAME stands for the variable of whoever calls, which a grader never sees."""
    name, equals, value = str(word).partition("=")
    return name, value if equals else None


def _name(name: str) -> str:
    if not name or "=" in name or "\0" in name:
        raise GradewrightError(f"{name!r} is not the name of an environment variable.")
    return name


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | float) else json.dumps(value)
    if "\0" in text:
        raise GradewrightError("A value of the environment holds a NUL character, which no program can be given.")
    return text
