"""An exercise file becomes an exercise: includes, tags, checks, and one configuration for each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradewright.courses.aplus.documents import Place, dotted
from gradewright.courses.aplus.files import FileProblem, Layout, candidates, modified, possible, read_document, the_only
from gradewright.courses.aplus.include import Source, with_includes
from gradewright.courses.aplus.nodes import Listed
from gradewright.courses.aplus.paths import check_paths, missing_files
from gradewright.courses.aplus.tags import Version, languages
from gradewright.courses.schema.checking import findings
from gradewright.courses.schema.exercise import model_of
from gradewright.exercises import kinds
from gradewright.model.course import CourseExercise
from gradewright.model.problem import Problem, Severity

Refused = Callable[[Mapping[str, Any]], Iterable[Problem]]  # what a service that serves the course does not allow

SHOWN = frozenset({"title", "description", "instructions", "accepted_message"})
STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def nothing_refused(values: Mapping[str, Any]) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An exercise, and the files that it was made of: when one of them changes, it is to be made anew."""

    exercise: CourseExercise
    files: Sequence[Path]


def load_exercise(
    course: str,
    listed: Listed,
    layout: Layout,
    language: str,
    *,
    thorough: bool = False,
    refused: Refused = nothing_refused,
) -> Loaded:
    """The exercise that an entry of the index names. Mistakes are among its problems; nothing is raised.

    If `thorough`, files that are named and not there are mistakes too. So is what `refused` has to say.
    """
    files: list[Path] = []
    try:
        files += possible(layout.place(listed.config))
        path = the_only(candidates(files[0]), layout, listed.config)
    except FileProblem as error:
        return Loaded(exercise=_unreadable(course, listed, language, [listed.place_in(error.problem)]), files=files)
    document = read_document(layout, path)
    if not isinstance(document.value, dict):
        problems = document.problems or [_no_mapping(document.file, document.value)]
        return Loaded(exercise=_unreadable(course, listed, language, problems, document.file), files=[path])
    source = with_includes(document, path, layout)
    versions = _versions(source, language, layout)
    for values in versions.values():
        _note(source, refused(values))
        if thorough:
            _note(source, missing_files(values, layout))
    return Loaded(exercise=_exercise(course, listed, language, source, versions), files=source.files)


def _exercise(
    course: str, listed: Listed, language: str, source: Source, versions: Mapping[str, Mapping[str, Any]]
) -> CourseExercise:
    broken = any(problem.severity is Severity.ERROR for problem in source.problems)
    return CourseExercise(
        course=course,
        key=listed.key,
        versions={} if broken else versions,
        language=language,
        node=listed.node,
        file=source.document.file,
        modified=modified(source.files),
        problems=tuple(dict.fromkeys(source.problems)),
    )


def _versions(source: Source, language: str, layout: Layout) -> Mapping[str, Mapping[str, Any]]:
    """The configuration in each language, the default one first; what is wrong goes to the source's problems."""
    every = dict.fromkeys([language, *languages(source.values)])
    versions = {each: _version(source, each) for each in every}
    refused = {key for values in versions.values() for key in _check_keys(source, values)}
    for values in _different(list(versions.values())):
        problems = (*kinds.check(values), *check_paths(values, layout))
        _note(source, (problem for problem in problems if problem.key not in refused))
    return versions


def _note(source: Source, problems: Iterable[Problem]) -> None:
    for problem in problems:
        place = place_of(problem.key)
        source.note(problem.id, problem.message, problem.remedy, place=place, severity=problem.severity)


def _different(versions: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The first version, and those that differ from it in more than what is only shown."""
    first, *others = versions
    return [first, *(each for each in others if any(each[key] is not first.get(key) for key in each.keys() - SHOWN))]


def _version(source: Source, language: str) -> Mapping[str, Any]:
    version = Version(language)
    values: Mapping[str, Any] = version.of(source.values)
    for severity, complaints in ((Severity.ERROR, version.errors), (Severity.WARNING, version.warnings)):
        for place, message, remedy in complaints:
            source.note("wrong-tag", message, remedy, place=place, severity=severity)
    return values


def _check_keys(source: Source, values: Mapping[str, Any]) -> Iterator[str]:
    """Check the values by themselves, and tell the keys of those that are wrong."""
    for found in findings(model_of(values.get("view_type")), values):
        source.note(found.id, found.message, found.remedy, place=found.place, severity=found.severity)
        yield dotted(found.place)


def place_of(key: str) -> Place:
    """The place that a dotted key means; members are counted from 0."""
    return tuple(int(index) if index else name for index, name in STEP.findall(key))


def _unreadable(
    course: str, listed: Listed, language: str, problems: Iterable[Problem], file: str = ""
) -> CourseExercise:
    return CourseExercise(
        course=course, key=listed.key, language=language, node=listed.node, file=file, problems=tuple(problems)
    )


def _no_mapping(file: str, value: Any) -> Problem:
    what = "The file is empty." if value is None else "The file must hold keys and values."
    return Problem(id="no-mapping", message=what, remedy="Begin it with: title: ...", file=file, line=1)
