"""`gradewright course generate DIRECTORY [EXERCISE]`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gradewright.autograder import Autograder
    from gradewright.model.course import Course, CourseExercise


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("exercise", required=False)
@click.option("--instances", type=click.IntRange(min=1, max=10_000), default=10, show_default=True, help="How many.")
@click.option("--keep-old", is_flag=True, help="Leave the old instances and number the new ones after them.")
@click.option("--if-none-exist", is_flag=True, help="Leave exercises alone that have instances.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def generate(
    directory: Path, exercise: str | None, instances: int, keep_old: bool, if_none_exist: bool, as_json: bool
) -> None:
    """Make instances of the personalised exercises of the course in DIRECTORY, or of EXERCISE alone.

    The generator of the exercise runs in a sandbox, once for each instance. It sees the course and cannot change it.
    The new instances replace the old ones once all of them are there.
    """
    from gradewright.autograder import Autograder
    from gradewright.cli.common import settings
    from gradewright.exercises.personal import instances as those_of

    course = _course(directory)
    autograder = Autograder(settings())
    made: dict[str, list[int]] = {}
    wanted = _wanted(course, exercise)
    if not wanted:
        click.echo(f"The course {course.key} has no personalised exercises, so there is nothing to make.", err=True)
    for each in wanted:
        if if_none_exist and (there := those_of(course.directory, each.key)):
            click.echo(f"{each.key}: has {len(there)} instances already", err=True)
            continue
        made[each.key] = _generate(autograder, course, each, instances, keep_old)
        if not as_json:
            click.echo(f"{each.key}: {', '.join(map(str, made[each.key]))}")
    if as_json:
        click.echo(json.dumps({"course": course.key, "instances": made}, indent=2))


def _course(directory: Path) -> Course:
    from gradewright.courses.catalog import Catalog
    from gradewright.errors import MissingError

    whole = directory.resolve()
    course = Catalog(whole.parent).course(whole.name)
    if course is None:
        raise MissingError(f"There is no course in {directory}.", remedy="It needs an index.yaml or index.json.")
    return course


def _wanted(course: Course, key: str | None) -> list[CourseExercise]:
    """The exercise of this key, or all that are personalised."""
    from gradewright.errors import AuthorError, MissingError
    from gradewright.exercises.personal import is_personalised
    from gradewright.tables import suggest

    if key is not None and key not in course.exercises:
        raise MissingError(f"The course has no exercise {key!r}.", remedy=suggest(key, list(course.exercises)))
    if key is None:
        return [each for each in course.exercises.values() if each.versions and is_personalised(_config(each))]
    exercise = course.exercises[key]
    if not exercise.versions:
        raise AuthorError(f"The exercise {key} cannot be loaded.", exercise.problems)
    return [exercise]


def _config(exercise: CourseExercise) -> dict[str, object]:
    return dict(exercise.version(exercise.language)[1])


def _generate(
    autograder: Autograder, course: Course, exercise: CourseExercise, instances: int, keep_old: bool
) -> list[int]:
    from gradewright.cli.common import options
    from gradewright.cli.progress import meter
    from gradewright.exercises.generation import generate as generate_all
    from gradewright.exercises.instance_store import InstanceStore

    with meter(instances, quiet=bool(options().quiet), doing=exercise.key) as progress:
        return generate_all(
            autograder.run_plan,
            InstanceStore(course.directory, exercise.key),
            _config(exercise),
            instances=instances,
            keep_old=keep_old,
            made=lambda number: progress.advance(f"{exercise.key}: instance {number}", reused=False),
        )
