"""Pages that belong to no exercise: the courses, one course, signing in, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gradewright.exercises.personal import is_personalised
from gradewright.model.course import Course, CourseExercise
from gradewright.pages.engine import language_code, render, site_engine
from gradewright.pages.variables import NOWHERE, Site, course_variable, site_variables


def index_page(courses: Iterable[Course], language: str, site: Site = NOWHERE) -> str:
    return _page("access/ready.html", language, site, courses=[course_variable(course) for course in courses])


def course_page(
    course: Course, language: str, site: Site = NOWHERE, *, export_url: str = "", staff: bool = False
) -> str:
    """The page of a course: its exercises, and every mistake in its files. `export_url` is for A+.

    With `staff`, also where the instances of personalised exercises are.
    """
    url = f"{site.base_url}/{course.key}"
    problems = [*course.problems, *(each for exercise in course.exercises.values() for each in exercise.problems)]
    return _page(
        "access/course.html",
        language,
        site,
        course=course_variable(course),
        errors=list(map(str, problems)),
        exercises=[_entry(exercise, url, language) for exercise in course.exercises.values()],
        personalised=[each for each in course.exercises.values() if _is_personalised(each)] if staff else [],
        export_url=export_url or f"{url}/aplus-json",
    )


def instances_page(
    course: Course,
    exercise: CourseExercise,
    instances: Iterable[Mapping[str, Any]],
    language: str,
    site: Site = NOWHERE,
) -> str:
    """The instances of a personalised exercise: each a number, the URL of the exercise with it, and its files."""
    return _page(
        "access/instances.html",
        language,
        site,
        course=course_variable(course),
        exercise=_entry(exercise, f"{site.base_url}/{course.key}", language),
        instances=list(instances),
    )


def login_page(language: str, site: Site = NOWHERE, *, message: str = "") -> str:
    return _page("access/login.html", language, site, message=message)


def not_found_page(language: str, site: Site = NOWHERE) -> str:
    return _page("404.html", language, site)


def server_error_page(language: str, site: Site = NOWHERE) -> str:
    return _page("500.html", language, site)


def _entry(exercise: CourseExercise, url: str, language: str) -> dict[str, Any]:
    title = "" if exercise.broken else exercise.version(language)[1].get("title")
    return {
        "key": exercise.key,
        "title": title or exercise.key,
        "url": f"{url}/{exercise.key}",
        "broken": exercise.broken,
    }


def _is_personalised(exercise: CourseExercise) -> bool:
    return any(map(is_personalised, exercise.versions.values()))


def _page(template: str, language: str, site: Site, **variables: Any) -> str:
    engine = site_engine(site.overrides)
    return render(engine, template, {**site_variables(site), **variables}, language_code(language))
