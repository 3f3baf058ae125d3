"""Exercises and visitors for tests of pages, without files of a course around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradewright.exercises.kinds import kind
from gradewright.exercises.records import Answer, Context, Received, Upload, Visit
from gradewright.model.course import Course, CourseExercise
from gradewright.pages.exercise_page import exercise_page, model_page
from gradewright.pages.variables import Scene, Site
from support.aplus_page import AplusPage, read

CONTEXT = Context(exercise="task", secret="secret of the tests", ajax_key="key of the tests")
SITE = Site(base_url="https://grader.example")
NO_FILES = Path("/nowhere")
Values = Mapping[str, str | list[str]]


def scene(config: Mapping[str, Any], directory: Path = NO_FILES, **visit: Any) -> Scene:
    """An exercise whose files are in English only. What stands in `visit` is of the visitor."""
    course = Course(key="c1", directory=directory, name="Course & One", index={"name": "Course & One"})
    exercise = CourseExercise(course="c1", key="task", versions={"en": {"title": "Task", **config}})
    return Scene(course=course, exercise=exercise, visit=Visit(**visit), site=SITE)


def shown(view_type: str, config: Mapping[str, Any], directory: Path = NO_FILES, **visit: Any) -> AplusPage:
    """The page before anything was sent."""
    it = scene(config, directory, **visit)
    return page(view_type, it, kind(view_type).show(it.version[1], it.visit, CONTEXT))


def sent(
    view_type: str, config: Mapping[str, Any], values: Values, files: Mapping[str, Upload] | None = None, **visit: Any
) -> AplusPage:
    """The page after a POST of these values; a drawn form gets its hidden fields beside them."""
    it = scene(config, **visit)
    return page(view_type, it, answer(view_type, it, values, files))


def answer(
    view_type: str, it: Scene, values: Values, files: Mapping[str, Upload] | None = None, *, hidden: bool = True
) -> Answer:
    the_kind, config = kind(view_type), it.version[1]
    fields = {name: tuple([value] if isinstance(value, str) else value) for name, value in values.items()}
    asked = the_kind.show(config, it.visit, CONTEXT).result.get("asked")
    if asked and hidden:
        fields |= {name: (value,) for name, value in asked.all_hidden.items()}
    return the_kind.receive(config, it.visit, Received(fields=fields, files=files or {}), CONTEXT)


def page(view_type: str, it: Scene, what: Answer) -> AplusPage:
    return read(exercise_page(it, what, template=kind(view_type).template))


def model(config: Mapping[str, Any], **visit: Any) -> AplusPage:
    """The model answer of a form."""
    it = scene(config, **visit)
    judged = kind("create-form").model(it.version[1])
    assert judged is not None
    return read(model_page(it, judged))


def with_files(it: Scene, **files: Mapping[str, Any]) -> Scene:
    """The scene with files of the student's own instance."""
    return replace(it, generated_files=files)
