"""Pages of an exercise: the form, what became of an answer, the model answer, and that it does not work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from gradewright.exercises.asked import AskedForm
from gradewright.exercises.judged import JudgedForm
from gradewright.exercises.records import Answer
from gradewright.model.problem import Problem
from gradewright.pages.engine import course_engine, language_code, render, template_name
from gradewright.pages.form_result import form_result
from gradewright.pages.variables import Scene, result_variable, variables

ACCEPTED = "access/async_accepted.html"
MODEL = "access/graded_form_model_solution.html"
ERROR = "access/exercise_config_error.html"


def exercise_page(scene: Scene, template: str, answer: Answer | None = None, *, asked: AskedForm | None = None) -> str:
    """The page of an exercise, before or after something was sent.

    `template` is the one of the exercise's kind; the exercise may name its own. `asked` is the form, if the kind has
    one; an answer to it has a `JudgedForm` as `form` in its result. What is queued gets the page that says so.
    Raises `AuthorError` naming template and line if a template does not work.
    """
    result = result_variable(answer) if answer else None
    if result and answer and answer.queued:
        return _page(scene, ACCEPTED, result | {"missing_url": not scene.visit.submission_url})
    _, config = scene.version
    name = template_name(scene.course, str(config.get("template") or template))
    return _page(scene, name, result, asked)


def model_page(scene: Scene, asked: AskedForm, judged: JudgedForm | None = None) -> str:
    """The model answer of a form: everything that could be asked, answered right (A+ spec 2.8)."""
    result: dict[str, Any] = {"form": judged} if judged else {}
    return _page(scene, MODEL, result, asked)


def error_page(scene: Scene, problems: Iterable[Problem | str]) -> str:
    """The page of an exercise that does not work, to be sent as HTTP 200 (A+ spec 1.2)."""
    error = "\n".join(map(str, problems))
    found = variables(scene, {"error": True}) | {"error": error}
    return render(course_engine(scene.course, scene.site.overrides), ERROR, found, _language(scene))


def _page(scene: Scene, template: str, result: dict[str, Any] | None, asked: AskedForm | None = None) -> str:
    engine = course_engine(scene.course, scene.site.overrides)
    language = _language(scene)
    found = variables(scene, result)
    if asked is None:
        return render(engine, template, found, language)
    judged = result.pop("form", None) if result else None

    def include(name: str) -> str:
        return render(engine, template_name(scene.course, name), found, language)

    with translation.override(language):
        form = form_result(asked, judged, language=scene.version[0], unique_id=found["unique_id"], include=include)
    found["result"] = {**form, **(result or {})}
    return render(engine, template, found, language)


def _language(scene: Scene) -> str:
    return language_code(scene.visit.language, scene.exercise.language)
