"""`gradewright course check DIRECTORY`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gradewright.model.course import Course
    from gradewright.model.problem import Problem


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)
def check(directory: Path, strict: bool, form: str) -> int:
    """Check the course in DIRECTORY, or every course in it, and tell everything that is wrong.

    Nothing of a course is run. Each finding names its file and line, and says what to do.

    Exits with 1 if there are errors.
    """
    from gradewright.model.problem import Severity

    courses = [(course, problems_of(course)) for course in courses_in(directory)]
    click.echo(json.dumps([_as_json(*each) for each in courses], indent=2) if form == "json" else _as_text(courses))
    severities = {problem.severity for _, problems in courses for problem in problems}
    return int(Severity.ERROR in severities or (strict and Severity.WARNING in severities))


def courses_in(directory: Path) -> Sequence[Course]:
    """The course of a directory, or all courses in it. Raises `MissingError` if there is none."""
    from gradewright.courses.aplus.loading import load_course
    from gradewright.courses.catalog import Catalog
    from gradewright.errors import MissingError

    directory = directory.resolve()
    keys = Catalog(directory).keys()
    places = [directory / key for key in keys]
    found = [course for place in [directory, *places] if (course := load_course(place, thorough=True))]
    if not found:
        raise MissingError(
            f"{directory} is no course and holds none: there is no index.yaml or index.json.",
            remedy=f"Make a course with: gradewright course new {directory / 'my-course'}",
        )
    return found[:1] if found[0].directory == directory else found


def problems_of(course: Course) -> Sequence[Problem]:
    """Everything that is wrong with a course, its graders, instances and templates, each finding once."""
    from gradewright.courses.aplus.graders import grader_problems
    from gradewright.exercises.instance_store import instance_problems
    from gradewright.pages.django_ready import set_up
    from gradewright.pages.template_checks import template_problems

    set_up()
    found = [*course.problems, *(each for exercise in course.exercises.values() for each in exercise.problems)]
    return list(
        dict.fromkeys([*found, *grader_problems(course), *instance_problems(course), *template_problems(course)])
    )


def _as_json(course: Course, problems: Sequence[Problem]) -> dict[str, Any]:
    return {
        "course": course.key,
        "name": course.name,
        "language": course.language,
        "exercises": [
            {"key": each.key, "file": each.file, "languages": list(each.versions), "usable": not each.broken}
            for each in course.exercises.values()
        ],
        "problems": [asdict(problem) for problem in problems],
    }


def _as_text(courses: Sequence[tuple[Course, Sequence[Problem]]]) -> str:
    return "\n".join(line for course, problems in courses for line in _lines(course, problems))


def _lines(course: Course, problems: Sequence[Problem]) -> Iterator[str]:
    from gradewright.model.problem import Severity

    for problem in problems:
        place = ":".join(str(part) for part in (f"{course.key}/{problem.file}", problem.line) if part)
        yield f"{place}: {problem.severity}: {problem.message}"
        if problem.remedy:
            yield f"    {problem.remedy}"
    exercises = course.exercises.values()
    languages = sorted({language for each in exercises for language in each.versions})
    broken = sum(each.broken for each in exercises)
    counts = [
        number(len(exercises), "exercise") + (f" in {', '.join(languages)}" if languages else ""),
        *([f"{broken} of them cannot be used"] if broken else []),
        *(number(sum(each.severity is kind for each in problems), kind.value) for kind in Severity if kind != "info"),
    ]
    yield f"{course.key}: {', '.join(counts)}."


def number(count: int, what: str) -> str:
    """ "1 error", "2 errors"."""
    return f"{count} {what}{'' if count == 1 else 's'}"
