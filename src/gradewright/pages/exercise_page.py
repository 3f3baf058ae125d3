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
from gradewright.pages.kept_pages import KEPT, is_same_for_all
from gradewright.pages.variables import Scene, result_variable, variables

ACCEPTED = "access/async_accepted.html"
MODEL = "access/graded_form_model_solution.html"
ERROR = "access/exercise_config_error.html"


def exercise_page(scene: Scene, answer: Answer, *, template: str) -> str:
    """The page of an exercise, before or after something was sent: `answer` is what its kind showed or received.

    `template` is the one of the kind; the exercise may name its own. What is queued gets the page that says so.
    Raises `AuthorError` naming template and line if a template does not work.
    """
    if answer.queued:
        result = {**(result_variable(answer) or {}), "missing_url": not scene.visit.submission_url}
        return _page(scene, ACCEPTED, result)
    if not is_same_for_all(scene, answer):
        return _of_answer(scene, answer, template)
    return KEPT.page(scene, lambda: _of_answer(scene, answer, template))


def _of_answer(scene: Scene, answer: Answer, template: str) -> str:
    name = template_name(scene.course, str(scene.version[1].get("template") or template))
    return _page(scene, name, result_variable(answer), answer.result.get("asked"), answer.result.get("judged"))


def model_page(scene: Scene, judged: JudgedForm) -> str:
    """The model answer of a form: everything that could be asked, answered right (A+ spec 2.8)."""
    return _page(scene, MODEL, {}, judged.asked, judged)


def error_page(scene: Scene, problems: Iterable[Problem | str]) -> str:
    """The page of an exercise that does not work, to be sent as HTTP 200 (A+ spec 1.2)."""
    error = "\n".join(map(str, problems))
    found = variables(scene, {"error": True}) | {"error": error}
    return render(course_engine(scene.course, scene.site.overrides), ERROR, found, _language(scene))


def _page(
    scene: Scene,
    template: str,
    result: dict[str, Any] | None,
    asked: AskedForm | None = None,
    judged: JudgedForm | None = None,
) -> str:
    engine = course_engine(scene.course, scene.site.overrides)
    language = _language(scene)
    found = variables(scene, result)

    def include(name: str) -> str:
        return render(engine, template_name(scene.course, name), found, language)

    if asked:
        with translation.override(language):
            form = form_result(asked, judged, scene.version[0], unique_id=found["unique_id"], include=include)
        found["result"] = {**(result or {}), **form}
    return render(engine, template, found, language)


def _language(scene: Scene) -> str:
    return language_code(scene.visit.language, scene.exercise.language)
