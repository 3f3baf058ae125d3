"""The variables that templates see (A+ spec 2.1)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from gradewright.exercises.records import Answer, Status, Visit
from gradewright.model.course import Course, CourseExercise
from gradewright.pages.engine import template_name
from gradewright.pages.ids import new_id
from gradewright.reports.json import number

FORM_RECORDS = ("asked", "judged")  # in the result of an answer; templates see what `form_result` makes of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the service is, and what its operator changed."""

    base_url: str = ""  # without a slash at the end; empty: links are relative to the host
    static_root: str = "/static/"  # URL below which each course has its static files
    overrides: Path | None = None  # directory of templates that win over ours

    @property
    def has_overrides(self) -> bool:
        return bool(self.overrides) and os.path.isdir(str(self.overrides))  # noqa: PTH112  (asked at every request)

    def static_url(self, course: Course) -> str:
        return str(course.index.get("static_url") or f"{self.static_root}{course.key}/")


NOWHERE = Site()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An exercise, and who looks at it."""

    course: Course
    exercise: CourseExercise
    visit: Visit
    site: Site = NOWHERE
    generated_files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # of the student's own instance
    request: object = None  # for templates of authors; ours do not use it

    @property
    def version(self) -> tuple[str, Mapping[str, Any]]:
        """(language, configuration) that the visitor gets."""
        return self.exercise.version(self.visit.language)


def variables(scene: Scene, result: Mapping[str, Any] | None, *, unique_id: str = "") -> dict[str, Any]:
    """What every template of an exercise sees."""
    return {
        "request": scene.request,
        "course": course_variable(scene.course),
        "exercise": exercise_variable(scene),
        "post_url": scene.visit.post_url,
        "static_url": scene.site.static_url(scene.course),
        **site_variables(scene.site),
        "submission_url": scene.visit.submission_url,
        "unique_id": unique_id or new_id(),
        "generated_files": scene.generated_files,
        "result": result,
    }


def site_variables(site: Site) -> dict[str, Any]:
    """What every page sees of the service."""
    return {"base_url": site.base_url, "STATIC_URL": site.static_root}


def course_variable(course: Course) -> dict[str, Any]:
    return {**course.index, "key": course.key, "name": course.name or course.key}


def exercise_variable(scene: Scene) -> dict[str, Any]:
    config = scene.version[1] if scene.exercise.versions else {}
    found = {"title": scene.exercise.key, **config, "key": scene.exercise.key}
    if file := found.get("instructions_file"):
        found["instructions_file"] = template_name(scene.course, str(file))
    return found


def result_variable(answer: Answer) -> dict[str, Any] | None:
    """What became of a submission; None if nothing was sent and there is nothing to tell (A+ spec 2.1).

    In the language that is active in Django.
    """
    told = {key: value for key, value in answer.result.items() if key not in FORM_RECORDS}
    if answer.status is Status.SHOWN and not told:
        return None
    points, of = answer.points, answer.max_points
    return {
        "accepted": answer.status is Status.ACCEPTED,
        "rejected": answer.status is Status.REJECTED,
        "error": answer.status is Status.ERROR,
        "points": None if points is None else number(points),
        "max_points": None if of is None else number(of),
        "message": gettext(answer.message) if answer.message else "",
        **told,
    }
